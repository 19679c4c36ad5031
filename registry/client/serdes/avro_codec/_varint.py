"""Avro's variable-length numbers (specification, Primitive Type Encoding)."""

from __future__ import annotations

from operator import index
from typing import Any

__all__ = [
    "SMALL",
    "block_count",
    "read_length",
    "read_long",
    "write_int",
    "write_long",
]

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1

SMALL = tuple(bytes((each,)) for each in range(128))
"""The one byte of each encoded number below 128, by the encoded number."""


def write_long(number: Any) -> bytes:
    """Return the encoding of a 64-bit number; refuse what is no integer."""
    value = _integer(number)
    if not LONG_MIN <= value <= LONG_MAX:
        raise OverflowError(f"{value} is out of range for a long")
    return _encoded((value << 1) ^ (value >> 63))


def write_int(number: Any) -> bytes:
    """Return the encoding of a 32-bit number; refuse what is no integer."""
    value = _integer(number)
    if not INT_MIN <= value <= INT_MAX:
        raise OverflowError(f"{value} is out of range for an int")
    return _encoded((value << 1) ^ (value >> 31))


def _integer(number: Any) -> int:
    # Python's True is 1; in a schema a boolean is no number.
    if number.__class__ is bool:
        raise TypeError("a boolean is not an integer")
    return index(number)


def _encoded(rest: int) -> bytes:
    if rest < 128:
        return SMALL[rest]
    if rest < 16384:
        return bytes((rest & 127 | 128, rest >> 7))
    out = bytearray()
    while rest > 127:
        out.append(rest & 127 | 128)
        rest >>= 7
    out.append(rest)
    return bytes(out)


def read_long(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at ``at``, and where the next value starts."""
    byte = data[at]
    at += 1
    value = byte & 127
    shift = 7
    while byte > 127:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if shift > 70:
            raise ValueError("a number of more than 10 bytes")
    return (value >> 1) ^ -(value & 1), at


def read_length(data: bytes, at: int) -> tuple[int, int]:
    """Return a length that the rest of ``data`` can hold, and what follows it."""
    length, at = read_long(data, at)
    if not 0 <= length <= len(data) - at:
        raise ValueError(f"a length of {length} with {len(data) - at} bytes left")
    return length, at


def block_count(data: bytes, at: int, budget: list[int] | None) -> tuple[int, int]:
    """Return how many items a block has, and where the first one starts.

    A negative count is followed by the block's size in bytes. Items take at
    least a byte each; where they take none, ``budget`` bounds them, since a
    few bytes could ask for any number.
    """
    count, at = read_long(data, at)
    if count < 0:
        count = -count
        _, at = read_length(data, at)
    if count == 0:
        raise ValueError("an empty block that does not end its array or map")
    if budget is not None:
        budget[0] -= count
        if budget[0] < 0:
            raise ValueError("too many items that take no bytes")
    elif count > len(data) - at:
        raise ValueError(f"{count} items with {len(data) - at} bytes left")
    return count, at
