"""Avro's variable-length numbers (specification, Primitive Type Encoding)."""

from __future__ import annotations

from operator import index
from typing import Any

__all__ = [
    "MORE",
    "NUMBERS",
    "SHORT",
    "block_count",
    "read_beyond",
    "read_length",
    "read_long",
    "write_int",
    "write_long",
]

INT_MIN, INT_MAX = -(2**31), 2**31 - 1
LONG_MIN, LONG_MAX = -(2**63), 2**63 - 1

SHORT = tuple(
    bytes((each,)) if each < 128 else bytes((each & 127 | 128, each >> 7))
    for each in range(16384)
)
"""The one or two bytes of each encoded number below 2**14, by that number."""

MORE = tuple(bytes((each & 127 | 128, each >> 7 | 128)) for each in range(16384))
"""The two bytes of fourteen bits that more follow."""

NUMBERS = SHORT[::2] + SHORT[::-2]
"""The encodings of -8192 to 8191, by the number itself: the last is that of -1."""


def write_long(number: Any) -> bytes:
    """Return the encoding of a 64-bit number; refuse what is no integer."""
    value = number if number.__class__ is int else _integer(number)
    if not LONG_MIN <= value <= LONG_MAX:
        raise OverflowError(f"{value} is out of range for a long")
    rest = (value << 1) ^ (value >> 63)
    # Fourteen bits a step; most timestamps need three.
    if rest < 1 << 14:
        return SHORT[rest]
    if rest < 1 << 28:
        return MORE[rest & 16383] + SHORT[rest >> 14]
    if rest < 1 << 42:
        return MORE[rest & 16383] + MORE[rest >> 14 & 16383] + SHORT[rest >> 28]
    low = MORE[rest & 16383] + MORE[rest >> 14 & 16383] + MORE[rest >> 28 & 16383]
    if rest < 1 << 56:
        return low + SHORT[rest >> 42]
    return low + MORE[rest >> 42 & 16383] + SHORT[rest >> 56]


def write_int(number: Any) -> bytes:
    """Return the encoding of a 32-bit number, which is that of a long as large."""
    value = _integer(number)
    if not INT_MIN <= value <= INT_MAX:
        raise OverflowError(f"{value} is out of range for an int")
    return write_long(value)


def _integer(number: Any) -> int:
    # Python's True is 1; in a schema a boolean is no number.
    if number.__class__ is bool:
        raise TypeError("a boolean is not an integer")
    return index(number)


def read_long(data: bytes, at: int) -> tuple[int, int]:
    """Return the number at ``at``, and where the next value starts.

    The bytes are added up with their marks of continuation, which are taken
    off at the end: half the work of masking each.
    """
    value = data[at]
    if value < 128:
        return (value >> 1) ^ -(value & 1), at + 1
    byte = data[at + 1]
    value += (byte << 7) - 128
    if byte < 128:
        return (value >> 1) ^ -(value & 1), at + 2
    byte = data[at + 2]
    value += (byte << 14) - 16384
    if byte < 128:
        return (value >> 1) ^ -(value & 1), at + 3
    byte = data[at + 3]
    value += (byte << 21) - 2097152
    if byte < 128:
        return (value >> 1) ^ -(value & 1), at + 4
    byte = data[at + 4]
    value += (byte << 28) - 268435456
    if byte < 128:
        return (value >> 1) ^ -(value & 1), at + 5
    half, at = read_beyond(data, at + 5, (value - (1 << 35)) >> 1)
    return (~half if value & 1 else half), at


def read_beyond(data: bytes, at: int, half: int) -> tuple[int, int]:
    """Return ``half``, the first five bytes without the sign's bit, and the rest.

    ``at`` is the place of the sixth byte, and then of the next value.
    """
    high = data[at]
    if high < 128:
        return half + (high << 34), at + 1
    byte = data[at + 1]
    high += (byte << 7) - 128
    if byte < 128:
        return half + (high << 34), at + 2
    byte = data[at + 2]
    high += (byte << 14) - 16384
    if byte < 128:
        return half + (high << 34), at + 3
    byte = data[at + 3]
    high += (byte << 21) - 2097152
    if byte < 128:
        return half + (high << 34), at + 4
    byte = data[at + 4]
    high += (byte << 28) - 268435456
    if byte < 128:
        return half + (high << 34), at + 5
    raise ValueError("a number of more than 10 bytes")


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
