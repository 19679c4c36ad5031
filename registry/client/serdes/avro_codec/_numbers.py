"""The text that reads or writes a number where it stands, without a call."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

from registry.client.serdes.avro_codec._varint import (
    MORE,
    NUMBERS,
    SHORT,
    read_beyond,
    read_long,
    write_int,
    write_long,
)

__all__ = ["FAR", "READ_OBJECTS", "WRITE_OBJECTS", "number_expression", "number_lines"]


def _pairs() -> tuple[int | None, ...]:
    numbers = tuple(range(16384))
    unmarked = (None,) * 128
    half: tuple[int | None, ...] = ()
    for high in range(128):
        half += unmarked + numbers[high * 128 : high * 128 + 128]
    return (None,) * 32768 + half


READ_OBJECTS: dict[str, Any] = {
    # By the first byte; or by the first and 128 times the second, its mark left in.
    "signed": tuple(
        (each >> 1) ^ -(each & 1)
        for start, stop in ((0, 128), (0, 16384))
        for each in range(start, stop)
    ),
    "half": tuple((each & 127) >> 1 for each in range(256)),
    # The fourteen bits of two bytes, as "<H", when both are marked; else None.
    "pairs": _pairs(),
    "unpack_far": struct.Struct("<HHB").unpack_from,
    "read_beyond": read_beyond,
    "read_long": read_long,
}

WRITE_OBJECTS: dict[str, Any] = {
    "numbers": NUMBERS,
    "short": SHORT,
    "more": MORE,
    "even": MORE[::2],
    "write_int": write_int,
    "write_long": write_long,
}

FAR = 5
"""``far``, in the lines, is the payload's size less this: six bytes fit before it."""


def number_lines(name: str, what: str) -> Iterator[str]:
    """Yield the lines that read an ``int`` or ``long`` into ``name``.

    An int of up to three bytes and a long of up to six, which hold today's
    milliseconds, are read in place; longer ones are left to `read_long`. The
    lowest bit is the sign, so the value is half of the other bits, or its
    complement.
    """
    yield f"if (n := data[at]) < 128: {name} = signed[n]; at += 1"
    yield (f"elif (b := data[at + 1]) < 128: {name} = signed[b * 128 + n]; at += 2")
    yield "elif (c := data[at + 2]) < 128:"
    yield f" {name} = (c * 128 + b - 128) * 64 + half[n]; at += 3"
    yield f" if n & 1: {name} = ~{name}"
    if what == "long":
        yield "elif at < far:"
        yield " p, q, f = unpack_far(data, at + 1); p = pairs[p] * 64 + half[n]"
        yield " if (m := pairs[q]) is not None:"
        yield f"  if f < 128: {name} = (f * 16384 + m) * 1048576 + p; at += 6"
        yield f"  else: {name}, at = read_beyond(data, at + 5, m * 1048576 + p)"
        yield (f" elif q & 128: {name} = pairs[q | 32768] * 1048576 + p; at += 5")
        yield f" else: {name} = (q & 127) * 1048576 + p; at += 4"
        yield f" if n & 1: {name} = ~{name}"
    yield f"else: {name}, at = read_long(data, at)"


def number_expression(value: str, name: str, what: str) -> str:
    """Return the expression that writes an ``int`` or ``long``, ``name`` being free.

    Numbers of up to four bytes, and longs of up to six, are put together from
    tables; the rest, and what is no plain ``int``, is left to `write_long`.
    """
    call = f"write_{what}({name})"
    inline = f"numbers[{name}] if -8192 <= {name} < 8192 else even[{name} & 8191] + "
    if what == "long":
        inline += (
            f"more[{name} >> 13 & 16383] + short[{name} >> 27] "
            f"if 134217728 <= {name} < 2199023255552 else even[{name} & 8191] + "
        )
    inline += f"short[{name} >> 13] if 8192 <= {name} < 134217728 else {call}"
    return f"({inline}) if ({name} := {value}).__class__ is int else {call}"
