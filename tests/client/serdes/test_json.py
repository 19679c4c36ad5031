"""JSON serializers over a running Dovetail."""

from __future__ import annotations

import dataclasses
import datetime
import json
import time
from typing import Any

import pydantic
import pytest

from registry.client import RegistryClient, Schema, SchemaReference
from registry.client.serdes import (
    DeserializationError,
    JsonDeserializer,
    JsonSerializer,
    SchemaRefused,
    SerializationError,
    UnusableSchema,
)
from registry.client.serdes._json_validator import compile_validator

ORDER = json.dumps(
    {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Order",
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "total": {"type": "number"},
            "at": {"type": "string", "minLength": 10},
        },
        "required": ["id"],
    }
)


@pytest.mark.parametrize("framing", ["prefix", "header"])
def test_a_document_comes_back(
    client: RegistryClient, topic: str, framing: str
) -> None:
    serializer = JsonSerializer(client, ORDER, {"schema.id.serializer": framing})
    headers: list[Any] = []
    value = {"id": "ü", "total": 2**70}
    payload = serializer.serialize(value, topic, headers=headers)
    assert payload is not None
    assert json.loads(payload[5 if framing == "prefix" else 0 :]) == value
    deserializer = JsonDeserializer(client)
    assert deserializer.deserialize(payload, topic, headers=headers) == value


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ({"total": 1}, '"id" is a required property'),
        ({"id": 1}, "/id: 1 is not of type"),
        ({"id": "1", "total": float("nan")}, "/total: null is not of type"),
        ({"id": "1", "at": object()}, "neither JSON nor a known model"),
        ({"id": "\ud800"}, "cannot be JSON"),
    ],
)
def test_what_its_reader_would_refuse_is_not_written(
    client: RegistryClient, topic: str, value: Any, why: str
) -> None:
    with pytest.raises(SerializationError, match=why):
        JsonSerializer(client, ORDER).serialize(value, topic)


@dataclasses.dataclass
class Dated:
    id: str
    at: datetime.date


class Model(pydantic.BaseModel):
    id: str
    at: datetime.date


@pytest.mark.parametrize("kind", [Dated, Model])
def test_models_are_written_and_read(
    client: RegistryClient, topic: str, kind: Any
) -> None:
    value = kind(id="1", at=datetime.date(2026, 1, 2))
    payload = JsonSerializer(client, ORDER).serialize(value, topic)
    assert JsonDeserializer(client).deserialize(payload, topic) == {
        "id": "1",
        "at": "2026-01-02",
    }
    typed = JsonDeserializer(client, from_dict=Model.model_validate)
    assert typed.deserialize(payload, topic).at == datetime.date(2026, 1, 2)


def test_the_gate_refuses_with_findings(client: RegistryClient, topic: str) -> None:
    JsonSerializer(client, ORDER).serialize({"id": "1"}, topic)
    changed = ORDER.replace('"number"', '"string"')
    with pytest.raises(SchemaRefused) as refused:
        JsonSerializer(client, changed).serialize({"id": "1"}, topic)
    assert refused.value.findings


def test_a_reader_schema_judges_what_is_read(
    client: RegistryClient, topic: str
) -> None:
    payload = JsonSerializer(client, ORDER).serialize({"id": "1"}, topic)
    strict = ORDER.replace('["id"]', '["id", "total"]')
    with pytest.raises(DeserializationError, match="total"):
        JsonDeserializer(client, strict).deserialize(payload, topic)
    lenient = JsonDeserializer(client, strict, {"validate": False})
    assert lenient.deserialize(payload, topic) == {"id": "1"}


@pytest.mark.parametrize(
    ("name", "id"),
    [
        ("https://shop.example/money.json", None),
        ("money.json", None),
        ("money.json", "x"),
    ],
)
def test_references_are_followed(
    client: RegistryClient, topic: str, name: str, id: str | None
) -> None:
    money = Schema('{"type": "object", "required": ["units"]}', "JSON")
    known = client.register(f"{topic}-money", money)
    order: dict[str, Any] = {"type": "object", "properties": {"total": {"$ref": name}}}
    if id:
        order["$id"] = "https://shop.example/order.json"
    reference = SchemaReference(name, f"{topic}-money", known.version or 0)
    schema = Schema(json.dumps(order), "JSON", (reference,))
    serializer = JsonSerializer(client, schema)
    payload = serializer.serialize({"total": {"units": 1}}, topic)
    assert JsonDeserializer(client).deserialize(payload, topic) == {
        "total": {"units": 1}
    }
    with pytest.raises(SerializationError, match="units"):
        serializer.serialize({"total": {}}, topic)


def test_nothing_is_fetched() -> None:
    with pytest.raises(UnusableSchema):
        compile_validator('{"$ref": "http://127.0.0.1:9/x.json"}', {})


@pytest.mark.parametrize("pattern", ["^(a+)+$", "^(?=a)(a+)+$"])
def test_a_hostile_pattern_takes_no_time(pattern: str) -> None:
    fault = compile_validator(json.dumps({"pattern": pattern}), {})
    start = time.monotonic()
    assert fault("a" * 40 + "b") is not None
    assert time.monotonic() - start < 2


@pytest.mark.parametrize("body", [b"", b"{", b"[" * 5000, b"NaN", b"\xff", b'{"id":1}'])
def test_a_broken_document_has_one_error(
    client: RegistryClient, topic: str, body: bytes
) -> None:
    payload = JsonSerializer(client, ORDER).serialize({"id": "1"}, topic)
    assert payload is not None
    with pytest.raises(DeserializationError):
        JsonDeserializer(client).deserialize(payload[:5] + body, topic)
