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

MOST = 16_000_000
"""So many characters of pointers are indexed; long keys repeat in each below them."""

FEW = 4
"""So many values are looked for one by one before all are indexed."""

_SCAN = json.JSONDecoder().raw_decode

_TOKEN = re.compile(
    # Strings in long runs: one step for each character would fill the memory.
    r'([\[\]{}])|("[^"\\]*(?:\\.[^"\\]*)*")|([^\s\[\]{},:"]+)',
    re.DOTALL,
)


def escape(key: str) -> str:
    """Return ``key`` as one reference token of a JSON Pointer (RFC 6901)."""
    if "~" not in key and "/" not in key:
        return key
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
        self._asked = 0

    def find(self, pointer: str) -> Location | None:
        """Return where the value at ``pointer`` begins, or None without one."""
        offset = self._offset(pointer)
        return None if offset is None else self.location(offset)

    def nearest(self, pointer: str) -> Location | None:
        """Return where the value, or its closest known parent, begins."""
        offset = self._offset(pointer)
        while pointer and offset is None:
            pointer = pointer.rpartition("/")[0]
            offset = self._offsets.get(pointer)
        return None if offset is None else self.location(offset)

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

    def _offset(self, pointer: str) -> int | None:
        """Return the offset of one value: an index of all costs as much as ten."""
        self._asked += 1
        if self._asked <= FEW and "_offsets" not in self.__dict__:
            found = _descended(self.text, pointer)
            if found is not None:
                return found
        return self._offsets.get(pointer)

    @cached_property
    def _offsets(self) -> dict[str, int]:
        return dict(_values(self.text))

    @cached_property
    def _lines(self) -> list[int]:
        if "\n" not in self.text and "\r" not in self.text:
            return [0]
        return [0, *(each.end() for each in re.finditer(r"\r\n|\r|\n", self.text))]


def _descended(text: str, pointer: str) -> int | None:
    """Return the offset of one value; None if it is not there, or on a fault."""
    try:
        offset: int | None = _next(text, 0)
        for token in pointer.split("/")[1:]:
            if offset is None:
                return None
            kind = text[offset]
            if kind not in "{[":
                return None
            # The last of several counts, as it does for who reads the text.
            single = _written_once(text, token)
            last = None
            for key, at in _members(text, offset):
                if key == token:
                    last = at
                    if single:
                        break
            offset = last
    except (ValueError, IndexError, RecursionError):
        return None
    return offset


def _written_once(text: str, token: str) -> bool:
    """Whether no two members, of any object, are called ``token``, for certain."""
    return "\\" not in text and "~" not in token and text.count(f'"{token}"') == 1


def _members(text: str, offset: int) -> Iterator[tuple[str, int]]:
    """Yield escaped key and offset of each member of an object or array."""
    named = text[offset] == "{"
    at = _next(text, offset + 1)
    index = 0
    while text[at] not in "]}":
        key = str(index)
        if named:
            name, at = _SCAN(text, _expected('"', text, at))
            key = escape(name)
            at = _next(text, _expected(":", text, _next(text, at)) + 1)
        yield key, at
        _, at = _SCAN(text, at)
        at = _next(text, at)
        if text[at] not in "]}":
            at = _next(text, _expected(",", text, at) + 1)
        index += 1


def _expected(mark: str, text: str, offset: int) -> int:
    if text[offset] != mark:
        raise ValueError(mark)
    return offset


def _next(text: str, offset: int) -> int:
    """Return the offset of the next character that is no whitespace."""
    while text[offset] in " \t\n\r":
        offset += 1
    return offset


def _values(text: str) -> Iterator[tuple[str, int]]:
    """Yield pointer and offset of every value, parents first."""
    # Each open container: its pointer, and the next index, or None for an object.
    open_: list[tuple[str, int | None]] = []
    key: str | None = None
    written = 0
    for token in _TOKEN.finditer(text):
        mark, string, _ = token.groups()
        if mark in ("]", "}"):
            if open_:
                open_.pop()
            continue
        if string is not None and open_ and open_[-1][1] is None and key is None:
            key = _unquoted(string)
            continue
        where, key = _place(open_, key), None
        written += len(where)
        if written > MOST:
            return
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
        return f"{parent}/{escape(key)}" if key else f"{parent}/"
    open_[-1] = (parent, index + 1)
    return f"{parent}/{index}"


def _unquoted(string: str) -> str:
    if "\\" not in string:
        return string[1:-1]
    try:
        return str(json.loads(string))
    except ValueError:
        return string[1:-1]
