"""Which logical types are valid on which types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeGuard

from compat.formats.avro.model import Logical

__all__ = ["FAMILIES", "logical_of"]

_BASES = {
    "date": "int",
    "time-millis": "int",
    "time-micros": "long",
    "timestamp-millis": "long",
    "timestamp-micros": "long",
    "timestamp-nanos": "long",
    "local-timestamp-millis": "long",
    "local-timestamp-micros": "long",
    "local-timestamp-nanos": "long",
    "big-decimal": "bytes",
}

_SIZES = {"duration": 12, "uuid": 16}

FAMILIES: Mapping[str, tuple[str, int]] = {
    "time-millis": ("time", 10**3),
    "time-micros": ("time", 10**6),
    "timestamp-millis": ("timestamp", 10**3),
    "timestamp-micros": ("timestamp", 10**6),
    "timestamp-nanos": ("timestamp", 10**9),
    "local-timestamp-millis": ("local-timestamp", 10**3),
    "local-timestamp-micros": ("local-timestamp", 10**6),
    "local-timestamp-nanos": ("local-timestamp", 10**9),
}
"""What a count measures, and how many of it make one second."""


def logical_of(type: str, props: Mapping[str, Any], size: int = 0) -> Logical | None:
    """Return the logical type on ``type``, or None without a valid one.

    A malformed logical type is ignored and the type stands alone (Avro 1.12,
    Logical Types). ``size`` is that of a fixed type, in bytes.
    """
    name = props.get("logicalType")
    if not isinstance(name, str):
        return None
    if name == "decimal":
        return _decimal(type, props, size)
    if name == "uuid" and type == "string":
        return Logical(name)
    if type == "fixed":
        return Logical(name) if size and _SIZES.get(name) == size else None
    return Logical(name) if _BASES.get(name) == type else None


def _decimal(type: str, props: Mapping[str, Any], size: int) -> Logical | None:
    precision, scale = props.get("precision"), props.get("scale", 0)
    if not (_whole(precision) and _whole(scale)):
        return None
    if not 0 <= scale <= precision > 0:
        return None
    if type == "bytes" or (type == "fixed" and precision <= _digits(size)):
        return Logical("decimal", precision, scale)
    return None


def _whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _digits(size: int) -> int:
    """Return how many decimal digits always fit in ``size`` bytes.

    That is floor(log10(2**(8 * size - 1) - 1)); the power of two is never a
    power of ten, so the subtraction changes nothing above one byte.
    """
    bits = 8 * size - 1
    # log10(2) as a fraction good for a million bytes; floats are not.
    return bits * 30102999566398119521 // 10**20 if size else 0
