"""confluent-kafka for Python, unmodified: its serializers, and its client's methods."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from confluent_kafka import (
    Consumer,
    DeserializingConsumer,
    Producer,
    SerializingProducer,
)
from confluent_kafka.schema_registry import (
    ConfigCompatibilityLevel,
    Metadata,
    MetadataProperties,
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    ServerConfig,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import (
    ProtobufDeserializer,
    ProtobufSerializer,
)
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf.descriptor_pb2 import FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass

from tests.broker import Broker
from tests.running import Dovetail

AVRO = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
AVRO_2 = (
    '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"},'
    '{"name":"note","type":"string","default":""}]}'
)
AVRO_BAD = '{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}'
JSON = '{"title":"Order","type":"object","properties":{"id":{"type":"integer"}}}'


@cache
def order_class() -> Any:
    """Return the message class of `message Order { int64 id = 1; }`."""
    file = FileDescriptorProto(name="order.proto", package="shop", syntax="proto3")
    file.message_type.add(name="Order").field.add(
        name="id",
        number=1,
        type=FieldDescriptorProto.TYPE_INT64,
        label=FieldDescriptorProto.LABEL_OPTIONAL,
    )
    pool = DescriptorPool()
    pool.Add(file)
    return GetMessageClass(pool.FindMessageTypeByName("shop.Order"))


@pytest.fixture
def client(fresh_dovetail: Dovetail) -> Iterator[SchemaRegistryClient]:
    with SchemaRegistryClient({"url": fresh_dovetail.url}) as client:
        yield client


def serdes(format: str, client: SchemaRegistryClient) -> tuple[Any, Any]:
    """Return a serializer and a deserializer with their default settings."""
    match format:
        case "avro":
            return AvroSerializer(client, AVRO), AvroDeserializer(client)
        case "json":
            return JSONSerializer(JSON, client), JSONDeserializer(None, None, client)
        case _:
            order = order_class()
            return (
                ProtobufSerializer(order, client),
                ProtobufDeserializer(order, schema_registry_client=client),
            )


def value(format: str) -> Any:
    """Return an order in the form that the format's serializer takes."""
    return order_class()(id=7) if format == "protobuf" else {"id": 7}


FORMATS = pytest.mark.parametrize("format", ["avro", "json", "protobuf"])


@FORMATS
def test_a_message_through_kafka(
    format: str, client: SchemaRegistryClient, broker: Broker
) -> None:
    topic = f"orders-{format}-{uuid.uuid4().hex}"
    serialize, deserialize = serdes(format, client)
    context = SerializationContext(topic, MessageField.VALUE)
    producer = Producer({"bootstrap.servers": broker.bootstrap})
    producer.produce(topic, value=serialize(value(format), context))
    assert producer.flush(30) == 0

    consumer = Consumer(consuming(broker))
    consumer.subscribe([topic])
    try:
        message = consumer.poll(60)
    finally:
        consumer.close()

    assert message is not None
    assert message.error() is None
    read = deserialize(message.value(), context)
    assert (read.id if format == "protobuf" else read) == (
        7 if format == "protobuf" else {"id": 7}
    )
    assert client.get_subjects() == [f"{topic}-value"]


@FORMATS
def test_the_serializing_producer(
    format: str, client: SchemaRegistryClient, broker: Broker
) -> None:
    topic = f"orders-{format}-{uuid.uuid4().hex}"
    serialize, deserialize = serdes(format, client)
    producer = SerializingProducer(
        {"bootstrap.servers": broker.bootstrap, "value.serializer": serialize}
    )
    producer.produce(topic, value=value(format))
    assert producer.flush(30) == 0

    consumer = DeserializingConsumer(
        consuming(broker) | {"value.deserializer": deserialize}
    )
    consumer.subscribe([topic])
    try:
        message = consumer.poll(60)
    finally:
        consumer.close()

    read = message.value()
    assert (read.id if format == "protobuf" else read["id"]) == 7


def consuming(broker: Broker) -> dict[str, Any]:
    """Return the settings of a consumer that reads a topic from its start."""
    return {
        "bootstrap.servers": broker.bootstrap,
        "group.id": uuid.uuid4().hex,
        "auto.offset.reset": "earliest",
    }


def refusal(call: Any, *arguments: Any, **options: Any) -> tuple[int, int]:
    """Return status and code of the error that a call raises."""
    with pytest.raises(SchemaRegistryError) as caught:
        call(*arguments, **options)
    return caught.value.http_status_code, caught.value.error_code


def test_schemas_and_versions(client: SchemaRegistryClient) -> None:
    schema = Schema(AVRO, "AVRO")
    id = client.register_schema("orders", schema)
    full = client.register_schema_full_response("orders", schema)
    second = client.register_schema("orders", Schema(AVRO_2, "AVRO"))

    assert (full.schema_id, second) == (id, 2)
    found = client.lookup_schema("orders", schema)
    assert (found.schema_id, found.version, found.guid) == (1, 1, full.guid)
    assert client.get_schema(id).schema_str == AVRO
    assert client.get_schema(id, subject_name="orders").schema_str == AVRO
    assert client.get_schema_by_guid(found.guid).schema_str == AVRO
    assert client.get_schema_types() == ["AVRO", "JSON", "PROTOBUF"]
    assert client.get_subjects_by_schema_id(id) == ["orders"]
    versions = client.get_schema_versions(id)
    assert [(each.subject, each.version) for each in versions] == [("orders", 1)]
    assert client.get_latest_version("orders").version == 2
    assert client.get_version("orders", 1).schema_id == 1
    assert client.get_versions("orders") == [1, 2]
    assert client.get_contexts() == ["."]


def test_metadata(client: SchemaRegistryClient) -> None:
    owned = Metadata(None, MetadataProperties({"owner": "a b&c"}), None)
    client.register_schema("orders", Schema(AVRO, "AVRO", metadata=owned))

    found = client.get_latest_with_metadata("orders", {"owner": "a b&c"})

    assert found.version == 1
    assert found.schema.metadata.properties.properties == {"owner": "a b&c"}


def test_references(client: SchemaRegistryClient) -> None:
    client.register_schema("orders", Schema(AVRO, "AVRO"))
    basket = Schema(
        '{"type":"array","items":"Order"}',
        "AVRO",
        [SchemaReference("Order", "orders", 1)],
    )

    id = client.register_schema("basket", basket)

    assert client.get_referenced_by("orders", 1) == [id]
    assert refusal(client.delete_version, "orders", 1) == (422, 42206)


def test_deletes(client: SchemaRegistryClient) -> None:
    client.register_schema("orders", Schema(AVRO, "AVRO"))
    client.register_schema("orders", Schema(AVRO_2, "AVRO"))

    assert client.delete_version("orders", 1) == 1
    assert client.get_versions("orders", deleted=True) == [1, 2]
    assert client.delete_version("orders", 1, permanent=True) == 1
    assert client.delete_subject("orders") == [2]
    assert client.get_subjects(deleted=True) == ["orders"]
    assert client.delete_subject("orders", permanent=True) == [2]
    assert client.get_subjects() == []


def test_compatibility(client: SchemaRegistryClient) -> None:
    client.register_schema("orders", Schema(AVRO, "AVRO"))
    good, bad = Schema(AVRO_2, "AVRO"), Schema(AVRO_BAD, "AVRO")

    assert client.test_compatibility("orders", good)
    assert not client.test_compatibility("orders", bad)
    assert not client.test_compatibility("orders", bad, version=1)
    assert client.test_compatibility_all_versions("orders", good)
    assert refusal(client.register_schema, "orders", bad) == (409, 40901)


def test_config(client: SchemaRegistryClient) -> None:
    assert client.get_compatibility() == "BACKWARD"
    assert client.set_compatibility("orders", "FULL") == {"compatibility": "FULL"}
    assert client.get_compatibility("orders") == "FULL"
    client.set_config(
        "orders", ServerConfig(compatibility=ConfigCompatibilityLevel.NONE)
    )
    assert client.get_config("orders").compatibility_level == "NONE"
    assert client.delete_config("orders").compatibility_level == "NONE"
    assert refusal(client.get_config, "orders") == (404, 40408)
    assert refusal(client.set_compatibility, "orders", "BEST") == (422, 42203)


def test_modes(client: SchemaRegistryClient) -> None:
    assert client.get_global_mode() == "READWRITE"
    assert client.update_global_mode("READONLY") == "READONLY"
    assert client.update_global_mode("READWRITE", force=True) == "READWRITE"
    assert client.update_mode("orders", "IMPORT") == "IMPORT"
    assert client.get_mode("orders") == "IMPORT"
    assert client.delete_mode("orders") == "IMPORT"
    assert refusal(client.get_mode, "orders") == (404, 40409)
    assert refusal(client.update_mode, "orders", "BEST") == (422, 42204)


@pytest.mark.parametrize(
    ("call", "arguments", "refused"),
    [
        ("get_versions", ("unknown",), (404, 40401)),
        ("get_version", ("orders", 9), (404, 40402)),
        ("get_version", ("orders", "x"), (422, 42202)),
        ("get_schema", (99,), (404, 40403)),
        ("lookup_schema", ("orders", Schema(AVRO_BAD, "AVRO")), (404, 40403)),
        ("register_schema", ("orders", Schema("{", "AVRO")), (422, 42201)),
    ],
)
def test_errors(
    client: SchemaRegistryClient,
    call: str,
    arguments: tuple[Any, ...],
    refused: tuple[int, int],
) -> None:
    client.register_schema("orders", Schema(AVRO, "AVRO"))

    assert refusal(getattr(client, call), *arguments) == refused
