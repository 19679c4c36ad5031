"""Advice on JSON Schemas."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from compat.lint.declared import ADVICE
from compat.lint.rules import Advice, LintLevel
from compat.spans import pointer

__all__: list[str] = []

_ONE = frozenset(
    [
        "additionalProperties",
        "unevaluatedProperties",
        "additionalItems",
        "unevaluatedItems",
        "items",
        "contains",
        "not",
        "if",
        "then",
        "else",
        "propertyNames",
    ]
)
_LISTS = frozenset(["allOf", "anyOf", "oneOf", "prefixItems", "items"])
_MAPS = frozenset(
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]
)
_CLOSING = ("additionalProperties", "unevaluatedProperties")


@ADVICE.rule("LINT_JSON_CONTENT_OPEN", LintLevel.OFF, "JSON")
def content_open(schema: Any, _: Sequence[Any]) -> Iterator[Advice]:
    """An object lets properties through that the schema does not name.

    Why: old data may hold anything under a name that is added later, so no
    property can be added to an open object without a break.
    Fix: add "additionalProperties": false, and allow for new names on the
    reading side.
    """
    for path, node in _schemas(schema.text):
        if "properties" in node and not any(each in node for each in _CLOSING):
            yield Advice(path, "the object is open: it may hold unnamed properties")


@ADVICE.rule("LINT_JSON_DOC_MISSING", LintLevel.OFF, "JSON")
def doc_missing(schema: Any, _: Sequence[Any]) -> Iterator[Advice]:
    """A property has no description.

    Why: the next team learns what the data means from the schema alone.
    Fix: add a description that says what the value means, and its unit.
    """
    for path, node in _schemas(schema.text):
        properties = node.get("properties")
        for name, value in properties.items() if isinstance(properties, dict) else ():
            if isinstance(value, dict) and not {"description", "$ref"} & value.keys():
                where = path + pointer("properties", name)
                yield Advice(where, f"property {name!r} has no description")


@ADVICE.rule("LINT_JSON_DIALECT_MISSING", LintLevel.WARN, "JSON")
def dialect_missing(schema: Any, _: Sequence[Any]) -> Iterator[Advice]:
    """The schema does not say which draft it is written in.

    Why: keywords mean different things in different drafts, and each tool
    then assumes its own.
    Fix: add "$schema", such as "https://json-schema.org/draft/2020-12/schema".
    """
    value = json.loads(schema.text)
    if isinstance(value, dict) and "$schema" not in value:
        yield Advice("", "the schema has no $schema")


def _schemas(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path and value of each object schema in ``text``."""
    left: list[tuple[str, Any]] = [("", json.loads(text))]
    while left:
        path, node = left.pop()
        if not isinstance(node, dict):
            continue
        yield path, node
        inner: list[tuple[str, Any]] = []
        for key, value in node.items():
            if key in _ONE:
                inner.append((path + pointer(key), value))
            if key in _LISTS and isinstance(value, list):
                inner += [(path + pointer(key, i), v) for i, v in enumerate(value)]
            if key in _MAPS and isinstance(value, dict):
                inner += [(path + pointer(key, name), v) for name, v in value.items()]
        left += reversed(inner)
