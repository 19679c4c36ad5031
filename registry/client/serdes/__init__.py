"""Serializers and deserializers: bytes in, bytes out, whatever the broker."""

from registry.client.serdes._deserializer import Decoded
from registry.client.serdes._errors import (
    DeserializationError,
    SchemaNotRegistered,
    SchemaRefused,
    SerdeError,
    SerializationError,
    UnusableSchema,
)
from registry.client.serdes._framing import Framing
from registry.client.serdes._naming import Strategy
from registry.client.serdes.avro import AvroDeserializer, AvroSerializer
from registry.client.serdes.json_ import JsonDeserializer, JsonSerializer
from registry.client.serdes.protobuf import ProtobufDeserializer, ProtobufSerializer

__all__ = [
    "AvroDeserializer",
    "AvroSerializer",
    "Decoded",
    "DeserializationError",
    "Framing",
    "JsonDeserializer",
    "JsonSerializer",
    "ProtobufDeserializer",
    "ProtobufSerializer",
    "SchemaNotRegistered",
    "SchemaRefused",
    "SerdeError",
    "SerializationError",
    "Strategy",
    "UnusableSchema",
]
