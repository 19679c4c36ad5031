"""Reading with another schema: the specification, and what libraries get wrong."""

from __future__ import annotations

import decimal
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from registry.client.serdes.avro_codec import compile_reader, compile_writer, parse
from tests.client.serdes.avro_schemas import schemas_with_values
from tests.client.serdes.test_avro_codec import same, written


def record(name: str, *fields: Any, **more: Any) -> dict[str, Any]:
    members = [
        {"name": each[0], "type": each[1], **(each[2] if len(each) > 2 else {})}
        for each in fields
    ]
    return {"type": "record", "name": name, "fields": members, **more}


def enum(name: str, *symbols: str, **more: Any) -> dict[str, Any]:
    return {"type": "enum", "name": name, "symbols": list(symbols), **more}


def fixed(name: str, size: int) -> dict[str, Any]:
    return {"type": "fixed", "name": name, "size": size}


def as_logical(type: str, name: str, **more: Any) -> dict[str, Any]:
    return {"type": type, "logicalType": name, **more}


def read(writer: Any, value: Any, reader: Any) -> Any:
    old, new = parse(json.dumps(writer)), parse(json.dumps(reader))
    return compile_reader(old, new)(compile_writer(old)(value), 0)


A = record("A", ("x", "int"))
READ = [
    ("int", 5, "long", 5),
    ("int", 5, "double", 5.0),
    ("long", 2**24 + 1, "float", 16777216.0),  # as Java reads it
    ("float", 0.5, "double", 0.5),
    ("string", "ü", "bytes", "ü".encode()),
    ("bytes", b"x", "string", "x"),
    ("int", 5, ["null", "string", "long"], 5),
    ("int", 5, ["double", "int"], 5),  # the same type before a promotion
    (["null", "int"], 5, "int", 5),
    (["int", "string"], "x", ["string", "null"], "x"),
    (record("A", ("x", "int"), ("y", "int")), {"x": 1, "y": 2}, A, {"x": 1}),
    (
        A,
        {"x": 1},
        record("A", ("y", "int", {"default": 3}), ("x", "long")),
        {"y": 3, "x": 1},
    ),
    (
        A,
        {"x": 1},
        record("B", ("z", "int", {"aliases": ["x"]}), aliases=["A"]),
        {"z": 1},
    ),
    (record("n.A", ("x", "int")), {"x": 1}, record("m.A", ("x", "int")), {"x": 1}),
    (A, {"x": 1}, record("A", ("b", "bytes", {"default": "\u00ff"})), {"b": b"\xff"}),
    (
        A,
        {"x": 1},
        record(
            "A",
            (
                "r",
                record("R", ("p", "int"), ("q", "int", {"default": 3})),
                {"default": {"p": 1}},
            ),
        ),
        {"r": {"p": 1, "q": 3}},  # nested defaults are completed
    ),
    (
        A,
        {"x": 1},
        record("A", ("t", as_logical("long", "timestamp-millis"), {"default": 1000})),
        {"t": datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)},
    ),
    (enum("E", "A", "B"), "B", enum("E", "A", "C", default="C"), "C"),
    (enum("E", "A", "B"), "A", enum("E", "B", "A"), "A"),
    (fixed("n.F", 2), b"ab", fixed("m.F", 2), b"ab"),
    ({"type": "array", "items": "int"}, [1], {"type": "array", "items": "long"}, [1]),
    (
        {"type": "map", "values": ["null", "int"]},
        {"k": 1},
        {"type": "map", "values": "double"},
        {"k": 1.0},
    ),
    (
        # fastavro takes the first branch of the short name, which is another record
        [record("y.A", ("x", "int"))],
        {"x": 1},
        [record("x.A", ("w", "int", {"default": 0})), record("y.A", ("x", "int"))],
        {"x": 1},
    ),
    (
        as_logical("long", "timestamp-millis"),
        datetime(2026, 1, 1, tzinfo=UTC),
        as_logical("long", "timestamp-micros"),
        datetime(2026, 1, 1, tzinfo=UTC),
    ),
    (as_logical("long", "timestamp-millis"), 5, "long", 5),
    (
        "long",
        1000,
        as_logical("long", "timestamp-millis"),
        datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),
    ),
    (
        as_logical("bytes", "decimal", precision=4, scale=2),
        decimal.Decimal("12.34"),
        as_logical("bytes", "decimal", precision=4, scale=2),
        decimal.Decimal("12.34"),
    ),
]


@pytest.mark.parametrize(("writer", "value", "reader", "expected"), READ)
def test_a_value_is_read_as_the_reader_describes_it(
    writer: Any, value: Any, reader: Any, expected: Any
) -> None:
    found = read(writer, value, reader)
    assert same(found, expected)
    if isinstance(found, dict):
        assert list(found) == [each["name"] for each in _fields(reader, found)]


def _fields(reader: Any, found: dict[str, Any]) -> list[Any]:
    branches = reader if isinstance(reader, list) else [reader]
    for each in branches:
        if {f["name"] for f in each.get("fields", ())} == found.keys():
            return list(each["fields"])
    return [{"name": key} for key in found]


REFUSED = [
    ("long", 5, "int"),
    ("string", "x", "int"),
    (A, {"x": 1}, record("Z", ("x", "int"))),
    (A, {"x": 1}, record("A", ("y", "int"))),
    (A, {"x": 1}, record("A", ("y", ["null", "int"]))),  # nullable is no default
    (fixed("F", 2), b"ab", fixed("F", 3)),
    (fixed("A", 0), b"", A),
    (enum("E", "A", "B"), "B", enum("E", "A")),
    (["null", "string"], "x", ["null", "int"]),
    ("bytes", b"\xff", "string"),
    (
        as_logical("bytes", "decimal", precision=4, scale=2),
        decimal.Decimal("1.5"),
        as_logical("bytes", "decimal", precision=4, scale=1),
    ),
]


@pytest.mark.parametrize(("writer", "value", "reader"), REFUSED)
def test_a_value_that_the_reader_cannot_take_is_refused(
    writer: Any, value: Any, reader: Any
) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # each has words of its own
        read(writer, value, reader)


@pytest.mark.parametrize(
    ("type", "default"),
    [
        (record("Inner", ("x", "int")), {}),
        ("bytes", "\u20ac"),
        (as_logical("int", "date"), 99_999_999),
        (as_logical("string", "uuid"), "none"),
    ],
)
def test_a_default_that_is_no_value_is_refused_where_it_is_needed(
    type: Any, default: Any
) -> None:
    field = {"name": "y", "type": type, "default": default}
    reader = {**A, "fields": [*A["fields"], field]}
    with pytest.raises(ValueError, match="default of field y of A"):
        read(A, {"x": 1}, reader)


def test_a_union_is_refused_only_for_the_branch_that_does_not_fit() -> None:
    assert read(["null", "string"], None, ["null", "int"]) is None


def test_defaults_are_not_shared_between_messages() -> None:
    reader = record("A", ("many", {"type": "array", "items": "int"}, {"default": []}))
    decode = compile_reader(parse(json.dumps(A)), parse(json.dumps(reader)))
    decode(b"\x02", 0)["many"].append(1)
    assert decode(b"\x02", 0) == {"many": []}


def test_a_recursive_type_is_resolved_and_skipped() -> None:
    node = record("N", ("v", "int"), ("next", ["null", "N"]), ("old", ["null", "N"]))
    shorter = record("N", ("next", ["null", "N"]), ("v", "long"))
    leaf = {"v": 2, "next": None, "old": None}
    value = {"v": 1, "next": leaf, "old": leaf}
    expected = {"next": {"next": None, "v": 2}, "v": 1}
    assert read(node, value, shorter) == expected


@settings(max_examples=300, deadline=None)
@given(schemas_with_values())
def test_reading_with_the_same_schema_changes_nothing(case: tuple[Any, Any]) -> None:
    schema, value = case
    payload = written(schema, value)
    if payload is None:
        return
    plain, resolving = parse(json.dumps(schema)), parse(json.dumps(schema))
    try:
        expected = compile_reader(plain)(payload, 0)
    except ValueError:
        return  # a text in a union that may only hold a UUID
    assert same(compile_reader(plain, resolving)(payload, 0), expected)


@settings(max_examples=300, deadline=None)
@given(schemas_with_values())
def test_a_skipped_field_leaves_what_follows_in_place(case: tuple[Any, Any]) -> None:
    schema, value = case
    writer = record("Outer", ("gone", schema), ("kept", "string"))
    payload = written(writer, {"gone": value, "kept": "here"})
    if payload is None:
        return
    reader = parse(json.dumps(record("Outer", ("kept", "string"))))
    decode = compile_reader(parse(json.dumps(writer)), reader)
    assert decode(payload, 0) == {"kept": "here"}
