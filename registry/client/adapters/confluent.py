"""For confluent-kafka: `SerializingProducer`, `DeserializingConsumer`, plain calls."""

from __future__ import annotations

from typing import Any

from registry.client.adapters._extra import missing
from registry.client.serdes._deserializer import Deserializer
from registry.client.serdes._errors import DeserializationError, SerializationError
from registry.client.serdes._serializer import Serializer

try:
    from confluent_kafka import serialization
except ImportError as error:
    raise missing("confluent", error) from None

__all__ = ["ConfluentDeserializer", "ConfluentSerializer"]


class ConfluentSerializer(serialization.Serializer):
    """A serializer of ours as confluent-kafka calls one.

    Takes the place of its `AvroSerializer`, `JSONSerializer` and
    `ProtobufSerializer`, in producers and when called with a
    `SerializationContext`. Header framing needs ``headers`` in ``produce``.
    """

    def __init__(self, serializer: Serializer) -> None:
        self._serialize = serializer.serialize

    def __call__(self, obj: Any, ctx: Any = None) -> bytes | None:
        """Return ``obj`` as bytes; None stays None."""
        if ctx is None:
            raise SerializationError("a SerializationContext with the topic is needed")
        field = "key" if ctx.field == "key" else "value"
        return self._serialize(obj, ctx.topic, field=field, headers=ctx.headers)


class ConfluentDeserializer(serialization.Deserializer):
    """A deserializer of ours as confluent-kafka calls one."""

    def __init__(self, deserializer: Deserializer) -> None:
        self._deserialize = deserializer.deserialize

    def __call__(self, value: bytes | None, ctx: Any = None) -> Any:
        """Return the value in the payload; None stays None."""
        if ctx is None:
            raise DeserializationError(
                "a SerializationContext with the topic is needed"
            )
        field = "key" if ctx.field == "key" else "value"
        return self._deserialize(value, ctx.topic, field=field, headers=ctx.headers)
