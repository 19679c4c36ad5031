"""Answers kept as bytes, each with the state of the database it holds for."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from functools import cached_property
from threading import Lock

from werkzeug.http import parse_etags

from registry.front.wanted import Key
from registry.front.watch import Moment
from registry.metrics import Observer

__all__ = ["Answer", "Answers", "covered"]

_KEPT = (b"/schemas", b"/subjects", b"/config", b"/mode", b"/contexts")
_LONGEST_KEY = 2048
_LARGEST_BODY = 1024 * 1024
# What an entry costs besides its key and body, roughly.
_OVERHEAD = 2048


def covered(target: bytes) -> bool:
    """Whether answers to GET of this target depend on the database alone."""
    return target.startswith(_KEPT)


@dataclass(frozen=True)
class Answer:
    """A 200 as the application gave it, without the id of the request.

    ``lasting`` says that only a deletion can change it. ``observer`` counts it
    in the metrics.
    """

    headers: tuple[tuple[str, str], ...]
    body: bytes
    etag: str
    lasting: bool
    moment: Moment
    observer: Observer

    def holds(self, now: Moment) -> bool:
        """Whether the application would answer the same now."""
        if self.moment.deletions != now.deletions:
            return False
        return self.lasting or (
            now.commits is not None and self.moment.commits == now.commits
        )

    def matches(self, if_none_match: bytes) -> bool:
        """Whether the client has it already, so that 304 is the answer."""
        if not if_none_match or not self.etag:
            return False
        given = if_none_match.decode("latin-1")
        return given == self.etag or parse_etags(given).contains_weak(
            self.etag.strip('"')
        )

    @cached_property
    def head(self) -> list[tuple[str, str]]:
        """The headers of a 200."""
        return list(self.headers)

    @cached_property
    def head_unchanged(self) -> list[tuple[str, str]]:
        """The headers of a 304: none that describe a body."""
        return [each for each in self.headers if not each[0].startswith("Content-")]

    @cached_property
    def raw_head(self) -> list[tuple[bytes, bytes]]:
        """`head` as ASGI wants it."""
        return _raw(self.head)

    @cached_property
    def raw_head_unchanged(self) -> list[tuple[bytes, bytes]]:
        """`head_unchanged` as ASGI wants it."""
        return _raw(self.head_unchanged)

    @cached_property
    def lines(self) -> bytes:
        """`head` as HTTP/1.1 sends it."""
        return _lines(self.raw_head)

    @cached_property
    def lines_unchanged(self) -> bytes:
        """`head_unchanged` as HTTP/1.1 sends it."""
        return _lines(self.raw_head_unchanged)


class Answers:
    """The answers asked for last, up to so many bytes."""

    def __init__(self, limit: int) -> None:
        """Keep up to ``limit`` bytes; 0 keeps nothing."""
        self._limit = limit
        self._kept: OrderedDict[Key, Answer] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def get(self, key: Key) -> Answer | None:
        """Return what is kept for ``key``, whether or not it still holds."""
        return self._kept.get(key)

    def find(self, key: Key, now: Moment) -> Answer | None:
        """Return what is kept for ``key`` if it still holds."""
        found = self._kept.get(key)
        return found if found is not None and found.holds(now) else None

    def keep(self, key: Key, answer: Answer) -> None:
        """Keep an answer, in place of the ones that were kept first."""
        size = _size(key, answer)
        if len(answer.body) > _LARGEST_BODY or sum(map(len, key)) > _LONGEST_KEY:
            return
        if size > self._limit:
            return
        with self._lock:
            self._drop(key)
            self._kept[key] = answer
            self._size += size
            while self._size > self._limit:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Key) -> None:
        gone = self._kept.pop(key, None)
        if gone is not None:
            self._size -= _size(key, gone)


def _raw(headers: list[tuple[str, str]]) -> list[tuple[bytes, bytes]]:
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]


def _lines(headers: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(b"%s: %s\r\n" % each for each in headers)


def _size(key: Key, answer: Answer) -> int:
    return _OVERHEAD + sum(map(len, key)) + len(answer.body)
