"""What Avro texts are refused, where, and what is known of those that are not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from compat.budget import Budget
from compat.errors import BudgetSpent, InvalidSchema, UnresolvedReference
from compat.formats.avro import FORMAT
from compat.limits import Limits
from compat.verdict import Direction


def record(*fields: Any, **more: Any) -> dict[str, Any]:
    return {"type": "record", "name": "A", "fields": list(fields), **more}


def field(type: Any, **more: Any) -> dict[str, Any]:
    return {"name": "a", "type": type, **more}


def refusal(text: str, **how: Any) -> InvalidSchema:
    with pytest.raises(InvalidSchema) as caught:
        FORMAT.parse(text, **how)
    return caught.value


@pytest.mark.parametrize(
    ("schema", "path", "reason"),
    [
        (None, "", "a schema is a type's name, an object, or a list"),
        ({}, "", "the member 'type' is missing"),
        ({"type": {"type": "int"}}, "/type", "'type' must be a name here"),
        (record(name="A-b"), "/name", "'A-b' is no name for a record"),
        (record(name=""), "", "the record has no 'name'"),
        (record(name="Ä"), "/name", "'Ä' is no name for a record"),
        (record(namespace="a-b"), "/name", "'a-b' in the namespace"),
        (record(name="int"), "/name", "'int' is the name of a primitive type"),
        (record(aliases="x"), "/aliases", "'aliases' must be a list of strings"),
        (record(aliases=["x-y"]), "/aliases/0", "'x-y' is no name for a alias"),
        ({"type": "record", "name": "A"}, "", "record A needs a list of 'fields'"),
        (record(field("int"), field("int")), "/fields/1", "two fields named 'a'"),
        (record({"name": "a"}), "/fields/0", "field 'a' has no 'type'"),
        (record(field("str")), "/fields/0/type", "unknown type 'str'"),
        (record(field("int", order="up")), "/fields/0/order", "'order' must be one"),
        (record(field("int", default=1.0)), "/fields/0/default", "1.0 is not a value"),
        (
            record(field("int", default=2**31)),
            "/fields/0/default",
            "not a value of int",
        ),
        (record(field("int", default=True)), "/fields/0/default", "not a value of int"),
        (record(field("bytes", default="Ā")), "/fields/0/default", "value of bytes"),
        (record(field("A")), None, None),
        (
            record(field({"type": "enum", "name": "E", "symbols": ["X"]}, default="Z")),
            "/fields/0/default",
            '"Z" is not a value of enum E',
        ),
        ({"type": "enum", "name": "E", "symbols": ["X", "X"]}, "/symbols/1", "twice"),
        ({"type": "enum", "name": "E", "symbols": ["1"]}, "/symbols/0", "is no name"),
        (
            {"type": "enum", "name": "E", "symbols": ["X"], "default": "Z"},
            "/default",
            "'Z' is no symbol of E",
        ),
        ({"type": "fixed", "name": "F", "size": -1}, "", "needs a 'size' in bytes"),
        ({"type": "fixed", "name": "F", "size": True}, "", "needs a 'size' in bytes"),
        (["int", ["null"]], "/1", "cannot directly contain a union"),
        (["int", {"type": "int", "logicalType": "date"}], "/1", "the union has int"),
        ([record(), record()], "/1", "A is already defined"),
        ({"type": "array"}, "", "the member 'items' is missing"),
    ],
)
def test_schema_is_refused_with_its_place(
    schema: Any, path: str | None, reason: str | None
) -> None:
    if path is None or reason is None:
        FORMAT.parse(json.dumps(schema))
        return

    error = refusal(json.dumps(schema))

    assert (error.format, error.path) == ("AVRO", path)
    assert reason in error.reason
    assert error.line == 1


def test_default_that_costs_too_much_to_check() -> None:
    fixed = [{"type": "fixed", "name": f"F{n}", "size": 1} for n in range(1_000)]
    kind = {"type": "array", "items": [*fixed, "int"]}
    text = json.dumps(record(field(kind, default=[1] * 3_000)))

    error = refusal(text)

    assert error.path == "/fields/0/default"
    assert error.reason == (
        "the default of field 'a' costs too much to check: the search gave up "
        "after 200000 steps; shorten it"
    )


def test_such_a_default_in_a_stored_schema_is_open() -> None:
    fixed = [{"type": "fixed", "name": f"F{n}", "size": 1} for n in range(1_000)]
    kind = {"type": "array", "items": [*fixed, "int"]}
    reader = FORMAT.parse(
        json.dumps(record(field(kind, default=[1] * 3_000))), strict=False
    )
    writer = FORMAT.parse(json.dumps(record()))
    history = FORMAT.history()
    history.extend(reader)

    with pytest.raises(BudgetSpent):
        FORMAT.can_read(reader, writer, Budget())
    assert history.suspects(writer, Direction.FORWARD) == {0}


def test_place_counts_lines_and_columns() -> None:
    text = (
        '{"type": "record", "name": "A",\n"fields": [{"name": "x",\n   "type": "y"}]}'
    )

    error = refusal(text)

    assert (error.path, error.line, error.column) == ("/fields/0/type", 3, 12)
    assert str(error).startswith("invalid AVRO schema at /fields/0/type (line 3, ")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ('"int" 1', "not JSON: Extra data"),
        ('{"type": "int", "x": NaN}', "NaN is not JSON"),
        ('{"type": "int", "x": 1e999}', "out of range"),
        ('{"type": "int", "type": "long"}', "the key 'type' occurs twice"),
        ('{"type": "int", "x": "\\ud800"}', "lone surrogate"),
        ('"\ud800"', "not Unicode text"),
        ("[" * 100_000, "the JSON is nested too deeply"),
        ('{"type": "int", "x": ' + "9" * 5_000 + "}", "not JSON"),
        ('{"type":"array","items":' * 150 + '"int"' + "}" * 150, "types nest deeper"),
    ],
)
def test_text_is_refused(text: str, reason: str) -> None:
    assert reason in refusal(text).reason


def test_text_above_the_limit_is_refused() -> None:
    error = refusal('"int"', limits=Limits(text_bytes=4))

    assert error.reason == "the text has 5 bytes; the limit is 4"


def test_deepest_schema_has_all_its_texts() -> None:
    schema: Any = "int"
    for number in range(99):
        schema = {
            "type": "record",
            "name": f"R{number}",
            "fields": [{"name": "x", "type": schema}],
        }

    parsed = FORMAT.parse(json.dumps(schema))

    assert FORMAT.parse(FORMAT.normalize(parsed)).fingerprint == parsed.fingerprint
    assert FORMAT.render(parsed, "resolved") == parsed.canonical


@pytest.mark.parametrize(
    "schema",
    [
        record(field("int", default="x")),
        record(name="Ä", namespace="a-b"),
        record(field({"type": "fixed", "name": "F", "size": 2}, default="abc")),
    ],
)
def test_stored_schema_is_read_leniently(schema: Any) -> None:
    refusal(json.dumps(schema))

    FORMAT.parse(json.dumps(schema), strict=False)


@pytest.mark.parametrize("text", ['"string"', '{"type": "string"}'])
def test_primitive(text: str) -> None:
    assert FORMAT.parse(text).canonical == '"string"'


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 9},
        {"type": "bytes", "logicalType": "decimal"},
        {
            "type": "fixed",
            "name": "F",
            "size": 1,
            "logicalType": "decimal",
            "precision": 3,
        },
        {"type": "int", "logicalType": "timestamp-millis"},
        {"type": "string", "logicalType": 7},
    ],
)
def test_malformed_logical_type_is_a_property(schema: dict[str, Any]) -> None:
    parsed = FORMAT.parse(json.dumps(schema))

    assert json.loads(parsed.canonical) == schema
    assert parsed.root.logical is None


def test_references_make_their_types_known() -> None:
    references = {
        "base": json.dumps({"type": "enum", "name": "x.E", "symbols": ["P"]}),
        "x.B": json.dumps({**record(field("x.E")), "name": "x.B"}),
        "again": json.dumps({"type": "enum", "name": "x.E", "symbols": ["Q"]}),
    }
    main = {**record(field("B"), {"name": "e", "type": "x.E"}), "namespace": "x"}

    parsed = FORMAT.parse(json.dumps(main), references)

    assert parsed.declares == ("x.A",)
    assert parsed.needs == ("x.B", "base")
    assert json.loads(parsed.canonical)["fields"][0]["type"] == "B"
    resolved = FORMAT.render(parsed, "resolved")
    assert '"symbols":["P"]' in resolved
    assert FORMAT.identity(parsed) == FORMAT.identity(FORMAT.parse(resolved))
    assert parsed.fingerprint == FORMAT.parse(resolved).fingerprint


def test_missing_reference_is_named() -> None:
    with pytest.raises(UnresolvedReference, match=r"unknown type 'x\.B'"):
        FORMAT.parse(json.dumps(record(field("x.B"))))


def test_fault_in_a_reference_names_it() -> None:
    error = refusal('"int"', references={"base": "{}"})

    assert error.reason == "in the reference 'base': the member 'type' is missing"


def test_too_many_references() -> None:
    error = refusal(
        '"int"', references={"a": '"int"', "b": '"int"'}, limits=Limits(references=1)
    )

    assert error.reason == "2 references; the limit is 1"


def test_field_names_are_those_of_the_record() -> None:
    parsed = FORMAT.parse(
        json.dumps(record(field("int"), {"name": "b", "type": "int"}))
    )

    assert FORMAT.field_names(parsed) == ("a", "b")
    assert FORMAT.field_names(FORMAT.parse('"int"')) == ()
