"""Whether a JSON value can be the default of a type."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from compat.formats.avro.model import (
    NO_DEFAULT,
    Array,
    Enum,
    Fixed,
    Map,
    Node,
    Primitive,
    Record,
    Union,
    label,
)

__all__ = ["why_unfit"]

_NAMED_FLOATS = ("NaN", "Infinity", "-Infinity")
"""Java 1.12 writes and reads these strings as defaults of float and double."""


def why_unfit(node: Node, value: Any) -> str | None:
    """Return why ``value`` is no default for ``node``; None when it is one.

    Bytes and fixed take strings of code points up to U+00FF, one for each
    byte. A union takes what any of its branches takes: Avro 1.12 says so, and
    Java and Python read such data; the older rule, first branch only, is gone.
    A record's missing members are filled from its own fields' defaults.
    """
    match node:
        case Primitive():
            fits = _PRIMITIVES[node.type](value)
        case Union():
            fits = any(why_unfit(each, value) is None for each in node.branches)
        case Enum():
            fits = isinstance(value, str) and value in node.known
        case Fixed():
            fits = _is_bytes(value) and len(value) == node.size
        case Array():
            if isinstance(value, list):
                return _first(("items", node.items, each) for each in value)
            fits = False
        case Map():
            if isinstance(value, dict):
                return _first(("values", node.values, each) for each in value.values())
            fits = False
        case Record():
            if isinstance(value, dict):
                return _record(node, value)
            fits = False
    return None if fits else f"{_shown(value)} is not a value of {label(node)}"


def _is_whole(value: Any, bits: int) -> bool:
    whole = isinstance(value, int) and not isinstance(value, bool)
    return whole and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)


def _is_number(value: Any) -> bool:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number or value in _NAMED_FLOATS


def _is_bytes(value: Any) -> bool:
    return isinstance(value, str) and (value.isascii() or max(value) <= "\xff")


_PRIMITIVES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "int": lambda value: _is_whole(value, 32),
    "long": lambda value: _is_whole(value, 64),
    "float": _is_number,
    "double": _is_number,
    "bytes": _is_bytes,
    "string": lambda value: isinstance(value, str),
}


def _record(node: Record, value: dict[str, Any]) -> str | None:
    for each in node.fields:
        given = value.get(each.name, each.default)
        if given is NO_DEFAULT:
            return f"{_shown(value)} lacks {each.name!r} of record {node.full}"
        if each.name in value and (reason := why_unfit(each.type, given)):
            return f"in {each.name!r}: {reason}"
    return None


def _first(parts: Any) -> str | None:
    return next(
        (
            f"in {where}: {why}"
            for where, node, each in parts
            if (why := why_unfit(node, each))
        ),
        None,
    )


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."
