"""Protobuf serializers over a running Dovetail."""

from __future__ import annotations

import dataclasses
import datetime
from typing import Any

import pydantic
import pytest

from registry.client import ClientError, RegistryClient, Schema
from registry.client.serdes import (
    DeserializationError,
    ProtobufDeserializer,
    ProtobufSerializer,
    SchemaNotRegistered,
    SchemaRefused,
    SerializationError,
)
from registry.client.serdes import _message_index as message_index
from tests.client.serdes.messages import classes, shop

MESSAGES = shop()
ORDER = MESSAGES("shop.Order")
DEEP = MESSAGES("shop.Order.Line.Deep")
UNRELATED = MESSAGES("shop.Unrelated")


def order(id: str) -> Any:
    message = ORDER(id=id)
    message.total.units = 5
    message.at.seconds = 7
    message.lines.add(sku="a", count=2)
    return message


@pytest.mark.parametrize("framing", ["prefix", "header"])
def test_a_message_comes_back_by_its_class_and_without_one(
    client: RegistryClient, topic: str, framing: str
) -> None:
    serializer = ProtobufSerializer(client, ORDER, {"schema.id.serializer": framing})
    headers: list[Any] = []
    payload = serializer.serialize(order("1"), topic, headers=headers)
    typed = ProtobufDeserializer(client, ORDER)
    for _ in range(2):
        assert typed.deserialize(payload, topic, headers=headers) == order("1")
    dynamic = ProtobufDeserializer(client).deserialize(payload, topic, headers=headers)
    assert dynamic.DESCRIPTOR.full_name == "shop.Order"
    assert dynamic.SerializeToString() == order("1").SerializeToString()


def test_imports_are_registered_under_their_path(
    client: RegistryClient, topic: str
) -> None:
    ProtobufSerializer(client, ORDER).serialize(order("1"), topic)
    registered = client.get_latest(f"{topic}-value").schema
    assert [each.name for each in registered.references] == ["common.proto"]
    assert client.get_latest("common.proto").schema.type == "PROTOBUF"


def test_a_nested_message_is_found_by_its_indexes(
    client: RegistryClient, topic: str
) -> None:
    payload = ProtobufSerializer(client).serialize(DEEP(yes=True), topic)
    assert payload is not None
    # Order is the file's second message, Line its first, Deep the first of that.
    assert payload[5:] == bytes([6, 2, 0, 0]) + DEEP(yes=True).SerializeToString()
    assert ProtobufDeserializer(client).deserialize(payload, topic).yes is True
    assert ProtobufDeserializer(client, DEEP).deserialize(payload, topic).yes is True
    with pytest.raises(DeserializationError, match=r"shop\.Order\.Line\.Deep"):
        ProtobufDeserializer(client, ORDER).deserialize(payload, topic)


def test_dicts_are_written_where_the_class_is_known(
    client: RegistryClient, topic: str
) -> None:
    serializer = ProtobufSerializer(client, ORDER)
    payload = serializer.serialize({"id": "9", "total": {"units": 3}}, topic)
    assert ProtobufDeserializer(client, ORDER).deserialize(payload, topic).id == "9"
    with pytest.raises(SerializationError, match="nope"):
        serializer.serialize({"nope": 1}, topic)
    with pytest.raises(SerializationError, match="expected a Order"):
        serializer.serialize(DEEP(), topic)


@dataclasses.dataclass
class Line:
    sku: str
    count: int = 2


@dataclasses.dataclass
class Order:
    id: str
    at: datetime.datetime
    lines: list[Line]


class LineModel(pydantic.BaseModel):
    sku: str
    count: int = 2


class OrderModel(pydantic.BaseModel):
    id: str
    at: datetime.datetime
    lines: list[LineModel]


MOMENT = datetime.datetime(1970, 1, 1, 0, 0, 7, tzinfo=datetime.UTC)


@pytest.mark.parametrize(
    "value",
    [
        Order("1", MOMENT, [Line("a")]),
        OrderModel(id="1", at=MOMENT, lines=[LineModel(sku="a")]),
        {"id": "1", "at": MOMENT, "lines": [Line("a")]},
    ],
    ids=["dataclass", "pydantic", "dict"],
)
def test_models_are_written_by_the_names_of_their_fields(
    client: RegistryClient, topic: str, value: Any
) -> None:
    expected = order("1")
    expected.ClearField("total")
    payload = ProtobufSerializer(client, ORDER).serialize(value, topic)
    assert ProtobufDeserializer(client, ORDER).deserialize(payload, topic) == expected


def test_a_function_may_turn_a_value_into_a_dict_or_a_message_of_the_class(
    client: RegistryClient, topic: str
) -> None:
    for turned in ({"id": "7"}, ORDER(id="7")):
        serializer = ProtobufSerializer(client, ORDER, to_dict=lambda _, t=turned: t)
        payload = serializer.serialize(object(), topic)
        read = ProtobufDeserializer(client, ORDER).deserialize(payload, topic)
        assert read == ORDER(id="7")
    with pytest.raises(SerializationError, match="expected a Order"):
        ProtobufSerializer(client, ORDER, to_dict=lambda _: UNRELATED()).serialize(
            object(), topic
        )


@pytest.mark.parametrize("value", [7, object(), [1], Line("a", 2**40), {"id": 1}])
def test_what_is_no_message_is_refused(
    client: RegistryClient, topic: str, value: Any
) -> None:
    with pytest.raises(SerializationError):
        ProtobufSerializer(client, ORDER).serialize(value, topic)


def test_an_import_passes_the_gate_too(client: RegistryClient, topic: str) -> None:
    # The subject of the import is this test's own.
    settings = {"reference.subject.name.strategy": lambda path: f"{topic}/{path}"}
    closed = ProtobufSerializer(
        client, ORDER, {**settings, "auto.register.schemas": False}
    )
    with pytest.raises(SchemaNotRegistered, match=r"common\.proto"):
        closed.serialize(order("1"), topic)
    client.set_mode("READONLY", f"{topic}/common.proto")
    with pytest.raises(ClientError, match="read-only"):
        ProtobufSerializer(client, ORDER, settings).serialize(order("1"), topic)
    client.delete_mode(f"{topic}/common.proto")

    other = 'syntax = "proto3"; package shop; message Money { int64 currency = 1; }'
    client.register(f"{topic}/common.proto", Schema(other, "PROTOBUF"))
    with pytest.raises(SchemaRefused, match="currency"):
        ProtobufSerializer(client, ORDER, settings).serialize(order("1"), topic)


BROKEN = 'syntax = "proto3"; package shop; message Event { int64 id = 1; }'
EVENT = 'syntax = "proto3"; package shop; message Event { string id = 1; }'


@pytest.mark.parametrize("settings", [{}, {"use.latest.version": True}])
def test_the_gate_refuses_an_incompatible_class(
    client: RegistryClient, topic: str, settings: dict[str, Any]
) -> None:
    event = classes(EVENT, "event.proto")("shop.Event")
    broken = classes(BROKEN, "event.proto")("shop.Event")
    ProtobufSerializer(client, event).serialize(event(id="1"), topic)
    with pytest.raises(SchemaRefused) as refused:
        ProtobufSerializer(client, broken, settings).serialize(broken(id=1), topic)
    assert refused.value.findings


def test_the_registered_order_of_messages_counts_under_use_latest(
    client: RegistryClient, topic: str
) -> None:
    reordered = EVENT + " message Other { }"
    local = EVENT.replace("message Event", "message Other { } message Event")
    registered = classes(reordered, "event.proto")("shop.Event")
    ProtobufSerializer(client, registered).serialize(registered(id="1"), topic)
    event = classes(local, "event.proto")("shop.Event")
    latest = ProtobufSerializer(client, event, {"use.latest.version": True})
    payload = latest.serialize(event(id="2"), topic)
    assert payload is not None
    assert payload[5:6] == b"\x00"
    assert ProtobufDeserializer(client).deserialize(payload, topic).id == "2"


@pytest.mark.parametrize("rest", [b"", b"\x02", b"\x02\x63", b"\xff\xff", b"\x00\xff"])
def test_what_follows_the_id_may_be_broken(
    client: RegistryClient, topic: str, rest: bytes
) -> None:
    payload = ProtobufSerializer(client, ORDER).serialize(order("1"), topic)
    assert payload is not None
    for deserializer in (
        ProtobufDeserializer(client),
        ProtobufDeserializer(client, ORDER),
    ):
        with pytest.raises(DeserializationError):
            deserializer.deserialize(payload[:5] + rest, topic)


@pytest.mark.parametrize("indexes", [(0,), (1,), (1, 0), (1, 0, 0), (200, 3)])
def test_indexes_are_read_as_they_were_written(indexes: tuple[int, ...]) -> None:
    data = message_index.written(indexes)
    assert message_index.read(b"xx" + data, 2) == (indexes, 2 + len(data))
