"""JSON values as the search sees them: exact numbers, and keys to compare by."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

__all__ = [
    "ANY",
    "ARRAY",
    "BOOLEAN",
    "NOTHING",
    "NULL",
    "NUMBER",
    "OBJECT",
    "STRING",
    "TYPES",
    "Nothing",
    "Unwritable",
    "exact",
    "key",
    "plain",
    "type_names",
    "type_of",
]

NULL, BOOLEAN, NUMBER, STRING, ARRAY, OBJECT = (1 << bit for bit in range(6))
ANY = NULL | BOOLEAN | NUMBER | STRING | ARRAY | OBJECT

TYPES = {
    "null": NULL,
    "boolean": BOOLEAN,
    "number": NUMBER,
    "string": STRING,
    "array": ARRAY,
    "object": OBJECT,
}


class Nothing:
    """The answer of a search that found no value."""

    def __repr__(self) -> str:
        return "NOTHING"


NOTHING = Nothing()


@dataclass(frozen=True, eq=False)
class Unwritable:
    """A value that exists, but is too large to write down."""

    what: str


_KINDS = {
    type(None): NULL,
    bool: BOOLEAN,
    int: NUMBER,
    Fraction: NUMBER,
    str: STRING,
    list: ARRAY,
    dict: OBJECT,
}


def type_of(value: Any) -> int:
    """Return the type bit of an exact value."""
    return _KINDS[type(value)]


def type_names(mask: int) -> list[str]:
    """Return the names of the types in ``mask``."""
    return [name for name, bit in TYPES.items() if mask & bit]


_SAME = frozenset((type(None), bool, int, str))
"""Kinds of values that are the same as parsed, exact and plain."""


def exact(value: Any) -> Any:
    """Return ``value`` of a parsed schema with its decimals as exact numbers."""
    kind = type(value)
    if kind is list:
        return [each if type(each) in _SAME else exact(each) for each in value]
    if kind is dict:
        return {
            name: each if type(each) in _SAME else exact(each)
            for name, each in value.items()
        }
    if kind is Decimal or kind is float:
        number = Fraction(value if kind is Decimal else str(value))
        return int(number) if number.denominator == 1 else number
    return value


def key(value: Any) -> Any:
    """Return what two values share exactly when JSON Schema calls them equal."""
    kind = type(value)
    if kind is bool:
        return (BOOLEAN, value)
    if kind is list:
        return (ARRAY, *map(key, value))
    if kind is dict:
        return (OBJECT, frozenset((name, key(each)) for name, each in value.items()))
    return value


def plain(value: Any) -> Any:
    """Return an exact or parsed value as the ``json`` module writes it."""
    kind = type(value)
    if kind is list:
        return [each if type(each) in _SAME else plain(each) for each in value]
    if kind is dict:
        return {
            name: each if type(each) in _SAME else plain(each)
            for name, each in value.items()
        }
    if kind is Decimal:
        value = exact(value)
    return float(value) if isinstance(value, Fraction) else value
