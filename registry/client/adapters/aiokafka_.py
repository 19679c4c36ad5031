"""For aiokafka: sending and reading that may await the registry.

aiokafka calls ``value_serializer`` without the topic and does not await it.
`Serializer.for_topic` fits there once it is warmed up; `RegistryProducer` and
`decoded` need no warming up, and know headers too.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

from registry.client.adapters._dead_letters import DecodedRecord
from registry.client.adapters._extra import missing
from registry.client.serdes._deserializer import Decoded, Deserializer
from registry.client.serdes._serializer import Serializer

try:
    from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
except ImportError as error:
    raise missing("aiokafka", error) from None

__all__ = ["DecodedRecord", "RegistryProducer", "decoded"]


class RegistryProducer:
    """Serializes, then sends with an `AIOKafkaProducer` of the caller's."""

    def __init__(
        self,
        producer: AIOKafkaProducer,
        *,
        value: Serializer | None = None,
        key: Serializer | None = None,
    ) -> None:
        self._producer = producer
        self._value = value
        self._key = key

    async def send(
        self,
        topic: str,
        value: Any = None,
        *,
        key: Any = None,
        headers: Sequence[tuple[str, bytes]] = (),
        **options: Any,
    ) -> Any:
        """Send as `AIOKafkaProducer.send`; returns its future."""
        sent = list(headers)
        if self._key is not None:
            key = await self._key.serialize_async(key, topic, field="key", headers=sent)
        if self._value is not None:
            value = await self._value.serialize_async(value, topic, headers=sent)
        return await self._producer.send(
            topic, value=value, key=key, headers=sent, **options
        )

    async def send_and_wait(self, topic: str, value: Any = None, **options: Any) -> Any:
        """Send, and wait until the broker has it."""
        return await (await self.send(topic, value, **options))


async def decoded(
    consumer: AIOKafkaConsumer,
    *,
    value: Deserializer | None = None,
    key: Deserializer | None = None,
) -> AsyncIterator[DecodedRecord]:
    """Yield every record of ``consumer``, decoded."""
    async for record in consumer:
        yield await decoded_record(record, value=value, key=key)


async def decoded_record(
    record: Any, *, value: Deserializer | None = None, key: Deserializer | None = None
) -> DecodedRecord:
    """Return one record, decoded."""
    return DecodedRecord(
        record,
        await _decoded(key, record, record.key, "key"),
        await _decoded(value, record, record.value, "value"),
    )


async def _decoded(
    deserializer: Deserializer | None, record: Any, payload: Any, field: str
) -> Any:
    if deserializer is None or payload is None:
        return payload
    found: Decoded = await deserializer.decode_async(
        payload, record.topic, field=field, headers=record.headers
    )
    return found.value
