"""Random JSON Schemas, mutations of them, and small data to try on them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

__all__ = ["DRAFTS", "data", "mutated", "schema"]

DRAFTS = {
    4: "http://json-schema.org/draft-04/schema#",
    6: "http://json-schema.org/draft-06/schema#",
    7: "http://json-schema.org/draft-07/schema#",
    2019: "https://json-schema.org/draft/2019-09/schema",
    2020: "https://json-schema.org/draft/2020-12/schema",
}
TYPES = ["integer", "number", "string", "null", "boolean", "object", "array"]
UNIONS = [["string", "null"], ["integer", "object"], ["number", "array"]]
NAMES = ["a", "b", "c", "x1"]
PATTERNS = ["^a", "b$", "^[ab]*$", "1", "^x?", "^[a-c]{1,2}$", "(a|b)+1?$"]
VALUES = [0, 1, 2, "a", "b", None, True, [], {}, {"a": 1}, [0], ["a", 1], 0.5]

Make = Callable[[Random, int, int], Any]


def schema(random: Random, draft: int, depth: int) -> Any:
    """Return a random schema of ``draft``, at most ``depth`` levels deep."""
    chance = random.random()
    if depth <= 0 or chance < 0.12:
        plain = [{}, {"type": random.choice(TYPES)}]
        return random.choice([*plain, True] if draft > 4 else plain)
    if chance < 0.15 and draft > 4:
        return False
    made: dict[str, Any] = {}
    if random.random() < 0.6:
        made["type"] = random.choice([*TYPES, "object", "array", *UNIONS])
    known = [name for name, since in KEYWORDS if since <= draft]
    for name in random.choices(known, k=random.randint(1, 3)):
        made.update(MAKERS[name](random, draft, depth - 1))
    return made


def _number(low: int, high: int) -> Callable[[Random], int]:
    return lambda random: random.randint(low, high)


def _items(random: Random, draft: int, depth: int) -> Any:
    if draft < 2020 and random.random() < 0.4:
        made = {"items": [schema(random, draft, depth) for _ in range(2)]}
        if random.random() < 0.5:
            made["additionalItems"] = schema(random, draft, depth)
        return made
    return {"items": schema(random, draft, depth)}


def _contains(random: Random, draft: int, depth: int) -> Any:
    made = {"contains": schema(random, draft, depth)}
    if draft >= 2019 and random.random() < 0.3:
        made["minContains"] = random.randint(0, 2)
    if draft >= 2019 and random.random() < 0.3:
        made["maxContains"] = random.randint(1, 2)
    return made


def _properties(random: Random, draft: int, depth: int) -> Any:
    names = random.sample(NAMES, random.randint(1, 2))
    return {"properties": {each: schema(random, draft, depth) for each in names}}


def _several(keyword: str) -> Make:
    def make(random: Random, draft: int, depth: int) -> Any:
        count = random.randint(1, 3)
        return {keyword: [schema(random, draft, depth) for _ in range(count)]}

    return make


def _one(keyword: str) -> Make:
    return lambda random, draft, depth: {keyword: schema(random, draft, depth)}


def _of(keyword: str, value: Callable[[Random], Any]) -> Make:
    return lambda random, _draft, _depth: {keyword: value(random)}


def _exclusive(random: Random, draft: int, _depth: int) -> Any:
    if draft == 4:
        return {"minimum": random.randint(-1, 3), "exclusiveMinimum": True}
    return {"exclusiveMinimum": random.randint(-1, 3)}


def _conditional(random: Random, draft: int, depth: int) -> Any:
    made = {"if": schema(random, draft, depth), "then": schema(random, draft, depth)}
    if random.random() < 0.7:
        made["else"] = schema(random, draft, depth)
    return made


def _names(random: Random) -> Any:
    return random.choice([{"pattern": "^[ab]"}, {"maxLength": 1}, {"enum": ["a", "b"]}])


MAKERS: dict[str, Make] = {
    "enum": _of("enum", lambda random: random.sample(VALUES, random.randint(1, 4))),
    "const": _of("const", lambda random: random.choice(VALUES)),
    "minimum": _of("minimum", _number(-1, 3)),
    "maximum": _of("maximum", _number(-1, 4)),
    "exclusive": _exclusive,
    "multipleOf": _of("multipleOf", lambda random: random.choice([1, 2, 3, 0.5])),
    "minLength": _of("minLength", _number(0, 3)),
    "maxLength": _of("maxLength", _number(0, 3)),
    "pattern": _of("pattern", lambda random: random.choice(PATTERNS)),
    "items": _items,
    "prefixItems": _several("prefixItems"),
    "contains": _contains,
    "minItems": _of("minItems", _number(0, 2)),
    "maxItems": _of("maxItems", _number(0, 3)),
    "uniqueItems": _of("uniqueItems", lambda _random: True),
    "properties": _properties,
    "more properties": _properties,
    "required": _of(
        "required", lambda random: random.sample(NAMES, random.randint(1, 2))
    ),
    "additionalProperties": _one("additionalProperties"),
    "patternProperties": lambda random, draft, depth: {
        "patternProperties": {random.choice(PATTERNS): schema(random, draft, depth)}
    },
    "propertyNames": _of("propertyNames", _names),
    "minProperties": _of("minProperties", _number(0, 2)),
    "maxProperties": _of("maxProperties", _number(0, 2)),
    "dependencies": lambda random, draft, depth: {
        "dependencies": {
            "a": random.choice([["b"], {"type": "object", "required": ["c"]}])
        }
    },
    "dependentRequired": _of("dependentRequired", lambda _random: {"b": ["a"]}),
    "dependentSchemas": lambda random, draft, depth: {
        "dependentSchemas": {random.choice("ab"): schema(random, draft, depth)}
    },
    "allOf": _several("allOf"),
    "anyOf": _several("anyOf"),
    "oneOf": _several("oneOf"),
    "not": _one("not"),
    "if": _conditional,
    "unevaluatedProperties": _one("unevaluatedProperties"),
    "unevaluatedItems": _one("unevaluatedItems"),
}
_SINCE = {
    "const": 6,
    "contains": 6,
    "propertyNames": 6,
    "if": 7,
    "dependentRequired": 2019,
    "dependentSchemas": 2019,
    "unevaluatedProperties": 2019,
    "unevaluatedItems": 2019,
    "prefixItems": 2020,
}
KEYWORDS = [
    (name, _SINCE.get(name, 4)) for name in MAKERS if name != "dependencies"
] + [("dependencies", 4)]

_MAPS = ("properties", "patternProperties", "dependentSchemas", "dependencies")
_DATA = ("const", "enum", "dependentRequired", "required")


def mutated(random: Random, draft: int, old: Any) -> Any:
    """Return ``old`` with one keyword dropped, changed or added."""
    if not isinstance(old, dict):
        return schema(random, draft, 1)
    new = copy.deepcopy(old)
    known = [each for each in new if each != "$schema"]
    chance = random.random()
    if chance < 0.3 and known:
        del new[random.choice(known)]
        return new
    if chance < 0.6 and known:
        _change(random, draft, new, random.choice(known))
        return new
    added = schema(random, draft, 2)
    return {**added, **new} if isinstance(added, dict) else new


def _change(random: Random, draft: int, new: dict[str, Any], keyword: str) -> None:
    value = new[keyword]
    if keyword in _MAPS and value:
        name = random.choice(list(value))
        if isinstance(value[name], dict):
            value[name] = mutated(random, draft, value[name])
    elif keyword == "enum":
        value.append("zz")
    elif keyword == "required":
        new[keyword] = value[:-1] or ["c"]
    elif keyword in _DATA:
        return
    elif isinstance(value, dict):
        new[keyword] = mutated(random, draft, value)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        index = random.randrange(len(value))
        value[index] = mutated(random, draft, value[index])
    elif isinstance(value, int | float) and not isinstance(value, bool):
        new[keyword] = abs(value + random.choice([-1, 1])) or 1


def data() -> Iterator[Any]:
    """Yield about 900 small values."""
    scalars = [None, True, False, -1, 0, 1, 2, 3, 4, 6, 0.5, 1.5]
    scalars += ["", "a", "b", "ab", "abc", "x1", "a1"]
    yield from scalars
    yield []
    yield from ([each] for each in scalars)
    yield from ([one, two] for one in scalars[3:] for two in scalars[3:])
    yield from (
        [0, 1, 2],
        ["a", "b", "a"],
        [1, 1, 1],
        [[]],
        [{}],
        [{"a": 1}],
        [None, "a", 0],
    )
    few = [None, True, -1, 0, 1, 2, 0.5, "", "a", "ab"]
    yield {}
    for name in NAMES:
        yield from ({name: each} for each in [*few, [], [0], {}, {"a": 1}, {"b": 2}])
    for one, two in (("a", "b"), ("a", "c"), ("b", "c"), ("a", "x1")):
        yield from ({one: v, two: w} for v in few for w in few)
    for v in (0, "a", None, 2):
        yield from ({"a": v, "b": w, "c": x} for w in (0, "a", None) for x in (0, "a"))
