"""A registered Protobuf schema is answered in the form in which it was sent."""

from __future__ import annotations

from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.protobuf import (
    ProtobufDeserializer,
    ProtobufSerializer,
)
from confluent_kafka.serialization import MessageField, SerializationContext
from google.api.label_pb2 import LabelDescriptor

from tests.running import Dovetail


def test_one_client_serves_a_serializer_and_a_deserializer(dovetail: Dovetail) -> None:
    message = LabelDescriptor(key="k")
    context = SerializationContext("echoed", MessageField.VALUE)

    with SchemaRegistryClient({"url": dovetail.url}) as client:
        sent = ProtobufSerializer(LabelDescriptor, client)(message, context)
        read = ProtobufDeserializer(LabelDescriptor, None, client)(sent, context)

    assert read == message
