"""Random Avro schemas, and values of them."""

from __future__ import annotations

import datetime
from typing import Any

from hypothesis import strategies as st

INT = st.integers(-(2**31), 2**31 - 1)
LONG = st.integers(-(2**63), 2**63 - 1)
FLOAT = st.floats(width=32)
DOUBLE = st.floats()
TEXT = st.text(max_size=80)

PRIMITIVES = {
    "null": st.none(),
    "boolean": st.booleans(),
    "int": INT,
    "long": LONG,
    "float": FLOAT,
    "double": DOUBLE,
    "string": TEXT,
    "bytes": st.binary(max_size=80),
}

UTC = datetime.UTC
LOGICAL: list[tuple[dict[str, Any], st.SearchStrategy[Any]]] = [
    ({"type": "int", "logicalType": "date"}, st.dates()),
    (
        {"type": "long", "logicalType": "timestamp-micros"},
        st.datetimes(timezones=st.just(UTC)),
    ),
    ({"type": "string", "logicalType": "uuid"}, st.uuids()),
    ({"type": "long", "logicalType": "time-micros"}, st.times()),
    (
        {"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 3},
        st.decimals(-(10**6), 10**6, places=3),
    ),
]

NAMES = st.sampled_from(["a", "b", "c", "d", "e", "f", "class", "import", "__x__"])


class Draw:
    """One schema being drawn; names are numbered so that none repeats."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.count = 0

    def name(self, kind: str) -> str:
        self.count += 1
        return f"{kind}{self.count}"

    def schema(self, depth: int) -> tuple[Any, st.SearchStrategy[Any]]:
        draw = self.draw
        kinds = ["primitive"] * 3 + ["enum", "fixed", "logical"]
        if depth > 0:
            kinds += [
                "record",
                "record",
                "array",
                "map",
                "union",
                "nullable",
                "nullable",
            ]
        match draw(st.sampled_from(kinds)):
            case "primitive":
                name = draw(st.sampled_from(sorted(PRIMITIVES)))
                return name, PRIMITIVES[name]
            case "logical":
                return draw(st.sampled_from(LOGICAL))
            case "enum":
                symbols = draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
                schema = {"type": "enum", "name": self.name("E"), "symbols": symbols}
                return schema, st.sampled_from(symbols)
            case "fixed":
                size = draw(st.integers(0, 9))
                schema = {"type": "fixed", "name": self.name("F"), "size": size}
                return schema, st.binary(min_size=size, max_size=size)
            case "record":
                return self.record(depth)
            case "array":
                items, values = self.schema(depth - 1)
                return {"type": "array", "items": items}, st.lists(values, max_size=4)
            case "map":
                items, values = self.schema(depth - 1)
                made = st.dictionaries(TEXT, values, max_size=4)
                return {"type": "map", "values": items}, made
            case "nullable":
                return self.nullable(depth)
            case _:
                return self.union(depth)

    def record(self, depth: int) -> tuple[Any, st.SearchStrategy[Any]]:
        names = self.draw(st.lists(NAMES, max_size=5, unique=True))
        fields, values = [], {}
        name = self.name("R")
        for each in names:
            schema, made = self.schema(depth - 1)
            fields.append({"name": each, "type": schema})
            values[each] = made
        return (
            {"type": "record", "name": name, "fields": fields},
            st.fixed_dictionaries(values),
        )

    def nullable(self, depth: int) -> tuple[Any, st.SearchStrategy[Any]]:
        schema, made = self.schema(depth - 1)
        if isinstance(schema, list) or schema == "null":
            return schema, made
        pair = [schema, "null"] if self.draw(st.booleans()) else ["null", schema]
        return pair, st.none() | made

    def union(self, depth: int) -> tuple[Any, st.SearchStrategy[Any]]:
        branches: dict[str, tuple[Any, Any]] = {}
        kinds: list[str] = []
        for _ in range(self.draw(st.integers(1, 5))):
            schema, made = self.schema(depth - 1)
            if isinstance(schema, list):
                continue
            kind = schema["type"] if isinstance(schema, dict) else schema
            key = schema["name"] if kind in ("record", "enum", "fixed") else kind
            # fastavro takes bytes for a list of numbers: no choice worth matching.
            clash = {
                "array": ("bytes", "fixed"),
                "bytes": ("array",),
                "fixed": ("array",),
            }
            if not any(each in clash.get(kind, ()) for each in kinds):
                kinds.append(kind)
                branches.setdefault(key, (schema, made))
        if not branches:
            return "null", st.none()
        union = [schema for schema, _ in branches.values()]
        return union, st.one_of(*(made for _, made in branches.values()))


@st.composite
def schemas_with_values(draw: Any, depth: int = 3) -> tuple[Any, Any]:
    """A schema and a value that fits it."""
    schema, values = Draw(draw).schema(depth)
    return schema, draw(values)
