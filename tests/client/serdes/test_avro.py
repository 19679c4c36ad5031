"""Avro serializers over a running Dovetail: the gate, framings, evolution."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from registry.client import AsyncRegistryClient, NotFound, RegistryClient, Schema
from registry.client.serdes import (
    AvroDeserializer,
    AvroSerializer,
    DeserializationError,
    JsonSerializer,
    SchemaNotRegistered,
    SchemaRefused,
    SerdeError,
    SerializationError,
    UnusableSchema,
)
from tests.client.conftest import ORDER, ORDER_BROKEN, ORDER_WITH_NOTE, order
from tests.running import Dovetail


def test_a_value_comes_back_with_the_schema_that_wrote_it(
    client: RegistryClient, topic: str
) -> None:
    serializer = AvroSerializer(client, ORDER)
    payload = serializer.serialize({"id": "1"}, topic)
    registered = client.get_latest(f"{topic}-value")
    assert payload is not None
    assert registered.id is not None
    assert payload == b"\x00" + registered.id.to_bytes(4, "big") + b"\x021"
    assert serializer.schema_of(topic) is not None
    decoded = AvroDeserializer(client).decode(payload, topic)
    assert (decoded.value, decoded.schema.id) == ({"id": "1"}, registered.id)


def test_none_is_a_tombstone_both_ways(client: RegistryClient, topic: str) -> None:
    assert AvroSerializer(client, ORDER).serialize(None, topic) is None
    assert AvroDeserializer(client).deserialize(None, topic) is None


def test_the_gate_refuses_with_findings_before_a_byte_exists(
    client: RegistryClient, topic: str
) -> None:
    AvroSerializer(client, ORDER).serialize({"id": "1"}, topic)
    broken = AvroSerializer(client, ORDER_BROKEN)
    for _ in range(2):
        with pytest.raises(SchemaRefused) as refused:
            broken.serialize({"id": "1", "total": 1.0}, topic)
        assert [each.rule for each in refused.value.findings] == [
            "AVRO_FIELD_NO_DEFAULT"
        ]
    assert client.list_versions(f"{topic}-value") == [1]


@pytest.mark.parametrize(
    ("text", "error"),
    [(ORDER_BROKEN, SchemaRefused), (ORDER_WITH_NOTE, SchemaNotRegistered)],
)
def test_without_auto_register_an_unknown_schema_is_checked_and_refused(
    client: RegistryClient, topic: str, text: str, error: type[Exception]
) -> None:
    client.register(f"{topic}-value", Schema(ORDER))
    serializer = AvroSerializer(client, text, {"auto.register.schemas": False})
    with pytest.raises(error):
        serializer.serialize({"id": "1", "note": None, "total": 1.0}, topic)
    assert client.list_versions(f"{topic}-value") == [1]


def test_a_registered_schema_is_written_where_nothing_may_be_registered(
    client: RegistryClient, topic: str
) -> None:
    client.register(f"{topic}-value", Schema(ORDER))
    client.set_mode("READONLY", f"{topic}-value")
    assert AvroSerializer(client, ORDER).serialize({"id": "1"}, topic)


def test_an_id_that_the_subject_does_not_have_is_refused(
    client: RegistryClient, topic: str
) -> None:
    known = client.register(f"{topic}-value", Schema(ORDER))
    other = client.register(f"{topic}-other", Schema(ORDER_BROKEN))
    value = {"id": "1", "total": 1.0}
    pinned = AvroSerializer(client, settings={"use.schema.id": known.id})
    assert pinned.serialize({"id": "1"}, topic)
    for id in (other.id, 2**31 - 1):
        with pytest.raises(SchemaNotRegistered, match="not found"):
            AvroSerializer(client, settings={"use.schema.id": id}).serialize(
                value, topic
            )
    client.register(f"{topic}-value", Schema(ORDER_WITH_NOTE))
    client.delete_version(f"{topic}-value", 1)
    assert AvroSerializer(client, settings={"use.schema.id": known.id}).serialize(
        {"id": "1"}, topic
    )


def test_a_latest_version_that_does_not_exist_is_not_registered(
    client: RegistryClient, topic: str
) -> None:
    for settings in (
        {"use.latest.version": True},
        {"use.latest.with.metadata": {"major": "1"}},
    ):
        with pytest.raises(SchemaNotRegistered):
            AvroSerializer(client, settings=settings).serialize({"id": "1"}, topic)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "it ends too early"),
        (b"\x08ab", "the payload ends too early"),
        (b"\xff" * 11, "a number of more than 10 bytes"),
        (b"\x02\xff", "utf-8"),
    ],
)
def test_what_is_wrong_with_a_payload_is_said(
    client: RegistryClient, topic: str, body: bytes, why: str
) -> None:
    payload = AvroSerializer(client, ORDER).serialize({"id": "1"}, topic)
    assert payload is not None
    with pytest.raises(DeserializationError) as refused:
        AvroDeserializer(client).deserialize(payload[:5] + body, topic)
    id = int.from_bytes(payload[1:5], "big")
    assert f"not one of the schema with id {id}: " in str(refused.value)
    assert why in str(refused.value)


def test_header_framing_leaves_the_payload_bare(
    client: RegistryClient, topic: str
) -> None:
    settings = {"schema.id.serializer": "header"}
    serializer = AvroSerializer(client, ORDER, settings)
    headers: list[tuple[str, bytes]] = [("other", b"x")]
    payload = serializer.serialize({"id": "1"}, topic, headers=headers)
    assert payload == b"\x021"
    assert [name for name, _ in headers] == ["other", "__value_schema_id"]
    deserializer = AvroDeserializer(client)
    assert deserializer.deserialize(payload, topic, headers=headers) == {"id": "1"}
    assert deserializer.deserialize(payload, topic, headers=dict(headers)) == {
        "id": "1"
    }
    with pytest.raises(SerializationError, match="headers"):
        serializer.serialize({"id": "1"}, topic)


def test_a_reader_schema_reads_all_versions(client: RegistryClient, topic: str) -> None:
    third = order(
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": "n", "type": "long", "default": 7},
    )
    values: list[tuple[str, dict[str, Any]]] = [
        (ORDER, {"id": "1"}),
        (ORDER_WITH_NOTE, {"id": "2", "note": "x"}),
        (third, {"id": "3", "note": None, "n": 1}),
    ]
    payloads = [
        AvroSerializer(client, text).serialize(value, topic) for text, value in values
    ]
    expected = [
        {"id": "1", "note": None, "n": 7},
        {"id": "2", "note": "x", "n": 7},
        {"id": "3", "note": None, "n": 1},
    ]
    for reader in (
        AvroDeserializer(client, third),
        AvroDeserializer(client, settings={"use.latest.version": True}),
    ):
        assert [reader.deserialize(each, topic) for each in payloads] == expected


@pytest.mark.parametrize(
    ("strategy", "subject"),
    [
        ("TOPIC", "{topic}-value"),
        ("RECORD", "shop.Order"),
        ("TOPIC_RECORD", "{topic}-shop.Order"),
        ("ASSOCIATED", "{topic}-value"),
    ],
)
def test_the_strategy_names_the_subject(
    client: RegistryClient, topic: str, strategy: str, subject: str
) -> None:
    settings = {"subject.name.strategy.type": strategy}
    serializer = AvroSerializer(client, ORDER, settings)
    payload = serializer.serialize({"id": "1"}, topic)
    assert client.lookup(subject.format(topic=topic), Schema(ORDER)).version == 1
    deserializer = AvroDeserializer(client, settings=settings)
    assert deserializer.deserialize(payload, topic) == {"id": "1"}


def test_a_function_may_name_the_subject(client: RegistryClient, topic: str) -> None:
    settings = {"subject.name.strategy": lambda topic, field, _: f"{field}.{topic}"}
    AvroSerializer(client, ORDER, settings).serialize({"id": "1"}, topic, field="key")
    assert client.list_versions(f"key.{topic}") == [1]


def test_what_is_no_name_of_a_subject_is_not_registered_under(
    client: RegistryClient, topic: str
) -> None:
    own = ORDER.replace("Order", topic)
    for nothing in (None, "", 5):
        named = {"subject.name.strategy": lambda *_, given=nothing: given}
        with pytest.raises(SerdeError, match="which is no subject"):
            AvroSerializer(client, own, named).serialize({"id": "1"}, topic)
    with pytest.raises(ValueError, match="'valeu': it is key or value"):
        AvroSerializer(client, own).serialize({"id": "1"}, topic, field="valeu")
    with pytest.raises(NotFound):
        client.lookup("None", Schema(own))
    assert client.list_subjects(prefix=topic) == []


def test_ids_of_another_context_are_read_there(
    client: RegistryClient, topic: str
) -> None:
    settings = {"subject.name.strategy": lambda t, f, _: f":.{topic}:{t}-{f}"}
    payload = AvroSerializer(client, ORDER, settings).serialize({"id": "1"}, topic)
    deserializer = AvroDeserializer(client, settings=settings)
    assert deserializer.deserialize(payload, topic) == {"id": "1"}


@pytest.mark.parametrize(
    "use", [{"use.latest.version": True}, {"use.schema.id": 0}, {"metadata": True}]
)
def test_a_registered_schema_may_be_used_instead_of_an_own_one(
    client: RegistryClient, topic: str, use: dict[str, Any]
) -> None:
    marked = Schema(ORDER_WITH_NOTE, metadata={"properties": {"major": topic}})
    registered = client.register(f"{topic}-value", marked)
    if "use.schema.id" in use:
        use = {"use.schema.id": registered.id}
    if "metadata" in use:
        use = {"use.latest.with.metadata": {"major": topic}}
    payload = AvroSerializer(client, settings=use).serialize({"id": "1"}, topic)
    assert AvroDeserializer(client).deserialize(payload, topic) == {
        "id": "1",
        "note": None,
    }


@pytest.mark.parametrize(
    "payload", [b"", b"\x00", b"hello world", b"\x00\x7f\xff\xff\xff\x02"]
)
def test_a_payload_that_cannot_be_read_has_one_error(
    client: RegistryClient, topic: str, payload: bytes
) -> None:
    with pytest.raises(DeserializationError):
        AvroDeserializer(client).deserialize(payload, topic)


@pytest.mark.parametrize(
    ("payload", "headers"),
    [
        ("text", []),
        (5, []),
        (b"\0\0\0\0\1", [("__value_schema_id", "€")]),
        (b"\0\0\0\0\1", [("__value_schema_id", 17)]),
        (b"\0\0\0\0\1", {"__value_schema_id": object()}),
    ],
)
def test_what_is_no_bytes_has_that_error_too(
    client: RegistryClient, topic: str, payload: Any, headers: Any
) -> None:
    with pytest.raises(DeserializationError, match=r"no bytes|no id"):
        AvroDeserializer(client).deserialize(payload, topic, headers=headers)


def test_a_topic_without_an_association_is_read_whatever_names_its_records(
    client: RegistryClient, topic: str
) -> None:
    strategy = {
        "subject.name.strategy.type": "ASSOCIATED",
        "subject.name.strategy.conf": {"subject.name.strategy.fallback.type": "RECORD"},
    }
    own = ORDER.replace("Order", topic)
    payload = AvroSerializer(client, own, strategy).serialize({"id": "1"}, topic)
    assert client.list_subjects(prefix=f"shop.{topic}") == [f"shop.{topic}"]
    reading = AvroDeserializer(client, settings=strategy)
    assert reading.deserialize(payload, topic) == {"id": "1"}


@pytest.mark.parametrize(
    ("type", "serializer", "value"),
    [("AVRO", JsonSerializer, "x"), ("JSON", AvroSerializer, "x")],
)
def test_a_registered_schema_of_another_format_is_not_written_with(
    client: RegistryClient, topic: str, type: str, serializer: Any, value: Any
) -> None:
    client.register(f"{topic}-value", Schema('{"type": "string"}', type))
    with pytest.raises(UnusableSchema, match=f"of type {type}"):
        serializer(client, None, {"use.latest.version": True}).serialize(value, topic)


def test_tasks_warm_up_first_and_then_never_wait(
    dovetail: Dovetail, topic: str
) -> None:
    async def use() -> Any:
        async with AsyncRegistryClient(dovetail.url) as client:
            serializer = AvroSerializer(client, ORDER)
            with pytest.raises(SerializationError, match="warm_up"):
                serializer.serialize({"id": "1"}, topic)
            await serializer.warm_up(topic)
            payload = serializer.for_topic(topic)({"id": "1"})
            deserializer = AvroDeserializer(client)
            with pytest.raises(DeserializationError, match="decode_async"):
                deserializer.deserialize(payload, topic)
            decoded = await deserializer.decode_async(payload, topic)
            return decoded.value, deserializer.deserialize(payload, topic)

    assert asyncio.run(use()) == ({"id": "1"}, {"id": "1"})


def test_tasks_go_on_with_an_older_latest_version_until_they_can_await(
    dovetail: Dovetail, client: RegistryClient, topic: str
) -> None:
    client.register(f"{topic}-value", Schema(ORDER))

    async def use() -> list[Any]:
        settings = {"url": dovetail.url, "cache.latest.ttl.sec": 0.05}
        latest = {"use.latest.version": True}
        async with AsyncRegistryClient(settings) as tasks:
            serializer = AvroSerializer(tasks, settings=latest)
            deserializer = AvroDeserializer(tasks, settings=latest)
            await serializer.warm_up(topic)
            payload = serializer.serialize({"id": "1"}, topic)
            assert payload is not None
            await deserializer.decode_async(payload, topic)
            client.register(f"{topic}-value", Schema(ORDER_WITH_NOTE))
            await asyncio.sleep(0.1)
            before = (
                serializer.serialize({"id": "1"}, topic),
                deserializer.deserialize(payload, topic),
            )
            assert before == (payload, {"id": "1"})
            longer = await serializer.serialize_async({"id": "1"}, topic)
            assert longer is not None
            return [longer[5:], (await deserializer.decode_async(payload, topic)).value]

    assert asyncio.run(use()) == [b"\x021\x00", {"id": "1", "note": None}]


@pytest.mark.parametrize(
    "settings",
    [
        {"auto.register.schema": True},
        {"use.latest.version": True, "auto.register.schemas": True},
        {"use.latest.version": True, "use.schema.id": 1},
        {"auto.register.schemas": "false"},
        {"use.latest.version": None},
        {"use.schema.id": 0},
        {"use.schema.id": "7"},
        {"use.latest.with.metadata": "major=1"},
        {"schema.id.serializer": "suffix"},
        {"subject.name.strategy.type": "SUBJECT"},
    ],
)
def test_wrong_settings_are_refused_at_once(
    client: RegistryClient, settings: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"auto\.register|use\.|schema\.id|subject"):
        AvroSerializer(client, ORDER, settings)
