"""Avro schemas as nodes; parsing makes them, and nothing changes them after.

Nodes are compared by identity: a recursive record contains itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

__all__ = [
    "NO_DEFAULT",
    "NO_PROPS",
    "PRIMITIVES",
    "Array",
    "Definition",
    "Enum",
    "Field",
    "Fixed",
    "Logical",
    "Map",
    "Named",
    "Node",
    "Primitive",
    "Record",
    "Union",
    "label",
]

Props: TypeAlias = Mapping[str, Any]

NO_PROPS: Props = MappingProxyType({})


def _no_props() -> Props:
    return NO_PROPS


class _NoDefault:
    def __repr__(self) -> str:
        return "NO_DEFAULT"


NO_DEFAULT = _NoDefault()
"""A field without a default; None is the default ``null``."""


@dataclass(frozen=True, slots=True)
class Logical:
    """A valid logical type; invalid ones are plain properties, as the spec says."""

    name: str
    precision: int | None = None
    scale: int | None = None


@dataclass(slots=True, eq=False)
class Primitive:
    """``null``, ``boolean``, ``int``, ``long`` and their like."""

    type: str
    logical: Logical | None = None
    props: Props = field(default_factory=_no_props)


@dataclass(slots=True, eq=False)
class Array:
    """A list of items of one type."""

    items: Node
    props: Props = field(default_factory=_no_props)
    type: str = "array"


@dataclass(slots=True, eq=False)
class Map:
    """Values of one type by string."""

    values: Node
    props: Props = field(default_factory=_no_props)
    type: str = "map"


@dataclass(slots=True, eq=False)
class Union:
    """One of several types; ``index`` finds branches by what they can match."""

    branches: tuple[Node, ...]
    index: dict[tuple[str, str], list[int]] | None = None
    type: str = "union"


@dataclass(slots=True, eq=False)
class Named:
    """What all definitions share.

    ``full`` is the full name, ``name`` the part after the last dot, ``space``
    the part before it; ``aliases`` are full names. ``home`` names the
    reference whose text defines the type, None for the schema's own text, and
    ``at`` is the JSON Pointer of the definition in that text.
    """

    full: str
    name: str
    space: str
    aliases: tuple[str, ...]
    doc: str | None
    props: Props
    home: str | None
    at: str


@dataclass(slots=True, eq=False)
class Enum(Named):
    """A list of symbols."""

    symbols: tuple[str, ...] = ()
    default: str | None = None
    known: frozenset[str] = frozenset()
    type: str = "enum"


@dataclass(slots=True, eq=False)
class Fixed(Named):
    """``size`` bytes."""

    size: int = 0
    logical: Logical | None = None
    type: str = "fixed"


@dataclass(slots=True, eq=False)
class Field:
    """One field of a record; ``default`` is a JSON value or `NO_DEFAULT`."""

    name: str
    type: Node
    default: Any = NO_DEFAULT
    aliases: tuple[str, ...] = ()
    order: str = "ascending"
    doc: str | None = None
    props: Props = field(default_factory=_no_props)


@dataclass(slots=True, eq=False)
class Record(Named):
    """Fields in order; ``by_name`` gives their positions. Errors are records."""

    fields: tuple[Field, ...] = ()
    by_name: dict[str, int] = field(default_factory=dict)
    error: bool = False
    type: str = "record"


Definition: TypeAlias = Record | Enum | Fixed

Node: TypeAlias = Primitive | Array | Map | Union | Definition

PRIMITIVE_NAMES = (
    "null",
    "boolean",
    "int",
    "long",
    "float",
    "double",
    "bytes",
    "string",
)

PRIMITIVES: Mapping[str, Primitive] = {
    each: Primitive(each) for each in PRIMITIVE_NAMES
}
"""The one node of each primitive that has no properties."""


def label(node: Node) -> str:
    """Return what to call ``node`` in a sentence, such as ``record a.B``."""
    if isinstance(node, Named):
        return f"{node.type} {node.full}"
    logical = node.logical if isinstance(node, Primitive) else None
    return f"{node.type} ({logical.name})" if logical else node.type
