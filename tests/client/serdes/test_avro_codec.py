"""The generated codec against fastavro, over random schemas and values."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import io
import json
import math
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings

from registry.client.serdes._errors import SerializationError, UnusableSchema
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


@pytest.mark.parametrize("items", ["null", "Empty"])
def test_nor_may_they_where_the_schema_is_too_large_for_generated_code(
    items: str,
) -> None:
    wide = [
        {"name": f"f{at}", "type": ["null", "long", "string"]} for at in range(1_500)
    ]
    large: dict[str, Any] = {"type": "record", "name": "Wide", "fields": wide}
    value = {f"f{at}": at for at in range(1_500)}
    parsed = parse(json.dumps(large))
    assert compile_reader(parsed)(compile_writer(parsed)(value), 0) == value

    empty: dict[str, Any] = {"type": "record", "name": "Empty", "fields": []}
    wide += [
        {"name": "empty", "type": empty},
        {"name": "free", "type": {"type": "array", "items": items}},
    ]
    with pytest.raises(UnusableSchema, match="too large"):
        compile_reader(parse(json.dumps(large)))


def test_deep_nesting_is_refused_not_crashed() -> None:
    deep: dict[str, Any] = {"value": 1, "next": None}
    for _ in range(100_000):
        deep = {"value": 1, "next": deep}
    endless: dict[str, Any] = {"value": 1}
    endless["next"] = endless
    for value in (deep, endless):
        with pytest.raises(SerializationError, match="nested too deeply"):
            compile_writer(parse(json.dumps(NODE)))(value)
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


EDGES = [
    sign * (2**bits + near)
    for bits in (0, 6, 13, 14, 20, 26, 27, 28, 30, 31, 34, 40, 41, 42, 48, 55, 62, 63)
    for near in (-1, 0, 1)
    for sign in (1, -1)
]


def both_orders(kind: Any) -> list[Any]:
    """A type alone, and where null may stand before or after it."""
    return [kind, ["null", kind], [kind, "null"]]


@pytest.mark.parametrize("bits", [32, 64])
def test_numbers_at_the_edges_of_each_size_are_written_as_fastavro_does(
    bits: int,
) -> None:
    for schema in both_orders("int" if bits == 32 else "long"):
        write = generate_writer(parse(json.dumps(schema)), refused)
        strict = compile_writer(parse(json.dumps(schema)))
        for number in EDGES:
            if -(2 ** (bits - 1)) <= number < 2 ** (bits - 1):
                assert write(number) == written(schema, number)
            else:
                with pytest.raises(SerializationError, match=r"expected .*, got int"):
                    strict(number)
        for other in (True, 1e9, 0.0, "1", b"1", (1,)):
            with pytest.raises(SerializationError, match="expected"):
                strict(other)


def test_members_of_an_integer_enum_are_numbers_of_any_size() -> None:
    sizes = enum.IntEnum("sizes", {"SMALL": 3, "LARGE": 200_000, "HUGE": 2**40})
    for schema in both_orders("long"):
        write = generate_writer(parse(json.dumps(schema)), refused)
        for each in sizes:
            assert write(each) == written(schema, int(each))


STATUS = {"type": "enum", "name": "Status", "symbols": ["NEW", "PAID"]}
MILLIS = {"type": "long", "logicalType": "timestamp-millis"}
LENGTHS = (0, 1, 63, 64, 65, 127, 128, 8191, 8192, 20_000)
SCALARS: list[tuple[Any, list[Any], Any]] = [
    ("string", ["x" * length for length in LENGTHS] + ["ü" * 32], b"x"),
    ("bytes", [b"x" * length for length in LENGTHS], "x"),
    ("float", [0.5, 3, math.inf], True),
    ("double", [0.5, 3, -math.inf], True),
    ("boolean", [True, False], "x"),
    (STATUS, ["NEW", "PAID"], "SENT"),
    ({"type": "fixed", "name": "Four", "size": 4}, [b"1234"], b"123"),
    (MILLIS, [datetime.datetime(2026, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)], "x"),
]


@pytest.mark.parametrize(("kind", "values", "wrong"), SCALARS)
def test_scalars_that_may_be_null_are_written_and_read_as_fastavro_does(
    kind: Any, values: list[Any], wrong: Any
) -> None:
    for schema in both_orders(kind):
        parsed = parse(json.dumps(schema))
        write, read = generate_writer(parsed, refused), compile_reader(parsed)
        for value in values if schema is kind else [None, *values]:
            payload = write(value)
            assert payload == written(schema, value)
            assert read(payload, 0) == value
        with pytest.raises(SerializationError):
            compile_writer(parsed)(wrong)


@pytest.mark.parametrize("value", [0, 1, 0.0, 1.0, "", ()])
def test_what_only_equals_a_boolean_is_none_in_a_union(value: Any) -> None:
    for union in (["null", "boolean"], ["boolean", "null"], ["boolean", "string"]):
        if value == "" and "string" in union:
            continue
        assert written(union, value) is None
        with pytest.raises(SerializationError, match="expected"):
            compile_writer(parse(json.dumps(union)))(value)


def test_a_pair_names_the_branch_of_a_union_with_null() -> None:
    write = compile_writer(parse('["null", "string"]'))
    assert write(("string", "x")) == b"\x02\x02x"


@pytest.mark.parametrize("count", [15, 16, 31, 300])
def test_records_of_many_fields_are_new_dicts_in_the_schemas_order(count: int) -> None:
    kinds = ["int", "string", ["null", "string"], "double", "null"]
    fields = [{"name": f"f{at}", "type": kinds[at % 5]} for at in range(count)]
    values = [7, "text", None, 0.5, None]
    value = {f"f{at}": values[at % 5] for at in range(count)}
    parsed = parse(json.dumps({"type": "array", "items": record(*fields)}))
    payload = generate_writer(parsed, refused)([value, value])
    for read in (compile_reader(parsed), compile_reader(parsed, parsed)):
        first, second = read(payload, 0)
        assert first == second == value
        assert first is not second
        assert list(first) == [field["name"] for field in fields]
