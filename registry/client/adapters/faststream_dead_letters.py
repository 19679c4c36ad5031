"""For FastStream 0.7 on Kafka: subscribers that set poison messages aside."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from registry.client._errors import ClientError
from registry.client._triage import Triage
from registry.client.adapters._dead_letters import record_of
from registry.client.adapters._extra import missing
from registry.client.dead_letters import DeadLetter, DeadLetterNotWritten
from registry.client.serdes._deserializer import Deserializer

try:
    from aiokafka import AIOKafkaProducer
    from aiokafka.errors import KafkaError
    from faststream import AckPolicy
    from faststream.exceptions import AckMessage, NackMessage
    from faststream.kafka import KafkaBroker
    from faststream.message import StreamMessage

    from registry.client.adapters.aiokafka_dead_letters import write
    from registry.client.adapters.faststream_ import (
        is_tombstone,
        with_any_headers,
    )
except ImportError as error:
    raise missing("faststream", error) from None

__all__ = ["DeadLetterSubscribers"]

log = logging.getLogger(__name__)


class DeadLetterSubscribers:
    """Makes subscribers whose undecodable messages go to ``topic``.

    ``producer`` makes the `AIOKafkaProducer` that writes the letters; it is
    called when there is a first one, and `close` stops what it made.
    FastStream's own publishing knows no binary, null or repeated headers.
    ``counts.handled`` are the messages that were given to a handler.
    """

    def __init__(
        self,
        topic: str,
        producer: Callable[[], AIOKafkaProducer],
        *,
        value: Deserializer,
        group: str,
        patience: float = 60.0,
    ) -> None:
        self._make = producer
        self._producer: AIOKafkaProducer | None = None
        self._group = group
        self._patience = patience
        self._triage = Triage(topic, value=value, group=group, patience=patience)
        self.counts = self._triage.counts

    def subscriber(self, broker: KafkaBroker, *topics: str, **options: Any) -> Any:
        """Return what ``broker.subscriber`` returns, to decorate a handler with.

        ``options`` are its own, but for those that decide whether a message
        can get lost: the group, the acknowledgement, the parser and the codec.
        Not acknowledged is a message whose handler fails, and one that can
        neither be decoded nor written as a letter: it comes again.
        """
        return broker.subscriber(
            *topics,
            group_id=self._group,
            ack_policy=AckPolicy.NACK_ON_ERROR,
            parser=with_any_headers,
            codec=self,
            **options,
        )

    async def close(self) -> None:
        """Stop the producer, if there is one."""
        producer, self._producer = self._producer, None
        if producer is not None:
            await producer.stop()

    async def encode(
        self,
        msg: Any,  # FastStream asks a codec for this
        serializer: Any = None,
    ) -> tuple[bytes, str | None]:
        """Refuse: these only read."""
        raise NotImplementedError

    async def decode(self, msg: StreamMessage[Any]) -> Any:
        """Return the value in the message, or write a letter and pass it over."""
        if is_tombstone(msg):
            return None
        try:
            found = await self._triage.payloads_async(record_of(msg.raw_message))
            if not isinstance(found, DeadLetter):
                self.counts.add(handled=1)
                return found[1]
            await self._write(found)
        except (ClientError, DeadLetterNotWritten) as error:
            log.warning("message %s comes again: %s", msg.message_id, error)
            raise NackMessage from error
        self.counts.add(dead=1)
        raise AckMessage

    async def _write(self, letter: DeadLetter) -> None:
        try:
            if self._producer is None:
                producer = self._make()
                await producer.start()
                self._producer = producer
        except KafkaError as error:
            raise DeadLetterNotWritten(f"{letter.topic}: {error!r}") from error
        await write(self._producer, letter, self._patience)
