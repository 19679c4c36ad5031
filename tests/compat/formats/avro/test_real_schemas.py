"""A dozen schemas in the manner of public ones, each against itself and ten changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from compat import Level, Policy, check
from compat.formats.avro import FORMAT

Schema = dict[str, Any]

MILLIS = {"type": "long", "logicalType": "timestamp-millis"}
MICROS = {"type": "long", "logicalType": "timestamp-micros"}
UUID = {"type": "string", "logicalType": "uuid"}
MONEY = {"type": "bytes", "logicalType": "decimal", "precision": 18, "scale": 2}


def field(name: str, kind: Any, **others: Any) -> Schema:
    return {"name": name, "type": kind, **others}


def optional(name: str, kind: Any) -> Schema:
    return field(name, ["null", kind], default=None)


def record(name: str, *fields: Schema, space: str = "", **others: Any) -> Schema:
    """Return a record; each has a string ``key`` first, and an int ``count``."""
    own = [field("key", "string"), *fields, field("count", "int")]
    made = {"type": "record", "name": name, "fields": own, **others}
    return {**made, "namespace": space} if space else made


def part(name: str, *fields: Schema) -> Schema:
    return {"type": "record", "name": name, "fields": [*fields]}


ROW = part("Value", field("id", "long"), optional("email", "string"))
SOURCE = part(
    "Source",
    *(field(each, "string") for each in ("version", "connector", "name", "db")),
    field("ts_ms", "long"),
    field(
        "snapshot",
        [{"type": "string", "connect.name": "io.data.Enum"}, "null"],
        default="false",
    ),
)
STATUS = {"type": "enum", "name": "Status", "symbols": ["OK", "FAILED", "SKIPPED"]}
PLAIN = ["null", "boolean", "int", "string", "bytes"]

SCHEMAS = [
    record(
        "CloudEvent",
        field("attribute", {"type": "map", "values": PLAIN}),
        field("data", ["bytes", "null", "boolean", "double", "string"]),
        space="io.events",
    ),
    record(
        "Envelope",
        field("before", ["null", ROW], default=None),
        field("after", ["null", "Value"], default=None),
        field("source", SOURCE),
        field("op", "string"),
        optional("ts_ms", "long"),
        space="shop.public.customers",
    ),
    record(
        "RunResult",
        field("status", STATUS),
        field(
            "timing", {"type": "array", "items": part("Timing", field("at", MICROS))}
        ),
        field("seconds", "double"),
        optional("message", "string"),
    ),
    record("Order", field("id", UUID), field("total", MONEY), field("placed", MILLIS)),
    record(
        "Payment",
        field("method", [part("Card", field("last4", "string")), part("Cash")]),
        field("amount", MONEY),
    ),
    record("Click", field("page", "string"), field("at", MILLIS), field("x", "float")),
    record(
        "Reading",
        field("sensor", {"type": "fixed", "name": "Mac", "size": 6}),
        field("values", {"type": "array", "items": "double"}),
    ),
    record(
        "Audit",
        field("who", "string", doc="The account."),
        field("changes", {"type": "map", "values": ["null", "string"]}),
    ),
    record(
        "Folder",
        field("children", {"type": "array", "items": "Folder"}),
        optional("parent", "Folder"),
    ),
    record("Person", field("born", {"type": "int", "logicalType": "date"})),
    record(
        "Invoice",
        field("lines", {"type": "array", "items": part("Line", field("sum", MONEY))}),
        field("tax", {"type": "map", "values": "double"}, default={}),
    ),
    record("Heartbeat", field("ts_ms", "long"), optional("node", "string")),
]


def renamed(schema: Schema, *, alias: bool) -> None:
    old = schema["name"]
    # What refers to the record by its name has to follow.
    text = json.dumps(schema).replace(f'"{old}"', f'"{old}V2"')
    schema.update(json.loads(text))
    if alias:
        schema["aliases"] = [old]


def new_first_name(schema: Schema, **others: Any) -> None:
    schema["fields"][0] |= {"name": "identifier", **others}


def retyped(schema: Schema, index: int, kind: str) -> None:
    schema["fields"][index]["type"] = kind


# A change of the reader, and whether it still reads the old data under STRICT.
CHANGES: dict[str, tuple[Callable[[Schema], object], bool]] = {
    "a field with a default": (
        lambda s: s["fields"].append(optional("note", "string")),
        True,
    ),
    "a field without a default": (
        lambda s: s["fields"].append(field("note", ["null", "string"])),
        False,
    ),
    "a field gone": (lambda s: s["fields"].pop(0), True),
    "a field renamed, with an alias": (
        lambda s: new_first_name(s, aliases=["key"]),
        True,
    ),
    "a field renamed": (new_first_name, False),
    "the record renamed, with an alias": (lambda s: renamed(s, alias=True), True),
    "the record renamed": (lambda s: renamed(s, alias=False), False),
    "a string as a boolean": (lambda s: retyped(s, 0, "boolean"), False),
    "an int as a long": (lambda s: retyped(s, -1, "long"), True),
    "an int as a string": (lambda s: retyped(s, -1, "string"), False),
}


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda schema: str(schema["name"]))
def test_schema_against_itself_and_ten_changes(schema: Schema) -> None:
    old = FORMAT.parse(json.dumps(schema))
    same = FORMAT.parse(FORMAT.normalize(old))
    assert check(FORMAT, same, [(1, old)], Level.FULL, policy=Policy.EXACT).compatible

    for title, (change, compatible) in CHANGES.items():
        edited = json.loads(json.dumps(schema))
        change(edited)
        new = FORMAT.parse(json.dumps(edited))
        report = check(FORMAT, new, [(1, old)], Level.BACKWARD, fixes=False)
        assert report.compatible is compatible, (title, report.findings)
        assert compatible or any(each.witness for each in report.findings), title


def test_there_are_a_dozen_schemas_and_ten_changes() -> None:
    assert (len(SCHEMAS), len(CHANGES)) == (12, 10)
