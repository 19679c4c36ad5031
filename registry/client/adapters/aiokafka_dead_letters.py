"""For aiokafka: a consumer that sets poison messages aside and goes on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

from registry.client.adapters._dead_letters import (
    DecodedRecord,
    LetterWriter,
    record_of,
)
from registry.client.adapters._extra import missing
from registry.client.dead_letters import DeadLetter, DeadLetterNotWritten

try:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
    from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
except ImportError as error:
    raise missing("aiokafka", error) from None

__all__ = ["DeadLetterConsumer", "write"]

log = logging.getLogger(__name__)


class DeadLetterConsumer(LetterWriter[AIOKafkaConsumer, AIOKafkaProducer]):
    """Yields decoded records; what cannot be decoded goes to ``topic``.

    ``consumer`` is started, has a group, ``enable_auto_commit=False`` and no
    deserializers. Offsets are committed once per fetched batch and at the
    end, of what was handled or is a confirmed dead letter, and of nothing
    else: nothing is lost, a message may be seen twice. A letter not written
    within ``patience`` seconds raises `DeadLetterNotWritten`.
    """

    async def messages(
        self, *, idle: float | None = None
    ) -> AsyncIterator[DecodedRecord]:
        """Yield records; with ``idle`` end after as many seconds without one."""
        clock = asyncio.get_running_loop().time
        last = clock()
        while idle is None or clock() - last < idle:
            batches = await self._consumer.getmany(timeout_ms=200)
            done: dict[Any, int] = {}
            try:
                for partition, records in batches.items():
                    for record in records:
                        found = await self._handed(record)
                        if found is not None:
                            yield found
                            self.counts.add(handled=1)
                        done[partition] = record.offset + 1
            finally:
                if done:
                    await self._commit(done)
                    last = clock()

    async def _commit(self, done: dict[Any, int]) -> None:
        try:
            await self._consumer.commit(done)
        except (CommitFailedError, IllegalStateError) as error:
            # The partition moved to another member, which reads the batch again.
            log.warning("offsets not committed: %s", error)

    async def _handed(self, record: Any) -> DecodedRecord | None:
        found = await self._triage.payloads_async(record_of(record))
        if not isinstance(found, DeadLetter):
            return DecodedRecord(record, *found)
        await write(self._producer, found, self._patience)
        self.counts.add(dead=1)
        return None


async def write(
    producer: AIOKafkaProducer, letter: DeadLetter, patience: float
) -> None:
    """Send ``letter``, and return once the broker has it.

    Raises `DeadLetterNotWritten` after ``patience`` seconds, or when it is
    refused.
    """
    sending = producer.send_and_wait(
        letter.topic,
        value=letter.value,
        key=letter.key,
        headers=list(letter.headers),
        timestamp_ms=letter.timestamp,
    )
    try:
        await asyncio.wait_for(sending, patience)
    except (KafkaError, TimeoutError) as error:
        raise DeadLetterNotWritten(f"{letter.topic}: {error!r}") from error
