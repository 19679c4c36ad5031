"""The generated codec against fastavro, over random schemas and values."""

from __future__ import annotations

import dataclasses
import enum
import io
import json
import math
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings

from registry.client.serdes._errors import SerializationError
from registry.client.serdes.avro_codec import compile_reader, compile_writer, parse
from registry.client.serdes.avro_codec._reader import generate_reader
from registry.client.serdes.avro_codec._writer import generate_writer
from tests.client.serdes.avro_schemas import schemas_with_values


def written(schema: Any, value: Any) -> bytes | None:
    """fastavro's bytes; None where it refuses the value."""
    out = io.BytesIO()
    try:
        fastavro.schemaless_writer(out, schema, value, strict_allow_default=True)
    except (ValueError, TypeError, OverflowError, AttributeError, KeyError):
        return None
    return out.getvalue()


def same(left: Any, right: Any) -> bool:
    """Equal, with NaN equal to itself."""
    if isinstance(left, float) and isinstance(right, float) and math.isnan(left):
        return math.isnan(right)
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(
            same(left[key], right[key]) for key in left
        )
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return type(left) is type(right) and left == right


def refused_or_read_back(schema: Any, value: Any) -> bool:
    """Whether we refuse too, or found a branch that fastavro missed."""
    try:
        payload = compile_writer(parse(json.dumps(schema)))(value)
    except SerializationError:
        return True
    return same(fastavro.schemaless_reader(io.BytesIO(payload), schema, None), value)


def refused(value: Any, error: Exception) -> bytes:
    raise AssertionError(f"generated code gave up on {value!r}") from error


@settings(max_examples=600, deadline=None)
@given(schemas_with_values())
def test_bytes_and_values_equal_fastavro(case: tuple[Any, Any]) -> None:
    schema, value = case
    expected = written(schema, value)
    parsed = parse(json.dumps(schema))
    if expected is None:
        assert refused_or_read_back(schema, value)
        return
    write = generate_writer(parsed, refused, prefix=b"12345")
    assert write(value) == b"12345" + expected
    try:
        known = fastavro.schemaless_reader(io.BytesIO(expected), schema, None)
    except ValueError:  # a text in a union that may only hold a UUID
        with pytest.raises(ValueError):  # noqa: PT011
            compile_reader(parsed)(b"12345" + expected, 5)
        return
    assert same(compile_reader(parsed)(b"12345" + expected, 5), known)


@settings(max_examples=300, deadline=None)
@given(schemas_with_values(), schemas_with_values())
def test_a_value_of_another_schema_is_refused_or_written_as_fastavro_does(
    case: tuple[Any, Any], other: tuple[Any, Any]
) -> None:
    schema, value = case[0], other[1]
    expected = written(schema, value)
    if expected is None:
        assert refused_or_read_back(schema, value)
        return
    try:
        ours = compile_writer(parse(json.dumps(schema)))(value)
    except SerializationError:
        return  # stricter, as over booleans where numbers belong
    assert ours == expected


@settings(max_examples=300, deadline=None)
@given(schemas_with_values())
def test_each_shortened_payload_is_refused_and_never_hangs(case: Any) -> None:
    schema, value = case
    payload = written(schema, value)
    if payload is None:
        return
    read = generate_reader(parse(json.dumps(schema)))
    for size in range(min(len(payload), 40)):
        with pytest.raises(Exception):  # noqa: B017, PT011  # which one is free
            read(payload[:size], 0)


NODE = {
    "type": "record",
    "name": "tree.Node",
    "fields": [
        {"name": "value", "type": "int"},
        {"name": "next", "type": ["null", "Node"], "default": None},
        {"name": "children", "type": {"type": "array", "items": "Node"}, "default": []},
    ],
}


def test_a_recursive_type_is_written_and_read_by_generated_code() -> None:
    parsed = parse(json.dumps(NODE))
    leaf = {"value": 2, "next": None, "children": []}
    value = {"value": 1, "next": leaf, "children": [leaf, leaf]}
    payload = generate_writer(parsed, refused)(value)
    assert payload == written(NODE, value)
    assert generate_reader(parsed)(payload, 0) == value


def test_absent_fields_take_their_defaults_and_the_bytes_are_fastavros() -> None:
    payload = compile_writer(parse(json.dumps(NODE)))({"value": 5})
    assert payload == written(NODE, {"value": 5})


def record(*fields: dict[str, Any]) -> Any:
    return {"type": "record", "name": "shop.Order", "fields": list(fields)}


WRONG = [
    ("int", 2**31, "value: expected a 32-bit integer, got int 2147483648"),
    ("int", "5", "value: expected a 32-bit integer, got str '5'"),
    ("int", 1.5, "value: expected a 32-bit integer, got float 1.5"),
    ("long", 2**63, "value: expected a 64-bit integer, got int 9223372036854775808"),
    ("null", 5, "value: expected null, got int 5"),
    ("boolean", "x", "value: expected a boolean, got str 'x'"),
    ("string", b"x", "value: expected a string of valid Unicode, got bytes b'x'"),
    ("string", "\ud800", "value: expected a string of valid Unicode"),
    ("bytes", "x", "value: expected bytes, got str 'x'"),
    ("float", 1e300, "value: expected a 32-bit float, got float 1e+300"),
    ("double", "1.5", "value: expected a number, got str '1.5'"),
    ({"type": "array", "items": "string"}, "abc", "value: expected a list"),
    ({"type": "map", "values": "int"}, {1: 2}, "value: expected string keys"),
    ({"type": "fixed", "name": "F", "size": 2}, b"abc", "value: expected 2 bytes"),
    ({"type": "enum", "name": "E", "symbols": ["A"]}, "B", "a symbol of E, got str"),
    (
        record(
            {"name": "a", "type": record({"name": "b", "type": "int"}) | {"name": "X"}}
        ),
        {"a": {"b": "5"}},
        "a.b: expected a 32-bit integer, got str '5'",
    ),
    (record({"name": "a", "type": "int"}), {}, "field 'a' is missing and has no"),
    (record({"name": "a", "type": ["null", "int"]}), {}, "field 'a' is missing"),
    (
        record({"name": "a", "type": "int"}),
        {"a": 1, "b": 2},
        "value: shop.Order has no field 'b'",
    ),
    (["null", "int"], "x", "value: expected"),
]


@pytest.mark.parametrize(("schema", "value", "why"), WRONG)
def test_what_does_not_fit_is_refused_with_its_path(
    schema: Any, value: Any, why: str
) -> None:
    with pytest.raises(SerializationError) as caught:
        compile_writer(parse(json.dumps(schema)))(value)
    assert why in str(caught.value)


def test_without_strict_a_record_may_have_more_fields_and_lack_nullable_ones() -> None:
    schema = record(
        {"name": "a", "type": ["null", "int"]}, {"name": "b", "type": "int"}
    )
    write = compile_writer(parse(json.dumps(schema)), strict=False)
    assert write({"b": 1, "other": 2}) == b"\x00\x02"
    with pytest.raises(SerializationError):
        write({"a": 1})


def test_names_of_a_schema_never_become_code() -> None:
    evil = "a'] = __import__('os').abort() #"
    schema = record({"name": "x", "type": {"type": "map", "values": "int"}})
    parsed = parse(json.dumps(schema))
    # No parser lets such a name in; the generator must not depend on that.
    parsed.root["fields"][0]["name"] = evil
    payload = generate_writer(parsed, refused)({evil: {"k": 1}})
    assert generate_reader(parsed)(payload, 0) == {evil: {"k": 1}}


class Color(enum.Enum):
    RED = "RED"


@dataclasses.dataclass
class Inner:
    n: int


@dataclasses.dataclass(slots=True)
class Outer:
    color: Color
    inner: Inner
    many: list[Inner]


def test_dataclasses_and_enums_are_written_as_their_dicts() -> None:
    schema = record(
        {"name": "color", "type": {"type": "enum", "name": "C", "symbols": ["RED"]}},
        {"name": "inner", "type": record({"name": "n", "type": "int"}) | {"name": "I"}},
        {"name": "many", "type": {"type": "array", "items": "I"}},
    )
    schema["fields"][2]["type"]["items"] = "shop.I"
    schema["fields"][1]["type"]["name"] = "shop.I"
    parsed = parse(json.dumps(schema))
    value = Outer(Color.RED, Inner(1), [Inner(2)])
    plain = {"color": "RED", "inner": {"n": 1}, "many": [{"n": 2}]}
    assert generate_writer(parsed, refused)(value) == written(schema, plain)


def test_a_reference_is_parsed_from_its_own_text() -> None:
    address = {
        "type": "record",
        "name": "a.Address",
        "fields": [{"name": "z", "type": "int"}],
    }
    order = record({"name": "to", "type": "a.Address"})
    parsed = parse(json.dumps(order), [json.dumps(address)])
    payload = compile_writer(parsed)({"to": {"z": 1}})
    assert (payload, compile_reader(parsed)(payload, 0)) == (b"\x02", {"to": {"z": 1}})


@pytest.mark.parametrize(
    "payload",
    [
        b"\x01",  # a negative length
        b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01",  # too long a number
        b"\xfe\xff\xff\xff\x0f",  # a length beyond the payload
    ],
)
def test_broken_lengths_are_refused(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"length|bytes"):
        generate_reader(parse('"string"'))(payload + b"x", 0)


def test_few_bytes_cannot_ask_for_many_empty_items() -> None:
    nulls = parse('{"type": "array", "items": {"type": "array", "items": "null"}}')
    huge = b"\xfe\xff\xff\xff\x0f\x00"
    with pytest.raises(ValueError, match="take no bytes"):
        generate_reader(nulls)(b"\x04" + huge + huge + b"\x00", 0)


def test_deep_nesting_is_refused_not_crashed() -> None:
    read = generate_reader(parse(json.dumps(NODE)))
    with pytest.raises(RecursionError):
        read(b"\x00\x02" * 100_000, 0)


@pytest.mark.parametrize(
    ("kind", "bits"),
    [("int", at) for at in range(32)] + [("long", at) for at in range(64)],
)
def test_numbers_of_each_size_are_read_as_written_and_refused_when_cut(
    kind: str, bits: int
) -> None:
    near = 2**bits
    numbers = [sign * (near - 1) for sign in (1, -1)] + [-near]
    schema = fastavro.parse_schema({"type": "array", "items": kind})
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema, numbers)
    read = compile_reader(parse(json.dumps(schema)))
    payload = out.getvalue()
    assert read(payload, 0) == numbers
    for end in range(len(payload)):
        with pytest.raises((IndexError, ValueError)):
            read(payload[:end], 0)
