"""Promotions between types, and logical types, at read time."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from fastavro.logical_readers import LOGICAL_READERS

from registry.client.serdes.avro_codec._parsed import logical

__all__ = ["conversion", "promotion"]

FLOAT = struct.Struct("<f")


def _to_float(value: int) -> float:
    # A float has 24 bits: 2**24 + 1 is read as Java reads it, not as Python would.
    return float(FLOAT.unpack(FLOAT.pack(value))[0])


def promotion(written: str, wanted: str) -> Callable[[Any], Any] | None:
    """Return what turns a value of one primitive type into another's."""
    if written == wanted:
        return None
    if written in ("int", "long"):
        return _to_float if wanted == "float" else float if wanted == "double" else None
    if written == "string":
        return str.encode
    if written == "bytes":
        return bytes.decode
    return None


def conversion(written: Any, wanted: Any) -> Callable[[Any], Any] | None:
    """Return what turns a read value into the reader's logical type.

    Two units of time differ in the number only, so the writer's decides what
    it means. A reader without a logical type gets the plain value. Raises
    `ValueError` for two decimals of different scale or precision, which the
    specification does not let match.
    """
    has, wants = logical(written), logical(wanted)
    if wants is None or wants not in LOGICAL_READERS:
        return None
    schema, read = wanted, LOGICAL_READERS[wants]
    if has in LOGICAL_READERS and _family(has) == _family(wants):
        if _family(has) == "decimal" and _digits(written) != _digits(wanted):
            raise ValueError(
                f"decimal{_digits(written)} cannot be read as decimal{_digits(wanted)}"
            )
        schema, read = written, LOGICAL_READERS[has]
    return lambda value: read(value, schema, schema)


def _family(key: str | None) -> str:
    name = str(key).partition("-")[2]
    return name.removesuffix("-millis").removesuffix("-micros")


def _digits(schema: Any) -> tuple[int, int]:
    return schema["precision"], schema.get("scale", 0)
