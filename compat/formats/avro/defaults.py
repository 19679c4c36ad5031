"""Whether a JSON value can be the default of a type."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from compat.budget import Budget
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

__all__ = ["Misfit", "why_unfit"]

_NAMED_FLOATS = ("NaN", "Infinity", "-Infinity")
"""Java 1.12 writes and reads these strings as defaults of float and double."""


_BRANCHES = 10
_VALUES = 20
_CHARACTERS = 1_000
"""How much is looked at for one step of a budget; fields count as values."""


@dataclass(slots=True)
class Misfit:
    """A value that is none of ``node``, or that lacks a field of it.

    ``inside`` is where it stands in the default, innermost first. The words are
    put together only where they are read: branches of a union fail by the way.
    """

    node: Node
    value: Any
    lacks: str | None = None
    inside: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = "".join(f"in {each}: " for each in reversed(self.inside))
        if self.lacks is None:
            return f"{where}{_shown(self.value)} is not a value of {label(self.node)}"
        return f"{where}{_shown(self.value)} lacks {self.lacks!r} of {label(self.node)}"


def why_unfit(node: Node, value: Any, budget: Budget) -> Misfit | None:
    """Return why ``value`` is no default for ``node``; None when it is one.

    Bytes and fixed take strings of code points up to U+00FF, one for each
    byte. A union takes what any of its branches takes: Avro 1.12 says so, and
    Java and Python read such data; the older rule, first branch only, is gone.
    A record's missing members are filled from its own fields' defaults.
    Raises `BudgetSpent`: a long default may meet a wide union many times.
    """
    match node:
        case Primitive():
            fits = _PRIMITIVES[node.type](value)
        case Union():
            fits = _fits_any(node, value, budget)
        case Enum():
            fits = isinstance(value, str) and value in node.known
        case Fixed():
            fits = _is_fixed(node, value, budget)
        case Array():
            if isinstance(value, list):
                return _all(node.items, "items", value, budget)
            fits = False
        case Map():
            if isinstance(value, dict):
                return _all(node.values, "values", value.values(), budget)
            fits = False
        case Record():
            if isinstance(value, dict):
                return _record(node, value, budget)
            fits = False
    return None if fits else Misfit(node, value)


def _is_fixed(fixed: Fixed, value: Any, budget: Budget) -> bool:
    if not isinstance(value, str) or len(value) != fixed.size:
        return False
    budget.spend(len(value) // _CHARACTERS)
    return _is_bytes(value)


def _fits_any(union: Union, value: Any, budget: Budget) -> bool:
    budget.spend(1 + len(union.branches) // _BRANCHES)
    return any(why_unfit(each, value, budget) is None for each in union.branches)


def _all(
    node: Node, where: str, values: Collection[Any], budget: Budget
) -> Misfit | None:
    budget.spend(1 + len(values) // _VALUES)
    for each in values:
        if misfit := why_unfit(node, each, budget):
            misfit.inside += (where,)
            return misfit
    return None


def _record(node: Record, value: dict[str, Any], budget: Budget) -> Misfit | None:
    budget.spend(1 + len(node.fields) // _VALUES)
    for each in node.fields:
        if each.name in value:
            if misfit := why_unfit(each.type, value[each.name], budget):
                misfit.inside += (repr(each.name),)
                return misfit
        elif each.default is NO_DEFAULT:
            return Misfit(node, value, lacks=each.name)
    return None


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) or value in _NAMED_FLOATS


def _is_bytes(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        value.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


_PRIMITIVES: Mapping[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "long": lambda value: type(value) is int and -(2**63) <= value < 2**63,
    "float": _is_number,
    "double": _is_number,
    "bytes": _is_bytes,
    "string": lambda value: isinstance(value, str),
}


def _shown(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."
