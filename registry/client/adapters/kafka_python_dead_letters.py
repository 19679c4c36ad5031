"""For kafka-python 3: a consumer that sets poison messages aside and goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

from registry.client.adapters._dead_letters import (
    DecodedRecord,
    LetterWriter,
    record_of,
)
from registry.client.adapters._extra import missing
from registry.client.dead_letters import DeadLetter, DeadLetterNotWritten

try:
    from kafka import KafkaConsumer, KafkaProducer, TopicPartition
    from kafka.errors import CommitFailedError, KafkaError
    from kafka.structs import OffsetAndMetadata
except ImportError as error:
    raise missing("kafka-python", error) from None

__all__ = ["DeadLetterConsumer", "DecodedRecord"]

log = logging.getLogger(__name__)


class DeadLetterConsumer(LetterWriter[KafkaConsumer, KafkaProducer]):
    """Yields decoded records; what cannot be decoded goes to ``topic``.

    ``consumer`` has a group, ``enable_auto_commit=False`` and no
    deserializers. Offsets are committed once per fetched batch and at the
    end, of what was handled or is a confirmed dead letter, and of nothing
    else: nothing is lost, a message may be seen twice. A letter not written
    within ``patience`` seconds raises `DeadLetterNotWritten`.
    """

    def _check(self, consumer: KafkaConsumer) -> None:
        if consumer.config["enable_auto_commit"]:
            raise ValueError(
                "the consumer would commit what was not handled: "
                "make it with enable_auto_commit=False"
            )

    def messages(self, *, idle: float | None = None) -> Iterator[DecodedRecord]:
        """Yield records; with ``idle`` end after as many seconds without one."""
        last = time.monotonic()
        while idle is None or time.monotonic() - last < idle:
            batches = self._consumer.poll(timeout_ms=200)
            if batches:
                yield from self._batch(batches)
                last = time.monotonic()

    def _batch(self, batches: dict[Any, list[Any]]) -> Iterator[DecodedRecord]:
        done: dict[Any, Any] = {}
        try:
            for partition, records in batches.items():
                for record in records:
                    found = self._triage.payloads(record_of(record))
                    if isinstance(found, DeadLetter):
                        self._write(found)
                        self.counts.add(dead=1)
                    else:
                        yield DecodedRecord(record, *found)
                        self.counts.add(handled=1)
                    done[partition] = record.offset + 1
        finally:
            if done:
                self._commit(done)

    def _commit(self, done: dict[TopicPartition, int]) -> None:
        offsets = {
            partition: OffsetAndMetadata(offset, "", -1)
            for partition, offset in done.items()
        }
        try:
            self._consumer.commit(offsets)
        except CommitFailedError as error:
            # The partition moved to another member, which reads the batch again.
            log.warning("offsets not committed: %s", error)

    def _write(self, letter: DeadLetter) -> None:
        # kafka-python reads null headers, but refuses to send them.
        headers = [(name, value or b"") for name, value in letter.headers]
        try:
            self._producer.send(
                letter.topic,
                value=letter.value,
                key=letter.key,
                headers=headers,
                timestamp_ms=letter.timestamp,
            ).get(timeout=self._patience)
        except KafkaError as error:
            raise DeadLetterNotWritten(f"{letter.topic}: {error!r}") from error
