"""Confluent's client with its default strategy: the association names the subject."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from confluent_kafka.schema_registry import (
    AssociationCreateOrUpdateInfo,
    AssociationCreateOrUpdateRequest,
    Schema,
    SchemaRegistryClient,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

from tests.running import Dovetail

ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'
WIDER = ORDER.replace("]}", ',{"name":"note","type":"string","default":""}]}')


@pytest.fixture
def client(fresh_dovetail: Dovetail) -> Iterator[SchemaRegistryClient]:
    with SchemaRegistryClient({"url": fresh_dovetail.url}) as opened:
        yield opened


def associate(
    client: SchemaRegistryClient, topic: str, subject: str, **more: object
) -> None:
    client.create_association(
        AssociationCreateOrUpdateRequest(
            resource_name=topic,
            resource_namespace="lkc-1",
            resource_id=f"id of {topic}",
            resource_type="topic",
            associations=[
                AssociationCreateOrUpdateInfo(
                    subject=subject, association_type="value", **more
                )
            ],
        )
    )


def test_the_default_serializer_registers_under_the_associated_subject(
    client: SchemaRegistryClient,
) -> None:
    associate(
        client, "orders", "shared/order", schema=Schema(ORDER, "AVRO"), lifecycle="WEAK"
    )
    context = SerializationContext("orders", MessageField.VALUE)

    payload = AvroSerializer(client, WIDER)({"id": 7, "note": "x"}, context)
    read = AvroDeserializer(client)(payload, context)

    assert read == {"id": 7, "note": "x"}
    assert client.get_subjects() == ["shared/order"]
    assert client.get_versions("shared/order") == [1, 2]


def test_a_topic_without_association_has_its_own_subject(
    client: SchemaRegistryClient,
) -> None:

    AvroSerializer(client, ORDER)(
        {"id": 7}, SerializationContext("orders", MessageField.VALUE)
    )

    assert client.get_subjects() == ["orders-value"]


def test_the_client_reads_and_deletes_associations(
    client: SchemaRegistryClient,
) -> None:
    client.register_schema("mine", Schema(ORDER, "AVRO"))
    associate(client, "orders", "mine", lifecycle="STRONG", frozen=False)

    [found] = client.get_associations_by_resource_name(
        "orders", "lkc-1", "topic", ["value"]
    )
    client.delete_associations(
        "id of orders", "topic", ["value"], cascade_lifecycle=True
    )

    assert (found.subject, found.resource_id, found.frozen) == (
        "mine",
        "id of orders",
        False,
    )
    assert client.get_associations_by_resource_name("orders", "-") == []
    assert client.get_subjects() == []
    with pytest.raises(SchemaRegistryError, match="Association for 'none' not found"):
        client.delete_associations("none")
