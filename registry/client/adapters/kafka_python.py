"""For kafka-python 3: objects for `key_serializer`, `value_deserializer` and so on."""

from __future__ import annotations

from typing import Any

from registry.client.adapters._extra import missing
from registry.client.serdes import _deserializer, _serializer

try:
    from kafka import serializer as kafka_serializer
except ImportError as error:
    raise missing("kafka-python", error) from None

__all__ = ["KafkaDeserializer", "KafkaSerializer"]


class KafkaSerializer(kafka_serializer.Serializer):  # type: ignore[misc]  # untyped
    """A serializer of ours for one ``field`` of a `KafkaProducer`."""

    def __init__(
        self, serializer: _serializer.Serializer, *, field: str = "value"
    ) -> None:
        self._serialize = serializer.serialize
        self._field = field

    def serialize(self, topic: str, headers: Any, data: Any) -> bytes | None:
        """Return ``data`` as bytes; None stays None."""
        return self._serialize(data, topic, field=self._field, headers=headers)


class KafkaDeserializer(kafka_serializer.Deserializer):  # type: ignore[misc]  # untyped
    """A deserializer of ours for one ``field`` of a `KafkaConsumer`."""

    def __init__(
        self, deserializer: _deserializer.Deserializer, *, field: str = "value"
    ) -> None:
        self._deserialize = deserializer.deserialize
        self._field = field

    def deserialize(self, topic: str, headers: Any, data: bytes | None) -> Any:
        """Return the value in ``data``; None stays None."""
        return self._deserialize(data, topic, field=self._field, headers=headers)
