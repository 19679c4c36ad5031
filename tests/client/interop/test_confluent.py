"""confluent-kafka's serializers and ours read what the other writes."""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import Any

import pytest
from confluent_kafka.schema_registry import (
    SchemaRegistryClient,
    header_schema_id_serializer,
)
from confluent_kafka.schema_registry import avro as ck_avro
from confluent_kafka.schema_registry import json_schema as ck_json
from confluent_kafka.schema_registry import protobuf as ck_protobuf
from confluent_kafka.serialization import MessageField, SerializationContext

from registry.client import RegistryClient
from registry.client.serdes import (
    AvroDeserializer,
    AvroSerializer,
    JsonDeserializer,
    JsonSerializer,
    ProtobufDeserializer,
    ProtobufSerializer,
)
from tests.client.serdes.messages import shop
from tests.running import Dovetail

MESSAGES = shop()
ORDER = MESSAGES("shop.Order")
AVRO = json.dumps(
    {
        "type": "record",
        "name": "shop.Order",
        "fields": [
            {"name": "id", "type": "string"},
            {"name": "at", "type": {"type": "long", "logicalType": "timestamp-millis"}},
            {"name": "lines", "type": {"type": "array", "items": ["null", "double"]}},
        ],
    }
)
JSON = json.dumps(
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Order",
        "type": "object",
        "properties": {"id": {"type": "string"}, "total": {"type": "number"}},
        "required": ["id"],
    }
)
VALUES: dict[str, Any] = {
    "avro": {"id": "ü", "at": 1700000000000, "lines": [None, 0.5]},
    "json": {"id": "ü", "total": 1.5},
    "protobuf": ORDER(id="ü", lines=[{"sku": "a", "count": 3}]),
}


def ours(kind: str, client: RegistryClient, framing: str) -> Any:
    settings = {"schema.id.serializer": framing}
    if kind == "avro":
        return AvroSerializer(client, AVRO, settings), AvroDeserializer(client)
    if kind == "json":
        return JsonSerializer(client, JSON, settings), JsonDeserializer(client)
    return (
        ProtobufSerializer(client, ORDER, settings),
        ProtobufDeserializer(client, ORDER),
    )


def theirs(kind: str, url: str, framing: str, stack: ExitStack) -> Any:
    # One client each: a Protobuf reader cannot use what a writer's client keeps.
    writing, reading = (
        stack.enter_context(SchemaRegistryClient({"url": url})) for _ in range(2)
    )
    conf = {"schema.id.serializer": header_schema_id_serializer}
    conf = conf if framing == "header" else {}
    if kind == "avro":
        writer = ck_avro.AvroSerializer(writing, AVRO, conf=conf)
        return writer, ck_avro.AvroDeserializer(reading)
    if kind == "json":
        writer = ck_json.JSONSerializer(JSON, writing, conf=conf)
        reader = ck_json.JSONDeserializer(JSON, schema_registry_client=reading)
        return writer, reader
    writer = ck_protobuf.ProtobufSerializer(ORDER, writing, conf=conf)
    return writer, ck_protobuf.ProtobufDeserializer(ORDER, {}, reading)


@pytest.mark.parametrize("framing", ["prefix", "header"])
@pytest.mark.parametrize("kind", ["avro", "json", "protobuf"])
def test_each_reads_what_the_other_writes(
    client: RegistryClient, dovetail: Dovetail, topic: str, kind: str, framing: str
) -> None:
    our_write, our_read = ours(kind, client, framing)
    with ExitStack() as stack:
        their_write, their_read = theirs(kind, dovetail.url, framing, stack)
        exchange(kind, topic, our_write, our_read, their_write, their_read)


def exchange(
    kind: str,
    topic: str,
    our_write: Any,
    our_read: Any,
    their_write: Any,
    their_read: Any,
) -> None:
    """Write with both, compare, and read crosswise."""
    value = VALUES[kind]
    our_headers: list[Any] = []
    their_headers: list[Any] = []
    context = SerializationContext(topic, MessageField.VALUE, their_headers)
    our_bytes = our_write.serialize(value, topic, headers=our_headers)
    their_bytes = their_write(value, context)

    assert our_headers == their_headers
    if kind != "json":  # spaces are the writer's own in JSON
        assert our_bytes == their_bytes
    read = our_read.deserialize(their_bytes, topic, headers=their_headers)
    again = their_read(
        our_bytes, SerializationContext(topic, MessageField.VALUE, our_headers)
    )
    assert read == again
    if kind != "avro":  # there a long comes back as the time it stands for
        assert read == value
