"""One call of the API as a value; only the two client modules do IO with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Generic, TypeVar
from urllib.parse import quote

__all__ = ["Keep", "Key", "Operation", "flags", "get", "segment", "send"]

T = TypeVar("T")

Key = tuple[str, str, tuple[tuple[str, str], ...], str | None]
"""What makes two operations the same call: method, path, query, body."""


class Keep(Enum):
    """How long an answer stays true."""

    NOT = "not"
    FOREVER = "forever"  # ids, guids and what was registered never change
    FOREVER_ON_DISK = "forever on disk"  # and a restarted consumer needs it
    LATEST = "latest"  # until `cache.latest.ttl.sec`


@dataclass(frozen=True, slots=True)
class Operation(Generic[T]):
    """What to send, and how to read the answer.

    ``path`` is already percent-encoded, ``query`` is not. ``body`` is JSON
    text. ``read`` turns the parsed answer into the result. ``outdates`` are
    the paths whose kept answers may be wrong once this one was answered.
    """

    method: str
    path: str
    read: Callable[[Any], T]
    query: tuple[tuple[str, str], ...] = ()
    body: str | None = None
    keep: Keep = Keep.NOT
    outdates: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """What a cache may know the answer by."""
        return self.method, self.path, self.query, self.body

    @property
    def name(self) -> str:
        """The method and path, as an error names the call."""
        return f"{self.method} {self.path}"


def get(
    path: str,
    read: Callable[[Any], T],
    query: tuple[tuple[str, str], ...] = (),
    keep: Keep = Keep.NOT,
) -> Operation[T]:
    """Return a GET of ``path``."""
    return Operation("GET", path, read, query, keep=keep)


def send(
    method: str,
    path: str,
    read: Callable[[Any], T],
    body: Mapping[str, Any] | None = None,
    query: tuple[tuple[str, str], ...] = (),
    keep: Keep = Keep.NOT,
) -> Operation[T]:
    """Return a call with a JSON body."""
    text = None if body is None else json.dumps(body)
    return Operation(method, path, read, query, text, keep)


def segment(name: str | int) -> str:
    """Return ``name`` as one path segment; a slash in it stays in it."""
    return quote(str(name), safe="")


def flags(**given: bool | str | int | None) -> tuple[tuple[str, str], ...]:
    """Return query members for what is set; a flag is sent when true."""
    return tuple(
        (name, "true" if value is True else str(value))
        for name, value in given.items()
        if value is not None and value is not False
    )
