"""Avro: a full name stands for the file that defines it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from compat.formats.avro.names import RESERVED, full_name, split
from registry.cli.console import Failure

if TYPE_CHECKING:
    from registry.cli.workspace import Workspace

__all__ = ["find", "key", "name", "needs", "own", "places"]

_NAMED = ("record", "error", "enum", "fixed")

_indexes: WeakKeyDictionary[Workspace, Mapping[str, str]] = WeakKeyDictionary()


def needs(text: str) -> tuple[str, ...]:
    """Return the full names that ``text`` uses and does not define."""
    return tuple(_Names.of(text).used)


def own(text: str) -> str | None:
    """Return the full name of the text's own type."""
    return next(iter(_Names.of(text).defined), None)


def find(name: str, user: str, files: Workspace) -> str | None:
    """Return the file that defines ``name``, or else its short name."""
    return next(places(name, user, files), None)


def name(need: str, user: str) -> str:  # noqa: ARG001
    """Return ``need``: it means the same everywhere."""
    return need


def key(name: str, where: str) -> str:  # noqa: ARG001
    """Return ``where``: a type may be defined once."""
    return where


def places(name: str, user: str, files: Workspace) -> Iterator[str]:
    """Yield the file that defines ``name``; a deleted one has no place."""
    if files not in _indexes:
        _indexes[files] = _index(files)
    for each in (name, split(name)[1]):
        where = _indexes[files].get(each)
        if where is not None and where != user:
            yield where


def _index(files: Workspace) -> Mapping[str, str]:
    """Return the file of each full name; the first file in order has it."""
    index: dict[str, str] = {}
    for path in files.files:
        if files.type_of(path) != "AVRO":
            continue
        try:
            text = files.text(path)
        except Failure:
            continue
        for name in _Names.of(text or "").defined:
            index.setdefault(name, path)
    return index


class _Names:
    """The full names that one text defines and uses."""

    def __init__(self) -> None:
        self.defined: dict[str, None] = {}
        self.used: dict[str, None] = {}

    @classmethod
    def of(cls, text: str) -> _Names:
        """Read ``text``; one that is not JSON has no names."""
        names = cls()
        try:
            names._read(json.loads(text), "")
        except (ValueError, RecursionError):
            return cls()
        return names

    def _read(self, value: Any, space: str) -> None:
        match value:
            case str():
                self._use(value, space)
            case list():
                for each in value:
                    self._read(each, space)
            case {"type": str(kind), "name": str(name)} if kind in _NAMED:
                self._define(value, name, space)
            case {"type": "array", "items": inner} | {"type": "map", "values": inner}:
                self._read(inner, space)
            case {"type": inner}:
                self._read(inner, space)

    def _define(self, value: Mapping[str, Any], name: str, space: str) -> None:
        own = value.get("namespace")
        full = full_name(name, own if isinstance(own, str) else space)
        self.defined[full] = None
        fields = value.get("fields")
        for each in fields if isinstance(fields, list) else ():
            if isinstance(each, dict):
                self._read(each.get("type"), split(full)[0])

    def _use(self, name: str, space: str) -> None:
        full = full_name(name, space)
        if name not in RESERVED and full not in self.defined:
            self.used[full] = None
