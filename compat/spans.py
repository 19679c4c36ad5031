"""Where each value of a JSON text stands, by JSON Pointer."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property

from compat.verdict import Location

__all__ = ["Spans", "escape", "pointer"]

MAX_DEPTH = 1_000
"""Deeper values are not indexed: their pointers alone would fill the memory."""

_TOKEN = re.compile(
    # Strings in long runs: one step for each character would fill the memory.
    r'[ \t\n\r]*(?:([\[\]{},:])|("[^"\\]*(?:\\.[^"\\]*)*")|([^\s\[\]{},:"]+))',
    re.DOTALL,
)


def escape(key: str) -> str:
    """Return ``key`` as one reference token of a JSON Pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def pointer(*keys: str | int) -> str:
    """Return the JSON Pointer of these keys and positions, from the root."""
    return "".join(f"/{escape(str(key))}" for key in keys)


class Spans:
    """The places of one JSON text, found on the first question.

    The text need not be valid: what stands before the first fault is known.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def find(self, pointer: str) -> Location | None:
        """Return where the value at ``pointer`` begins, or None without one."""
        offset = self._offsets.get(pointer)
        return None if offset is None else self.location(offset)

    def nearest(self, pointer: str) -> Location | None:
        """Return where the value, or its closest known parent, begins."""
        while pointer and pointer not in self._offsets:
            pointer = pointer.rpartition("/")[0]
        return self.find(pointer)

    def location(self, offset: int) -> Location:
        """Return line and column, from 1, of the character at ``offset``."""
        line = bisect_right(self._lines, offset)
        return Location(line, offset - self._lines[line - 1] + 1)

    def duplicate(self) -> str | None:
        """Return the pointer of the first member whose key occurs twice."""
        seen: set[str] = set()
        for where, _ in _values(self.text):
            if where in seen:
                return where
            seen.add(where)
        return None

    @cached_property
    def _offsets(self) -> dict[str, int]:
        return dict(_values(self.text))

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(each.end() for each in re.finditer(r"\r\n|\r|\n", self.text))]


def _values(text: str) -> Iterator[tuple[str, int]]:
    """Yield pointer and offset of every value, parents first."""
    # Each open container: its pointer, and the next index, or None for an object.
    open_: list[tuple[str, int | None]] = []
    key: str | None = None
    for token in _TOKEN.finditer(text):
        mark, string, _ = token.groups()
        if mark in ("]", "}"):
            if open_:
                open_.pop()
            continue
        if mark in (",", ":"):
            continue
        if string is not None and open_ and open_[-1][1] is None and key is None:
            key = _unquoted(string)
            continue
        where, key = _place(open_, key), None
        yield where, token.start(token.lastindex or 0)
        if mark is not None:
            if len(open_) == MAX_DEPTH:
                return
            open_.append((where, 0 if mark == "[" else None))


def _place(open_: list[tuple[str, int | None]], key: str | None) -> str:
    if not open_:
        return ""
    parent, index = open_[-1]
    if index is None:
        return f"{parent}/{escape(key or '')}"
    open_[-1] = (parent, index + 1)
    return f"{parent}/{index}"


def _unquoted(string: str) -> str:
    try:
        return str(json.loads(string))
    except ValueError:
        return string[1:-1]
