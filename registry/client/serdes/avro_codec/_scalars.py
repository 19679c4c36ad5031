"""The expressions that write a value without parts: numbers, text, enums, fixed."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cache
from typing import Any

from registry.client.serdes._errors import UnusableSchema
from registry.client.serdes.avro_codec._numbers import (
    WRITE_OBJECTS,
    number_expression,
)
from registry.client.serdes.avro_codec._source import Source
from registry.client.serdes.avro_codec._values import (
    Symbols,
    as_boolean,
    as_octets,
    as_real,
)
from registry.client.serdes.avro_codec._varint import NUMBERS, write_int

__all__ = [
    "SCALAR_OBJECTS",
    "count_expression",
    "optional_pieces",
    "scalar_pieces",
]

SCALAR_OBJECTS: dict[str, Any] = {
    **WRITE_OBJECTS,
    "as_boolean": as_boolean,
    "as_octets": as_octets,
    "as_real": as_real,
}

FORMATS = {"float": "f", "double": "d"}


def scalar_pieces(
    source: Source,
    schema: Any,
    what: str,
    value: str,
    *,
    mark: bytes = b"",
    name: str | None = None,
) -> list[str]:
    """Return the expressions whose values, joined, are the encoding of ``value``.

    ``what`` is the kind of ``schema``, ``mark`` the bytes before it (the index
    of a union's branch), ``name`` a variable that may be set, a new one if None.
    """
    name = name or source.name()
    match what:
        case "int" | "long":
            number = number_expression(value, name, what)
            return [f"{mark!r} + ({number})" if mark else number]
        case "string":
            return [_sized(source, name, f"{value}.encode()", mark), name]
        case "bytes":
            return [_sized(source, name, f"as_octets({value})", mark), name]
        case "float" | "double":
            is_float = f"({name} := {value}).__class__ is float"
            number = f"{name} if {is_float} else as_real({name})"
            return [_packed(source, what, number, mark)]
        case "boolean":
            known = {False: mark + b"\x00", True: mark + b"\x01"}
            if mark:  # fastavro takes 1 and 0.0 for booleans, but in no union
                is_bool = f"({name} := {value}).__class__ is bool"
                value = f"{name} if {is_bool} else as_boolean({name})"
            return [f"{source.object(known)}[{value}]"]
        case "enum":
            symbols = {
                each: mark + write_int(at) for at, each in enumerate(schema["symbols"])
            }
            return [f"{source.object(Symbols(symbols))}[{value}]"]
        case "fixed":
            fixed = f"{source.object(_fixed(schema['size']))}({value})"
            return [f"{mark!r} + {fixed}" if mark else fixed]
    raise UnusableSchema(f"no such Avro type: {what}")


def optional_pieces(
    source: Source,
    schema: Any,
    what: str,
    value: str,
    *,
    convert: Callable[[str], str],
    null: bytes,
    mark: bytes,
) -> list[str]:
    """Return the expressions that write ``value``, or ``null`` where it is None.

    ``convert`` turns the expression of a value that is not None into the one
    that is written after ``mark``.
    """
    name = source.name()
    given = convert(name)
    first, *rest = scalar_pieces(source, schema, what, given, mark=mark, name=name)
    first = f"{null!r} if ({name} := {value}) is None else {first}"
    return [first, *(f"{each} or b''" for each in rest)]


def count_expression(number: str) -> str:
    """Return the expression that writes a length; it sets ``n``."""
    return f"numbers[n] if (n := {number}) < 8192 else write_long(n)"


def _sized(source: Source, name: str, octets: str, mark: bytes) -> str:
    length = f"len({name} := {octets})"
    if not mark:
        return count_expression(length)
    marked = source.object(_marked_lengths(mark))
    longer = f"{mark!r} + (numbers[n] if n < 8192 else write_long(n))"
    return f"{marked}[n] if (n := {length}) < 64 else {longer}"


@cache
def _marked_lengths(mark: bytes) -> tuple[bytes, ...]:
    return tuple(mark + each for each in NUMBERS[:64])


def _packed(source: Source, what: str, number: str, mark: bytes) -> str:
    pack = struct.Struct(f"<{len(mark)}B{FORMATS[what]}").pack
    marks = "".join(f"{byte}, " for byte in mark)
    return f"{source.object(pack)}({marks}{number})"


def _fixed(size: int) -> Callable[[Any], bytes]:
    def check(value: Any) -> bytes:
        octets = as_octets(value)
        if len(octets) != size:
            raise ValueError(f"{len(octets)} bytes where the schema has {size}")
        return octets

    return check
