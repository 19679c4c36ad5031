"""Sets of characters as sorted ranges of code points."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

__all__ = [
    "ALL",
    "CLASSES",
    "DOT",
    "Ranges",
    "complement",
    "of_property",
    "union",
]

Ranges = tuple[tuple[int, int], ...]
_LAST = sys.maxunicode


def union(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return ``ranges`` sorted, without overlap."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return tuple(merged)


def complement(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """Return all code points outside ``ranges``."""
    outside: list[tuple[int, int]] = []
    start = 0
    for first, last in union(ranges):
        if first > start:
            outside.append((start, first - 1))
        start = last + 1
    if start <= _LAST:
        outside.append((start, _LAST))
    return tuple(outside)


ALL: Ranges = ((0, _LAST),)
_DIGIT: Ranges = ((48, 57),)
_WORD: Ranges = ((48, 57), (65, 90), (95, 95), (97, 122))
# ECMA-262 WhiteSpace and LineTerminator.
_SPACE: Ranges = union(
    [
        (9, 13),
        (0x20, 0x20),
        (0xA0, 0xA0),
        (0x1680, 0x1680),
        (0x2000, 0x200A),
        (0x2028, 0x2029),
        (0x202F, 0x202F),
        (0x205F, 0x205F),
        (0x3000, 0x3000),
        (0xFEFF, 0xFEFF),
    ]
)
DOT = complement([(10, 10), (13, 13), (0x2028, 0x2029)])
CLASSES: dict[str, Ranges] = {
    "d": _DIGIT,
    "D": complement(_DIGIT),
    "w": _WORD,
    "W": complement(_WORD),
    "s": _SPACE,
    "S": complement(_SPACE),
}


@lru_cache(maxsize=64)
def of_property(name: str) -> Ranges | None:
    """Return the code points of a Unicode general category, such as ``L``.

    None when ``name`` is not a general category; scripts are not known here.
    """
    short = _LONG_NAMES.get(name, name).removeprefix("General_Category=")
    short = _LONG_NAMES.get(short.removeprefix("gc="), short.removeprefix("gc="))
    if short not in _CATEGORIES:
        return None
    ranges: list[tuple[int, int]] = []
    start = None
    for point in range(_LAST + 2):
        inside = point <= _LAST and unicodedata.category(chr(point)).startswith(short)
        if inside and start is None:
            start = point
        elif not inside and start is not None:
            ranges.append((start, point - 1))
            start = None
    return tuple(ranges)


_CATEGORIES = frozenset(
    f"{major}{minor}"
    for major, minors in {
        "L": ("", "u", "l", "t", "m", "o"),
        "M": ("", "n", "c", "e"),
        "N": ("", "d", "l", "o"),
        "P": ("", "c", "d", "s", "e", "i", "f", "o"),
        "S": ("", "m", "c", "k", "o"),
        "Z": ("", "s", "l", "p"),
        "C": ("", "c", "f", "o"),
    }.items()
    for minor in minors
)
_LONG_NAMES = {
    "Letter": "L",
    "Uppercase_Letter": "Lu",
    "Lowercase_Letter": "Ll",
    "Mark": "M",
    "Number": "N",
    "Decimal_Number": "Nd",
    "Punctuation": "P",
    "Symbol": "S",
    "Separator": "Z",
    "Space_Separator": "Zs",
    "Other": "C",
    "Control": "Cc",
}
