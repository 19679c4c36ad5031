"""Schemas made to hurt, each answered within bounds.

``python -m tests.fuzz.jsonschema_hostile [NAME...]`` prints the CPU seconds, the
peak memory and the answer of each pair in both directions.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from compat import Level, check
from compat.errors import CompatError
from compat.plugin import Format, format_named

__all__ = ["PAIRS", "answer"]

HUGE = 2**60
D2019 = "https://json-schema.org/draft/2019-09/schema"
D2020 = "https://json-schema.org/draft/2020-12/schema"


def nested(levels: int, leaf: Any, around: Callable[[Any], Any]) -> Any:
    for _ in range(levels):
        leaf = around(leaf)
    return leaf


def in_property(schema: Any) -> Any:
    return {"properties": {"x": schema}}


def words(count: int, start: int = 0) -> Any:
    return {"enum": [f"value-{each:05d}" for each in range(start, start + count)]}


def pattern(text: str, **others: Any) -> Any:
    return {"type": "string", "pattern": text, **others}


def tagged(count: int) -> list[Any]:
    return [
        {
            "type": "object",
            "properties": {"t": {"const": f"a{each}"}},
            "required": ["t"],
        }
        for each in range(count)
    ]


def chain(count: int, last: str) -> Any:
    links = {
        f"d{each}": {"properties": {"a": {"$ref": f"#/definitions/d{each + 1}"}}}
        for each in range(count)
    }
    return {
        "$ref": "#/definitions/d0",
        "definitions": links | {f"d{count}": {"type": last}},
    }


def chain_in_place(count: int) -> Any:
    links = {
        f"d{each}": {"$ref": f"#/definitions/d{each + 1}"} for each in range(count)
    }
    return {"$ref": "#/definitions/d0", "definitions": links | {f"d{count}": {}}}


def diamond(count: int, last: str) -> Any:
    links = {
        f"d{each}": {
            "type": "object",
            "properties": {
                name: {"$ref": f"#/definitions/d{each + 1}"} for name in ("a", "b")
            },
        }
        for each in range(count)
    }
    return {
        "$ref": "#/definitions/d0",
        "definitions": links | {f"d{count}": {"type": last}},
    }


def mutual(leaf: str) -> Any:
    return {
        "$ref": "#/definitions/a",
        "definitions": {
            "a": {
                "anyOf": [
                    {"type": "string"},
                    {
                        "type": "object",
                        "properties": {"b": {"$ref": "#/definitions/b"}},
                        "required": ["b"],
                    },
                ]
            },
            "b": {
                "anyOf": [
                    {"type": leaf},
                    {"type": "array", "items": {"$ref": "#/definitions/a"}},
                ]
            },
        },
    }


def clauses(count: int) -> Any:
    def name(number: int) -> Any:
        return {"required": [f"a{number % 20}"]}

    return {
        "type": "object",
        "allOf": [
            {
                "anyOf": [
                    name(i * 7 + j * 3),
                    {"not": name(i * 5 + j * 11 + 1)},
                    name(i * 3 + j),
                ]
            }
            for i in range(count)
            for j in range(3)
        ],
    }


def pairs_of_names(count: int, **others: Any) -> Any:
    each = [
        {"anyOf": [{"required": [f"a{i}"]}, {"required": [f"b{i}"]}]}
        for i in range(count)
    ]
    return {"type": "object", "allOf": each, **others}


def fields(count: int, schema: Callable[[int], Any], **others: Any) -> Any:
    known = {f"f{each}": schema(each) for each in range(count)}
    return {"type": "object", "properties": known, **others}


PAIRS: dict[str, tuple[Any, Any]] = {
    "nested 3,000 deep": ('{"not":' * 3000 + "true" + "}" * 3000, {}),
    "unbalanced brackets": ("[" * 1_000_000, {}),
    "properties 90 deep": (
        nested(90, {"type": "integer"}, in_property),
        nested(90, {"type": "string"}, in_property),
    ),
    "properties 40 deep": (
        nested(40, {"type": "integer"}, in_property),
        nested(40, {"type": "string"}, in_property),
    ),
    "not 190 deep": (
        nested(190, {"type": "integer"}, lambda inner: {"not": inner}),
        nested(190, {"type": "string"}, lambda inner: {"not": inner}),
    ),
    "anyOf of 10,000 values": (
        {"anyOf": [{"const": each} for each in range(10_000)]},
        {"anyOf": [{"const": each} for each in range(1, 10_001)]},
    ),
    "oneOf of 10,000 values": (
        {"oneOf": [{"const": each} for each in range(10_000)]},
        {"oneOf": [{"const": each} for each in range(1, 10_001)]},
    ),
    "oneOf of 10,000 overlapping objects": (
        {"oneOf": [{"type": "object", "required": [f"a{e}"]} for e in range(10_000)]},
        {"oneOf": [{"type": "object", "required": [f"a{e}"]} for e in range(9_999)]},
    ),
    "anyOf of 10,000 tagged objects": (
        {"anyOf": tagged(10_000)},
        {"anyOf": tagged(10_001)},
    ),
    "oneOf of 1,000 tagged objects": (
        {"oneOf": tagged(1_000)},
        {"oneOf": tagged(1_001)},
    ),
    "(a+)+$ and (a|a?){50}b": (pattern("(a+)+$"), pattern("(a|a?){50}b")),
    "exponential automata": (
        pattern("(a|b)*a(a|b){14}$"),
        pattern("(a|b)*b(a|b){12}$"),
    ),
    "nested counts": (pattern("((x{1,50}){1,50}){1,50}"), pattern("x")),
    "1 MB enum, shifted": (words(60_000), words(60_000, 1)),
    "1 MB enum, grown": (words(60_000), words(60_001)),
    "minItems 2^60": (
        {"minItems": HUGE, "items": {"type": "integer"}},
        {"items": {"type": "string"}},
    ),
    "minLength 2^60 with a pattern": (pattern("^a*$", minLength=HUGE), pattern("^b*$")),
    "maxLength 2^60 with a pattern": (
        pattern("^a*$", maxLength=HUGE),
        pattern("^a*$", maxLength=HUGE - 1),
    ),
    "minProperties 2^60": (
        {"type": "object", "minProperties": HUGE},
        {"maxProperties": 5},
    ),
    "minContains 2^60": (
        {"$schema": D2019, "contains": {"type": "integer"}, "minContains": HUGE},
        {"$schema": D2019, "contains": {"type": "integer"}, "minContains": HUGE + 1},
    ),
    "100,000 unique items": (
        {"uniqueItems": True, "minItems": 100_000},
        {"maxItems": 5},
    ),
    "mutual recursion": (mutual("integer"), mutual("number")),
    "refers to itself": ({"$ref": "#"}, {}),
    "chain of 5,000 references": (chain(5_000, "string"), chain(5_000, "integer")),
    "chain of 5,000 in place": (chain_in_place(5_000), {}),
    "diamond of 2^30 paths": (diamond(30, "string"), diamond(30, "integer")),
    "pigeonholes": (
        fields(16, lambda _: {}, minProperties=15, additionalProperties=False),
        {"anyOf": [{"required": [f"f{e}", f"f{e + 1}"]} for e in range(0, 15, 2)]},
    ),
    "60 patterns of names": (
        {"patternProperties": {f"^{each}": {"minimum": each} for each in range(60)}},
        {"additionalProperties": {"maximum": 3}},
    ),
    "clauses": (clauses(30), {"maxProperties": 1}),
    "doubling in place": (
        nested(8, {"type": "integer"}, lambda e: {"oneOf": [e, {"allOf": [e, e]}]}),
        {},
    ),
    "60 pairs of names": (pairs_of_names(60), pairs_of_names(60, required=["a0"])),
    "unevaluated beside 30 alternatives": (
        {
            "$schema": D2020,
            "anyOf": [
                {"properties": {f"a{e}": {"type": "integer"}}, "required": [f"a{e}"]}
                for e in range(30)
            ],
            "unevaluatedProperties": False,
        },
        {"$schema": D2020, "maxProperties": 1},
    ),
    "large divisors": (
        {
            "type": "number",
            "allOf": [{"multipleOf": each} for each in (7919, 7907, 7901, 7883, 7879)],
        },
        {"type": "number", "not": {"multipleOf": 1e-9}},
    ),
    "a number of 1e999": ('{"maximum": 1e999}', '{"maximum": 1e998}'),
    "a number of 1e99999999999": ('{"maximum": 1e99999999999}', {}),
    "tuple of 10,000": (
        {"items": [{"type": "integer"}] * 10_000},
        {"items": [{"type": "integer"}] * 9_999 + [{"type": "string"}]},
    ),
    "contains, counted": (
        {
            "$schema": D2019,
            "allOf": [
                {"contains": {"multipleOf": e}, "minContains": 12, "maxContains": 20}
                for e in (2, 3, 5, 7)
            ],
            "uniqueItems": True,
            "maxItems": 13,
        },
        {"$schema": D2019, "maxItems": 0},
    ),
    "3,000 changed fields": (
        fields(3_000, lambda _: {"type": "integer"}),
        fields(3_000, lambda _: {"type": "string"}),
    ),
    "1,000 respelled fields": (
        fields(1_000, lambda each: {"type": "integer", "minimum": each}),
        fields(1_000, lambda each: {"type": "integer", "exclusiveMinimum": each - 1}),
    ),
}


def answer(format: Format, writer: Any, reader: Any) -> str:
    """Return the verdict in words, or the error that refuses a schema."""
    try:
        sides = [
            format.parse(each if isinstance(each, str) else json.dumps(each))
            for each in (reader, writer)
        ]
        report = check(format, sides[0], [(1, sides[1])], Level.BACKWARD)
    except CompatError as error:
        return f"{type(error).__name__}: {str(error)[:90]}"
    shown = sum(each.witness is not None for each in report.findings)
    return (
        f"{report.verdict} {shown}/{len(report.findings)} {', '.join(report.unknown)}"
    )


def main() -> None:
    format = format_named("JSON")
    for name, (writer, reader) in PAIRS.items():
        if sys.argv[1:] and name not in sys.argv[1:]:
            continue
        for one, other in ((writer, reader), (reader, writer)):
            start = time.process_time()
            words = answer(format, one, other)
            spent = time.process_time() - start
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(f"{spent:6.2f} s {peak:5d} MB  {name}: {words[:110]}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
