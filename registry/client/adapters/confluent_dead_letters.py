"""For confluent-kafka: a consumer that sets poison messages aside and goes on."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from registry.client.adapters._dead_letters import LetterWriter
from registry.client.adapters._extra import missing
from registry.client.dead_letters import (
    DeadLetter,
    DeadLetterNotWritten,
    Record,
)

try:
    from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
except ImportError as error:
    raise missing("confluent", error) from None

__all__ = ["DeadLetterConsumer", "DecodedMessage"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DecodedMessage:
    """A message as confluent-kafka gave it, with what its payloads hold."""

    message: Any
    key: Any
    value: Any


class DeadLetterConsumer(LetterWriter[Consumer, Producer]):
    """Yields decoded messages; what cannot be decoded goes to ``topic``.

    ``consumer`` must be configured with ``enable.auto.offset.store`` false:
    an offset is stored only when the loop asks for the next message, or when
    the broker has confirmed the dead letter. A dead letter that is not
    written within ``patience`` seconds raises `DeadLetterNotWritten`, and the
    message is read again after a restart. Nothing is lost; a message may be
    seen twice. A registry that cannot be asked is no fault of the message:
    that is tried again, then raised.
    """

    def messages(self, *, idle: float | None = None) -> Iterator[DecodedMessage]:
        """Yield messages; with ``idle`` end after as many seconds without one."""
        last = time.monotonic()
        while idle is None or time.monotonic() - last < idle:
            message = self._consumer.poll(0.2)
            if message is None:
                continue
            if message.error():
                self._raise_lasting(message.error())
                continue
            last = time.monotonic()
            decoded = self._decoded(message)
            if decoded is not None:
                yield decoded
                self.counts.add(handled=1)
            self._store(message)
            last = time.monotonic()

    def _store(self, message: Any) -> None:
        try:
            self._consumer.store_offsets(message=message)
        except KafkaException as error:
            # The partition moved to another member, which reads the message again.
            log.warning("offset not stored: %s", error)

    def _raise_lasting(self, error: Any) -> None:
        """Raise what cannot pass by itself; librdkafka reconnects on its own."""
        if error.fatal() or error.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED:
            raise KafkaException(error)
        log.warning("consumer: %s", error)

    def _decoded(self, message: Any) -> DecodedMessage | None:
        found = self._triage.payloads(_record(message))
        if isinstance(found, DeadLetter):
            self._write(found)
            self.counts.add(dead=1)
            return None
        return DecodedMessage(message, *found)

    def _write(self, letter: DeadLetter) -> None:
        """Produce the letter, and return once the broker has it."""
        outcome: list[Any] = []
        until = time.monotonic() + self._patience
        while time.monotonic() < until:
            outcome.clear()
            try:
                self._producer.produce(
                    letter.topic,
                    value=letter.value,
                    key=letter.key,
                    headers=list(letter.headers),
                    timestamp=letter.timestamp or 0,
                    on_delivery=lambda error, _message: outcome.append(error),
                )
            except BufferError as error:  # others fill the producer's queue
                outcome.append(error)
                self._producer.poll(0.05)
                continue
            except KafkaException as error:  # too large, or fenced
                raise DeadLetterNotWritten(f"{letter.topic}: {error}") from error
            while not outcome and time.monotonic() < until:
                self._producer.poll(0.05)
            # By identity: a KafkaError cannot be compared with None.
            if outcome and outcome[0] is None:
                return
        raise DeadLetterNotWritten(
            f"{letter.topic}: {outcome[0] if outcome else 'no answer'}"
        )


def _record(message: Any) -> Record:
    kind, timestamp = message.timestamp()
    return Record(
        topic=message.topic(),
        partition=message.partition(),
        offset=message.offset(),
        key=message.key(),
        value=message.value(),
        headers=tuple(message.headers() or ()),
        timestamp=timestamp if kind else None,
    )
