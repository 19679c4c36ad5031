"""What a field's kind can hold, and what another kind makes of its bytes.

The truth behind the rules about types, as data. `KINDS` says how each kind
stands on the wire (Protocol Buffers encoding guide, "Message Structure"),
`CASTS` which kinds the language guide calls compatible ("Updating A Message
Type"). The library's readings of each pair are measured in
tests/compat/formats/protobuf/test_values.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum as PythonEnum

from compat.formats.protobuf.model import Enum, Field

__all__ = ["CASTS", "KINDS", "Fate", "Kind", "cast_group", "fate", "samples"]


_TRIED = 12  # values of a field; each kind's telling ones come first


class Fate(PythonEnum):
    """What becomes of a value; the worst that one of the field's values meets."""

    SAME = "is read as it was written"
    CHANGED = "is read as another value"
    LOST = "is not read"
    REFUSED = "makes the reader refuse the message"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its wire type, how its bits are read, and its range if a number."""

    wire: str
    reading: str
    low: int = 0
    high: int = 0


KINDS = {
    "int32": Kind("varint", "integer", -(2**31), 2**31 - 1),
    "int64": Kind("varint", "integer", -(2**63), 2**63 - 1),
    "uint32": Kind("varint", "integer", 0, 2**32 - 1),
    "uint64": Kind("varint", "integer", 0, 2**64 - 1),
    "bool": Kind("varint", "integer", 0, 1),
    "enum": Kind("varint", "integer", -(2**31), 2**31 - 1),
    "sint32": Kind("varint", "zigzag", -(2**31), 2**31 - 1),
    "sint64": Kind("varint", "zigzag", -(2**63), 2**63 - 1),
    "fixed32": Kind("32 bits", "unsigned", 0, 2**32 - 1),
    "sfixed32": Kind("32 bits", "signed", -(2**31), 2**31 - 1),
    "float": Kind("32 bits", "float"),
    "fixed64": Kind("64 bits", "unsigned", 0, 2**64 - 1),
    "sfixed64": Kind("64 bits", "signed", -(2**63), 2**63 - 1),
    "double": Kind("64 bits", "float"),
    "string": Kind("bytes", "text"),
    "bytes": Kind("bytes", "bytes"),
    "message": Kind("bytes", "message"),
    "group": Kind("group", "message"),
}

CASTS = (
    ("int32", "uint32", "int64", "uint64", "bool", "enum"),
    ("sint32", "sint64"),
    ("fixed32", "sfixed32"),
    ("fixed64", "sfixed64"),
    ("string", "bytes"),
)
"""Kinds that may replace one another, at the price of some of their values."""


def cast_group(kind: str) -> str:
    """Return the first kind of the group of `CASTS` that ``kind`` is in."""
    return _GROUPS.get(kind, kind)


_GROUPS = {kind: group[0] for group in CASTS for kind in group}


def fate(
    writer: Field, reader: Field, writer_enum: Enum | None, reader_enum: Enum | None
) -> Fate:
    """Return what ``reader`` makes of the values of a scalar ``writer``.

    Cardinality is not looked at, nor what is inside of messages.
    """
    was, now = KINDS[writer.kind], KINDS[reader.kind]
    if was.wire != now.wire:
        return Fate.LOST
    match was.reading, now.reading:
        case "integer", "integer":
            return _integers(was, now, writer_enum, reader_enum)
        case "bytes" | "text", "message":
            return Fate.REFUSED
        case "bytes", "text":
            return Fate.REFUSED
        case "text" | "message", "bytes":
            return Fate.SAME
        case first, second if first != second:
            return _only_zero(writer_enum)
    return Fate.SAME if now.low <= was.low and was.high <= now.high else Fate.CHANGED


def _only_zero(enum: Enum | None) -> Fate:
    zero = enum is not None and enum.closed and enum.numbers == {0}
    return Fate.SAME if zero else Fate.CHANGED


def _integers(
    was: Kind, now: Kind, writer_enum: Enum | None, reader_enum: Enum | None
) -> Fate:
    if reader_enum is not None and reader_enum.closed:
        return Fate.LOST if _unknown(was, writer_enum, reader_enum) else Fate.SAME
    if writer_enum is not None and writer_enum.closed:
        inside = all(now.low <= each <= now.high for each in writer_enum.numbers)
        return Fate.SAME if inside else Fate.CHANGED
    return Fate.SAME if now.low <= was.low and was.high <= now.high else Fate.CHANGED


def _unknown(was: Kind, writer_enum: Enum | None, reader_enum: Enum) -> list[int]:
    """Return some numbers that the writer may send and the closed reader lacks."""
    known = reader_enum.numbers
    if writer_enum is not None:
        named = [number for _, number in writer_enum.values if number not in known]
        if named or writer_enum.closed:
            return named
    within = (each for each in range(len(known) + 1) if each not in known)
    return [each for each in within if was.low <= each <= was.high]


def samples(
    field: Field, other: Field, enum: Enum | None, other_enum: Enum | None
) -> tuple[object, ...]:
    """Return values of ``field`` that a reader of ``other`` may not read back.

    The most telling first: just outside of the other's range, then small.
    """
    kind, beside = KINDS[field.kind], KINDS[other.kind]
    match field.kind:
        case "string":
            return ("a",)
        case "bytes":
            return (b"\xff", b"a")
        case "float" | "double":
            return (1.5,)
        case "message" | "group":
            return ()
    found: list[int] = []
    if other_enum is not None and other_enum.closed:
        found += _unknown(kind, enum, other_enum)
    if beside.high > beside.low:
        found += [beside.high + 1, beside.low - 1]
    found += [1, -1, 2, kind.high, kind.low]
    if enum is not None and enum.closed:
        named = [number for _, number in enum.values]
        found = [each for each in found if each in enum.numbers] + named
    inside = [each for each in found if kind.low <= each <= kind.high]
    return tuple(dict.fromkeys(inside))[:_TRIED]
