"""python-schema-registry-client, unmodified: register, read, evolve."""

from __future__ import annotations

import pytest
from schema_registry.client import SchemaRegistryClient, schema
from schema_registry.client.errors import ClientError
from schema_registry.serializers import AvroMessageSerializer

from tests.running import Dovetail

OLD = {"type": "record", "name": "Order", "fields": [{"name": "id", "type": "long"}]}
NOTE = {"name": "note", "type": "string", "default": "none"}
NEW = {**OLD, "fields": [*OLD["fields"], NOTE]}  # type: ignore[misc]
BAD = {**OLD, "fields": [{"name": "id", "type": "string"}]}


@pytest.fixture
def client(fresh_dovetail: Dovetail) -> SchemaRegistryClient:
    return SchemaRegistryClient(url=fresh_dovetail.url)


def test_a_message_across_a_change(client: SchemaRegistryClient) -> None:
    serializer = AvroMessageSerializer(client)
    first = serializer.encode_record_with_schema(
        "orders", schema.AvroSchema(OLD), {"id": 1}
    )
    second = serializer.encode_record_with_schema(
        "orders", schema.AvroSchema(NEW), {"id": 2, "note": "hi"}
    )

    assert serializer.decode_message(first) == {"id": 1}
    assert serializer.decode_message(second) == {"id": 2, "note": "hi"}


def test_its_methods(client: SchemaRegistryClient) -> None:
    assert client.register("orders", schema.AvroSchema(OLD)) == 1
    assert client.register("orders", schema.AvroSchema(OLD)) == 1
    assert client.register("orders", schema.AvroSchema(NEW)) == 2

    assert client.get_by_id(1).raw_schema == OLD
    assert client.get_by_id(9) is None
    assert client.get_subjects() == ["orders"]
    assert client.get_versions("orders") == [1, 2]
    assert client.get_schema("orders", 1).schema_id == 1
    assert client.check_version("orders", schema.AvroSchema(NEW)).version == 2
    assert client.test_compatibility("orders", schema.AvroSchema(NEW))
    assert not client.test_compatibility("orders", schema.AvroSchema(BAD))
    assert client.update_compatibility("FULL", "orders")
    assert client.get_compatibility("orders") == "FULL"
    assert client.get_compatibility() == "BACKWARD"
    assert client.delete_version("orders", 1) == 1
    assert client.delete_subject("orders") == [2]


def test_an_incompatible_schema(client: SchemaRegistryClient) -> None:
    client.register("orders", schema.AvroSchema(OLD))

    with pytest.raises(ClientError) as refused:
        client.register("orders", schema.AvroSchema(BAD))

    assert refused.value.http_code == 409
