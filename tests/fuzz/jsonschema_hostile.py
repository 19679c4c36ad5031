"""JSON Schemas made to hurt; `tests.fuzz.hostile` measures them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

__all__ = ["CASES"]

Text = str | tuple[str, Mapping[str, str]]

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


def tagged(count: int, inner: Any = None) -> list[Any]:
    more = {} if inner is None else {"x": inner}
    return [
        {
            "type": "object",
            "properties": {"t": {"const": f"a{each}"}, **more},
            "required": ["t"],
        }
        for each in range(count)
    ]


def dynamic(count: int, leaf: Any) -> Any:
    """Return a schema with many dynamic anchors, each used by the next."""
    anchors = {
        f"d{each}": {
            "$dynamicAnchor": f"a{each}",
            "properties": {"x": {"$dynamicRef": f"#a{each + 1}"}},
        }
        for each in range(count)
    }
    last = {f"d{count}": {"$dynamicAnchor": f"a{count}", **leaf}}
    return {"$schema": D2020, "$ref": "#a0", "$defs": anchors | last}


def conditional(schema: Any) -> Any:
    return {"if": {"minimum": 3}, "then": schema, "else": {"not": {"minimum": 2}}}


def patterned(count: int, schema: Callable[[int], Any]) -> Any:
    each = {f"^[a-{chr(97 + n % 26)}]{{{n}}}": schema(n) for n in range(count)}
    return {"type": "object", "patternProperties": each}


def entangled(leaf: str) -> Any:
    """Return a schema that contains itself by every way there is."""
    own = {"$ref": "#"}
    return {
        "anyOf": [
            {"type": leaf},
            {"type": "array", "items": own, "contains": own, "minItems": 1},
            {
                "type": "object",
                "properties": {"a": own, "b": {"allOf": [own, {"not": own}]}},
                "patternProperties": {"^c": own},
                "additionalProperties": own,
                "propertyNames": {"maxLength": 3},
                "dependencies": {"a": {"required": ["c"]}},
            },
        ]
    }


def closure(count: int, leaf: str) -> Text:
    """Return a schema and a chain of references."""
    references = {"r0": json.dumps({"type": leaf})}
    for each in range(1, count):
        inner = {"properties": {"x": {"$ref": f"r{each - 1}"}}}
        references[f"r{each}"] = json.dumps(inner)
    return json.dumps({"$ref": f"r{count - 1}"}), references


def wide_closure(count: int, width: int, leaf: str) -> Text:
    each = json.dumps(fields(width, lambda n: {"type": leaf, "title": f"t{n}"}))
    references = {f"r{number}": each for number in range(count)}
    return json.dumps(fields(count, lambda n: {"$ref": f"r{n}"})), references


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


PAIRS: dict[str, Callable[[], tuple[Any, Any]]] = {
    "nested 3,000 deep": lambda: ('{"not":' * 3000 + "true" + "}" * 3000, {}),
    "unbalanced brackets": lambda: ("[" * 1_000_000, {}),
    "properties 90 deep": lambda: (
        nested(90, {"type": "integer"}, in_property),
        nested(90, {"type": "string"}, in_property),
    ),
    "properties 40 deep": lambda: (
        nested(40, {"type": "integer"}, in_property),
        nested(40, {"type": "string"}, in_property),
    ),
    "not 190 deep": lambda: (
        nested(190, {"type": "integer"}, lambda inner: {"not": inner}),
        nested(190, {"type": "string"}, lambda inner: {"not": inner}),
    ),
    "anyOf of 10,000 values": lambda: (
        {"anyOf": [{"const": each} for each in range(10_000)]},
        {"anyOf": [{"const": each} for each in range(1, 10_001)]},
    ),
    "oneOf of 10,000 values": lambda: (
        {"oneOf": [{"const": each} for each in range(10_000)]},
        {"oneOf": [{"const": each} for each in range(1, 10_001)]},
    ),
    "oneOf of 10,000 overlapping objects": lambda: (
        {"oneOf": [{"type": "object", "required": [f"a{e}"]} for e in range(10_000)]},
        {"oneOf": [{"type": "object", "required": [f"a{e}"]} for e in range(9_999)]},
    ),
    "anyOf of 10,000 tagged objects": lambda: (
        {"anyOf": tagged(10_000)},
        {"anyOf": tagged(10_001)},
    ),
    "oneOf of 1,000 tagged objects": lambda: (
        {"oneOf": tagged(1_000)},
        {"oneOf": tagged(1_001)},
    ),
    "(a+)+$ and (a|a?){50}b": lambda: (pattern("(a+)+$"), pattern("(a|a?){50}b")),
    "exponential automata": lambda: (
        pattern("(a|b)*a(a|b){14}$"),
        pattern("(a|b)*b(a|b){12}$"),
    ),
    "nested counts": lambda: (pattern("((x{1,50}){1,50}){1,50}"), pattern("x")),
    "1 MB enum, shifted": lambda: (words(60_000), words(60_000, 1)),
    "1 MB enum, grown": lambda: (words(60_000), words(60_001)),
    "minItems 2^60": lambda: (
        {"minItems": HUGE, "items": {"type": "integer"}},
        {"items": {"type": "string"}},
    ),
    "minLength 2^60 with a pattern": lambda: (
        pattern("^a*$", minLength=HUGE),
        pattern("^b*$"),
    ),
    "maxLength 2^60 with a pattern": lambda: (
        pattern("^a*$", maxLength=HUGE),
        pattern("^a*$", maxLength=HUGE - 1),
    ),
    "minProperties 2^60": lambda: (
        {"type": "object", "minProperties": HUGE},
        {"maxProperties": 5},
    ),
    "minContains 2^60": lambda: (
        {"$schema": D2019, "contains": {"type": "integer"}, "minContains": HUGE},
        {"$schema": D2019, "contains": {"type": "integer"}, "minContains": HUGE + 1},
    ),
    "100,000 unique items": lambda: (
        {"uniqueItems": True, "minItems": 100_000},
        {"maxItems": 5},
    ),
    "mutual recursion": lambda: (mutual("integer"), mutual("number")),
    "refers to itself": lambda: ({"$ref": "#"}, {}),
    "chain of 5,000 references": lambda: (
        chain(5_000, "string"),
        chain(5_000, "integer"),
    ),
    "chain of 5,000 in place": lambda: (chain_in_place(5_000), {}),
    "diamond of 2^30 paths": lambda: (diamond(30, "string"), diamond(30, "integer")),
    "pigeonholes": lambda: (
        fields(16, lambda _: {}, minProperties=15, additionalProperties=False),
        {"anyOf": [{"required": [f"f{e}", f"f{e + 1}"]} for e in range(0, 15, 2)]},
    ),
    "60 patterns of names": lambda: (
        {"patternProperties": {f"^{each}": {"minimum": each} for each in range(60)}},
        {"additionalProperties": {"maximum": 3}},
    ),
    "clauses": lambda: (clauses(30), {"maxProperties": 1}),
    "doubling in place": lambda: (
        nested(8, {"type": "integer"}, lambda e: {"oneOf": [e, {"allOf": [e, e]}]}),
        {},
    ),
    "60 pairs of names": lambda: (
        pairs_of_names(60),
        pairs_of_names(60, required=["a0"]),
    ),
    "unevaluated beside 30 alternatives": lambda: (
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
    "large divisors": lambda: (
        {
            "type": "number",
            "allOf": [{"multipleOf": each} for each in (7919, 7907, 7901, 7883, 7879)],
        },
        {"type": "number", "not": {"multipleOf": 1e-9}},
    ),
    "a number of 1e999": lambda: ('{"maximum": 1e999}', '{"maximum": 1e998}'),
    "a number of 1e99999999999": lambda: ('{"maximum": 1e99999999999}', {}),
    "tuple of 10,000": lambda: (
        {"items": [{"type": "integer"}] * 10_000},
        {"items": [{"type": "integer"}] * 9_999 + [{"type": "string"}]},
    ),
    "contains, counted": lambda: (
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
    "3,000 changed fields": lambda: (
        fields(3_000, lambda _: {"type": "integer"}),
        fields(3_000, lambda _: {"type": "string"}),
    ),
    "a key of 1 MB above 20,000 schemas": lambda: (
        {"properties": {"k" * 1_000_000: fields(20_000, lambda _: {})}},
        {"$id": "a:b", "properties": {"k" * 1_000_000: fields(20_000, lambda _: {})}},
    ),
    "a key of 1 MB above 5 differences": lambda: (
        {"properties": {"k" * 1_000_000: fields(50_000, lambda _: {})}},
        {
            "properties": {"k" * 1_000_000: {"enum": [0] * 200_000}},
            **{"required": [f"a{each}" for each in range(9)]},
        },
    ),
    "an id of 1 MB above 20,000 anchors": lambda: (
        {
            "$schema": D2020,
            "$id": "http://a/" + "i" * 1_000_000,
            "properties": {f"f{e}": {"$anchor": f"a{e}"} for e in range(20_000)},
        },
        {
            "$schema": D2020,
            "properties": {
                f"f{e}": {"$id": f"http://a/{'i' * 3_000}{e}", "$anchor": f"a{e}"}
                for e in range(500)
            },
        },
    ),
    "2,000 dynamic anchors": lambda: (
        dynamic(2_000, {"type": "integer"}),
        dynamic(2_000, {"type": "string"}),
    ),
    "10,000 retyped alternatives": lambda: (
        {"anyOf": tagged(10_000, {"type": "integer"})},
        {"anyOf": tagged(10_000, {"type": "string"})},
    ),
    "200 overlapping alternatives": lambda: (
        {"oneOf": [{"properties": {f"a{e}": {"minimum": e}}} for e in range(200)]},
        {"oneOf": [{"properties": {f"a{e}": {"minimum": -e}}} for e in range(200)]},
    ),
    "if in if in if": lambda: (
        nested(40, {"type": "integer"}, conditional),
        nested(40, {"type": "string"}, conditional),
    ),
    "not anyOf of 10,000": lambda: (
        {"not": {"anyOf": tagged(10_000)}},
        {"not": {"anyOf": tagged(10_001)}},
    ),
    "allOf in anyOf in allOf": lambda: (
        nested(
            7,
            {"minimum": 1},
            lambda e: {"allOf": [{"anyOf": [e, {"minLength": 2}]}, e]},
        ),
        nested(
            7,
            {"maximum": 1},
            lambda e: {"anyOf": [{"allOf": [e, {"maxLength": 2}]}, e]},
        ),
    ),
    "30 patterns of names on both sides": lambda: (
        patterned(30, lambda e: {"minimum": e}),
        patterned(30, lambda e: {"maximum": e}),
    ),
    "9 patterns that overlap": lambda: (
        {"patternProperties": {f"{e}": {"minimum": ord(e)} for e in "abcdefghi"}},
        {"patternProperties": {f"{e}": {"minimum": ord(e) + 1} for e in "abcdefghi"}},
    ),
    "1,000 fields of changed patterns": lambda: (
        fields(1_000, lambda e: pattern(f"^[a-z]{{1,40}}{e}$")),
        fields(1_000, lambda e: pattern(f"^[a-y]{{1,40}}{e}$")),
    ),
    "200 patterns at once": lambda: (
        {"allOf": [pattern(f"[a-{chr(98 + e % 20)}]{{3}}.*{e}") for e in range(200)]},
        pattern("^x{60}$"),
    ),
    "patterns of catastrophe": lambda: (
        {"allOf": [pattern("^(([a-z])+.)+[A-Z]([a-z])+$"), pattern("^((a|aa)+)+$")]},
        pattern("^(.*)*(.*)*(.*)*=$"),
    ),
    "a pattern of 100,000 characters": lambda: (
        pattern("(ab|cd)" * 15_000),
        pattern("(ab|ce)" * 15_000),
    ),
    "a pattern of 2,000 brackets": lambda: (
        pattern("(" * 2_000 + "a" + ")*" * 2_000),
        pattern("(" * 190 + "a" + ")*" * 190),
    ),
    "large classes": lambda: (
        pattern("[" + "".join(chr(200 + 2 * e) for e in range(9_000)) + "]{200}"),
        pattern("[" + "".join(chr(201 + 2 * e) for e in range(9_000)) + "]{200}"),
    ),
    "100,000 required names": lambda: (
        {"required": [f"a{each}" for each in range(100_000)]},
        {"required": [f"a{each}" for each in range(1, 100_001)]},
    ),
    "5,000 dependencies": lambda: (
        {"dependencies": {f"a{e}": [f"a{e + 1}"] for e in range(5_000)}},
        {"dependencies": {f"a{e}": [f"a{e + 2}"] for e in range(5_000)}},
    ),
    "an enum of 20,000 objects": lambda: (
        {"enum": [{"a": e, "b": [e]} for e in range(20_000)]},
        {"properties": {"a": {"maximum": 19_998}, "b": {"items": {"type": "integer"}}}},
    ),
    "a const of 1 MB": lambda: (
        {"const": [[e] for e in range(150_000)]},
        {"const": [[e] for e in range(1, 150_001)]},
    ),
    "a const 190 deep": lambda: (
        {"const": nested(190, 1, lambda e: [e])},
        {"const": nested(190, 2, lambda e: [e])},
    ),
    "unique items of an enum": lambda: (
        {"items": words(200), "uniqueItems": True, "minItems": 200},
        {"maxItems": 199},
    ),
    "recursion through everything": lambda: (entangled("integer"), entangled("number")),
    "60,000 references to one": lambda: (
        {
            "properties": {f"f{e}": {"$ref": "#/definitions/a"} for e in range(25_000)},
            "definitions": {"a": {"type": "string"}},
        },
        {
            "properties": {f"f{e}": {"$ref": "#/definitions/a"} for e in range(25_000)},
            "definitions": {"a": {"type": "integer"}},
        },
    ),
    "a closure of 1,000": lambda: (closure(1_000, "integer"), closure(1_000, "string")),
    "a closure of 900 large ones": lambda: (
        wide_closure(900, 40, "integer"),
        wide_closure(900, 40, "string"),
    ),
    "300,000 schemas": lambda: (
        {"allOf": [{}] * 300_000},
        {"anyOf": [{"minimum": each} for each in range(80_000)]},
    ),
    "empty schemas in lists": lambda: (
        {"items": [{}] * 200_000, "minItems": 200_000},
        {"items": [{}] * 199_999 + [False]},
    ),
    "numbers of 4,000 digits": lambda: (
        '{"multipleOf": ' + "9" * 4_000 + ', "minimum": ' + "7" * 4_200 + "}",
        '{"multipleOf": 1e-900, "maximum": ' + "7" * 4_200 + "}",
    ),
    "multiples of large primes": lambda: (
        {"allOf": [{"multipleOf": 2**61 - 1 - 2 * e} for e in range(300)]},
        {"multipleOf": 3.7e-5},
    ),
    "1,000 respelled fields": lambda: (
        fields(1_000, lambda each: {"type": "integer", "minimum": each}),
        fields(1_000, lambda each: {"type": "integer", "exclusiveMinimum": each - 1}),
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
