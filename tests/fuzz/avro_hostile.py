"""Avro schemas made to hurt; `tests.fuzz.hostile` measures them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["CASES"]

Text = str | tuple[str, Mapping[str, str]]


def record(name: str, fields: list[Any], **others: Any) -> Any:
    return {"type": "record", "name": name, "fields": fields, **others}


def field(name: str, kind: Any, **others: Any) -> Any:
    return {"name": name, "type": kind, **others}


def wide(count: int, kind: Any, **others: Any) -> Any:
    return record("R", [field(f"f{n}", kind, **others) for n in range(count)])


def tagged(count: int, kind: str = "int") -> Any:
    """Return a union of records with a field each."""
    return [record(f"B{n}", [field("x", kind)]) for n in range(count)]


def renamed(count: int) -> Any:
    return [
        record(f"N{n}", [field("x", "int")], aliases=[f"B{count - 1 - n}"])
        for n in range(count)
    ]


def nested(levels: int, leaf: Any, kind: str, inner: str) -> Any:
    for _ in range(levels):
        leaf = {"type": kind, inner: leaf}
    return leaf


def mutual(count: int, leaf: str) -> Any:
    """Return records that each refer to the next, and the last to the first."""
    made: Any = ["null", "R0"]
    for n in reversed(range(count)):
        made = record(f"R{n}", [field("next", made), field("v", leaf)])
        made = made if n == 0 else ["null", made]
    return made


def chain(count: int, leaf: str) -> Any:
    """Return a union of records, each of which has the one before it in a field."""
    links = [record(f"R{n}", [field("p", f"R{n - 1}")]) for n in range(1, count)]
    return [record("R0", [field("v", leaf)]), *links]


def doubled(count: int, leaf: str) -> Any:
    """Return records that have the one before twice: 2^count of the first."""

    def both(n: int) -> Any:
        return record(f"R{n}", [field("a", f"R{n - 1}"), field("b", f"R{n - 1}")])

    return [record("R0", [field("v", leaf)]), *map(both, range(1, count))]


def web(count: int, leaf: str, links: int) -> Any:
    """Return records that each refer to many others, behind unions."""

    def fields(n: int) -> list[Any]:
        others = [(n * 7 + step * 13) % (n or 1) for step in range(links)]
        return [
            field(f"l{step}", ["null", f"R{other}"] if n else "null")
            for step, other in enumerate(others)
        ] + [field("v", leaf)]

    return [record(f"R{n}", fields(n)) for n in range(count)]


def knots(count: int, leaf: str) -> Any:
    """Return recursive records in unions of one another: fixpoints in fixpoints."""
    made: list[Any] = []
    for n in range(count):
        inner = ["null", f"R{n}", *(f"R{m}" for m in range(max(0, n - 8), n))]
        made.append(record(f"R{n}", [field("u", inner), field("v", leaf)]))
    return made


def aliased(count: int, each: int) -> Any:
    return record(
        "R",
        [
            field(f"g{n}", "int", aliases=[f"f{n + step}" for step in range(each)])
            for n in range(count)
        ],
    )


def symbols(count: int, start: int = 0, **others: Any) -> Any:
    names = [f"SYMBOL_{n:06d}" for n in range(start, start + count)]
    return {"type": "enum", "name": "E", "symbols": names, **others}


def closure(count: int, leaf: str) -> Text:
    """Return a schema and a chain of references before it."""
    references = {"r0": json.dumps(record("R0", [field("v", leaf)]))}
    for n in range(1, count):
        references[f"r{n}"] = json.dumps(record(f"R{n}", [field("p", f"R{n - 1}")]))
    return json.dumps(record("T", [field("p", f"R{count - 1}")])), references


def fat_closure(count: int, fields: int, leaf: str) -> Text:
    references = {
        f"r{n}": json.dumps(
            record(f"R{n}", [field(f"f{each}", leaf) for each in range(fields)])
        )
        for n in range(count)
    }
    own = record("T", [field(f"p{n}", f"R{n}") for n in range(count)])
    return json.dumps(own), references


def defaults(count: int) -> Any:
    """Return a field whose default holds many records, each to be completed."""
    inner = record("I", [field(f"d{n}", "int", default=n) for n in range(50)])
    return record(
        "R", [field("all", {"type": "array", "items": inner}, default=[{}] * count)]
    )


def fixed_sizes(count: int, size: int) -> list[Any]:
    return [{"type": "fixed", "name": f"F{n}", "size": size} for n in range(count)]


def defaults_of_array(items: Any, default: list[Any]) -> Any:
    kind = {"type": "array", "items": items}
    return record("R", [field("all", kind, default=default)])


def default_in_default(levels: int) -> Any:
    """Return records whose defaults leave out records that have defaults."""
    made: Any = record("D0", [field("v", "int", default=1)])
    for n in range(1, levels):
        made = record(
            f"D{n}",
            [field("a", made, default={}), field("b", f"D{n - 1}", default={})],
        )
    return made


PAIRS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "30,000 fields, retyped": lambda: (wide(30_000, "int"), wide(30_000, "string")),
    "20,000 fields with defaults": lambda: (
        wide(20_000, "int", default=1),
        wide(20_001, "long", default=1),
    ),
    "20,000 new fields": lambda: (record("R", []), wide(20_000, "int")),
    "20,000 lossy fields": lambda: (wide(20_000, "long"), wide(20_000, "float")),
    "union of 10,000 records": lambda: (tagged(10_000), tagged(10_001)),
    "union of 10,000 records, retyped": lambda: (
        tagged(10_000),
        tagged(10_000, "string"),
    ),
    "union of 10,000 renamed records": lambda: (tagged(10_000), renamed(10_000)),
    "10,000 branches of one name": lambda: (
        [record("B", [field("x", "int")], namespace=f"a{n}") for n in range(10_000)],
        [record("B", [field("x", "string")], namespace=f"b{n}") for n in range(10_000)],
    ),
    "1,000 branches of one name": lambda: (
        [record("B", [field(f"x{n}", "int")], namespace=f"a{n}") for n in range(1000)],
        [record("B", [field(f"y{n}", "int")], namespace=f"b{n}") for n in range(1000)],
    ),
    "arrays 55 deep": lambda: (
        nested(55, "int", "array", "items"),
        nested(55, "string", "array", "items"),
    ),
    "maps 5,000 deep": lambda: ('{"type":"map","values":' * 5000, "int"),
    "brackets": lambda: ("[" * 1_900_000, '"int"'),
    "mutual recursion of 50": lambda: (mutual(50, "int"), mutual(50, "string")),
    "a chain of 10,000 records": lambda: (chain(10_000, "int"), chain(10_000, "long")),
    "a chain of 10,000 records, broken": lambda: (
        chain(10_000, "int"),
        chain(10_000, "string"),
    ),
    "2^60 uses": lambda: (doubled(60, "int"), doubled(60, "string")),
    "2^2,000 uses": lambda: (doubled(2_000, "int"), doubled(2_000, "string")),
    "a web of 2,000 records": lambda: (web(2_000, "int", 20), web(2_000, "long", 20)),
    "a web of 2,000 records, broken": lambda: (
        web(2_000, "int", 20),
        web(2_000, "string", 20),
    ),
    "knots of 1,000 records": lambda: (knots(1_000, "int"), knots(1_000, "long")),
    "knots of 1,000 records, broken": lambda: (
        knots(1_000, "int"),
        knots(1_000, "string"),
    ),
    "a storm of aliases": lambda: (wide(5_000, "int"), aliased(5_000, 10)),
    "50 aliases each": lambda: (wide(1_000, "int"), aliased(1_000, 50)),
    "100,000 aliases of one": lambda: (
        wide(10, "int"),
        record("R", [field("x", "int", aliases=[f"a{n}" for n in range(100_000)])]),
    ),
    "a record of 100,000 aliases": lambda: (
        [record("A", []), record("B", [])],
        record("R", [], aliases=[f"a{n}" for n in range(100_000)]),
    ),
    "90,000 symbols, shifted": lambda: (symbols(90_000), symbols(90_000, 1)),
    "90,000 symbols, gone": lambda: (symbols(90_000), symbols(1)),
    "90,000 symbols, defaulted": lambda: (
        symbols(90_000),
        symbols(1, default="SYMBOL_000000"),
    ),
    "fixed of 2^31 bytes": lambda: (
        {"type": "fixed", "name": "F", "size": 2**31 - 1},
        {"type": "fixed", "name": "F", "size": 2**31 - 2},
    ),
    "a record of 10,000 fixed of 2^31 bytes": lambda: (
        record(
            "R",
            [
                field(f"f{n}", {"type": "fixed", "name": f"F{n}", "size": 2**31 - 1})
                for n in range(10_000)
            ],
        ),
        record("R", [field("g", "int")]),
    ),
    "sizes beyond": lambda: ({"type": "fixed", "name": "F", "size": 2**60}, "int"),
    "decimals of 2^60": lambda: (
        {"type": "bytes", "logicalType": "decimal", "precision": 2**60, "scale": 2},
        {"type": "bytes", "logicalType": "decimal", "precision": 2**60, "scale": 3},
    ),
    "a closure of 1,000": lambda: (closure(1_000, "int"), closure(1_000, "string")),
    "a closure of 1,000 wide ones": lambda: (
        fat_closure(1_000, 60, "int"),
        fat_closure(1_000, 60, "string"),
    ),
    "more references than may be": lambda: (closure(1_001, "int"), closure(2, "int")),
    "a default of 50,000 records": lambda: (record("R", []), defaults(50_000)),
    "a default of 1 MB for none of 10,000 branches": lambda: (
        record("R", []),
        record("R", [field("b", fixed_sizes(10_000, 1), default="x" * 1_000_000)]),
    ),
    "a default of 1 MB for the last of 10,000 branches": lambda: (
        record("R", []),
        record(
            "R",
            [field("b", [*fixed_sizes(10_000, 1), "string"], default="x" * 1_000_000)],
        ),
    ),
    "a default of 1 MB for fixed types of its size": lambda: (
        record("R", []),
        record(
            "R",
            [
                field(
                    "b",
                    [*fixed_sizes(10_000, 300_000), "string"],
                    default="x" * 299_999 + "\u0100",
                )
            ],
        ),
    ),
    "300,000 values for the last of 10,000 branches": lambda: (
        record("R", []),
        defaults_of_array([*fixed_sizes(10_000, 1), "int"], [1] * 300_000),
    ),
    "100,000 records for the last of 9,000 branches": lambda: (
        record("R", []),
        defaults_of_array([*tagged(9_000), record("E", [])], [{}] * 100_000),
    ),
    "200,000 records of 10,000 defaults": lambda: (
        record("R", []),
        defaults_of_array(
            record("I", [field(f"d{n}", "int", default=n) for n in range(10_000)]),
            [{}] * 200_000,
        ),
    ),
    "2^40 defaults": lambda: (record("R", []), default_in_default(40)),
    "a default of 1 MB": lambda: (
        record("R", []),
        record("R", [field("b", "bytes", default="x" * 1_000_000)]),
    ),
    "a default of deep arrays": lambda: (
        record("R", []),
        record(
            "R",
            [
                field(
                    "b",
                    nested(50, "int", "array", "items"),
                    default=json.loads("[" * 50 + "]" * 50),
                )
            ],
        ),
    ),
    "a key of 1 MB above 200,000 values": lambda: (
        {"type": "int", "x" * 1_000_000: [0] * 200_000},
        '{"type": "int", "' + "x" * 1_000_000 + '": [' + "0," * 200_000 + "!",
    ),
    "a name of 1 MB": lambda: (
        record("R" * 1_000_000, [field("x", "int")]),
        record("S" * 1_000_000, [field("x", "int")]),
    ),
    "a long name used 30,000 times": lambda: (
        record(
            "R" * 20_000,
            [field(f"f{n}", ["null", "R" * 20_000]) for n in range(80)],
        ),
        record(
            "R" * 20_000,
            [field(f"f{n}", ["int", "R" * 20_000]) for n in range(80)],
        ),
    ),
    "a long namespace over 20,000 records": lambda: (
        record(
            "R",
            [field(f"f{n}", record(f"I{n}", [])) for n in range(20_000)],
            namespace="n" * 500_000,
        ),
        record(
            "R",
            [
                field(f"f{n}", record(f"I{n}", [field("x", "int")]))
                for n in range(10_000)
            ],
            namespace="n" * 500_000,
        ),
    ),
    "a long namespace over 100,000 aliases": lambda: (
        record("R", [], namespace="n" * 500_000),
        record(
            "S", [], namespace="n" * 500_000, aliases=[f"a{n}" for n in range(90_000)]
        ),
    ),
    "20,000 keys": lambda: (
        {"type": "int", **{f"k{n}": {"v": [n]} for n in range(20_000)}},
        {"type": "string", **{f"k{n}": n for n in range(20_000)}},
    ),
    "numbers of 100,000 digits": lambda: (
        '{"type": "fixed", "name": "F", "size": ' + "9" * 100_000 + "}",
        '{"type": "int", "x": ' + "9" * 100_000 + "}",
    ),
    "one key 100,000 times": lambda: (
        "{" + '"type": "int",' * 100_000 + '"a": 1}',
        '"int"',
    ),
}


def _texts(pair: Callable[[], tuple[Any, Any]]) -> Callable[[], tuple[Text, Text]]:
    def made() -> tuple[Text, Text]:
        writer, reader = pair()
        return _text(writer), _text(reader)

    return made


def _text(schema: Any) -> Text:
    return schema if isinstance(schema, str | tuple) else json.dumps(schema)


CASES = {name: _texts(pair) for name, pair in PAIRS.items()}
"""Texts of writer and reader; some with references."""
