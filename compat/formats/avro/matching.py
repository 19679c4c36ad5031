"""What in the writer a part of the reader stands for: names and aliases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from compat.formats.avro.model import Field, Named, Node, Primitive, Record, Union

__all__ = ["PROMOTIONS", "candidates", "match", "positions", "same_kind", "same_name"]

PROMOTIONS = {
    "long": ("int",),
    "float": ("int", "long"),
    "double": ("int", "long", "float"),
    "string": ("bytes",),
    "bytes": ("string",),
}
"""What each primitive reads besides itself (Avro 1.12, Schema Resolution)."""

_PROMOTED: dict[str, tuple[str, ...]] = {
    writer: tuple(reader for reader, taken in PROMOTIONS.items() if writer in taken)
    for writer in ("int", "long", "float", "bytes", "string")
}


def same_kind(reader: Node, writer: Node) -> bool:
    """Whether two nodes, no unions, can match at all: by kind, or promoted."""
    if isinstance(reader, Primitive) and isinstance(writer, Primitive):
        return reader.type == writer.type or writer.type in PROMOTIONS.get(
            reader.type, ()
        )
    return type(reader) is type(writer)


def same_name(reader: Named, writer: Named) -> bool:
    """Whether the names match: unqualified, or by an alias of the reader's."""
    return reader.name == writer.name or writer.full in reader.aliases


def positions(field: Field, writer: Record) -> tuple[int, ...]:
    """Return the writer's fields that the reader's ``field`` can mean.

    The one of its own name comes first; more than one is ambiguous.
    """
    own = writer.by_name.get(field.name)
    if not field.aliases:
        return () if own is None else (own,)
    names = dict.fromkeys((field.name, *field.aliases))
    return tuple(writer.by_name[each] for each in names if each in writer.by_name)


def match(field: Field, writer: Record) -> int | None:
    """Return the position of the writer's field that ``field`` reads, or None."""
    own = writer.by_name.get(field.name)
    if own is not None or not field.aliases:
        return own
    return next(iter(positions(field, writer)), None)


def candidates(reader: Union, writer: Node) -> list[int]:
    """Return the branches of ``reader`` that could read ``writer``, best first.

    The same full name comes before the same unqualified name, an alias after
    both, and the writer's own type before one that it is promoted to.
    """
    if reader.index is None:
        reader.index = _index(reader)
    return list(
        dict.fromkeys(
            found for key in _keys(writer) for found in reader.index.get(key, ())
        )
    )


def _keys(writer: Node) -> Iterator[tuple[str, str]]:
    if isinstance(writer, Named):
        yield writer.type, f"full {writer.full}"
        yield writer.type, f"name {writer.name}"
        yield writer.type, f"alias {writer.full}"
        return
    yield writer.type, ""
    for promoted in _PROMOTED.get(writer.type, ()):
        yield promoted, ""


def _index(union: Union) -> dict[tuple[str, str], list[int]]:
    index: dict[Any, list[int]] = {}
    for position, branch in enumerate(union.branches):
        keys = [(branch.type, "")]
        if isinstance(branch, Named):
            names = [f"full {branch.full}", f"name {branch.name}"]
            names += [f"alias {each}" for each in branch.aliases]
            keys = [(branch.type, each) for each in names]
        for key in keys:
            index.setdefault(key, []).append(position)
    return index
