"""What differs between two schemas, by path: a comparison of meaning, not of lines.

Things with a name are matched by it, so that a field that moved is one change.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["ABSENT", "Change", "changes", "outline"]


class _Absent:
    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()
"""Nothing was there, which is not the same as null."""


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: ``kind`` is added, removed, changed or moved.

    ``path`` names things by their names: ``/fields/id/type``. ``old`` and
    ``new`` are JSON values, or `ABSENT`; for a move, positions from 0.
    """

    kind: str
    path: str
    old: Any = ABSENT
    new: Any = ABSENT

    def to_json(self) -> dict[str, Any]:
        """Return ``{"kind", "path", "old"?, "new"?}``."""
        shown = {"kind": self.kind, "path": self.path}
        sides = {"old": self.old, "new": self.new}
        return shown | {key: each for key, each in sides.items() if each is not ABSENT}


def outline(schema: Any) -> Any:
    """Return a parsed schema as a JSON value: its text, or its descriptor."""
    if schema.format != "PROTOBUF":
        return json.loads(schema.canonical)
    from google.protobuf.json_format import MessageToDict

    whole = MessageToDict(schema.file, preserving_proto_field_name=True)
    whole.pop("name", None)
    return whole


def changes(old: Any, new: Any, path: str = "") -> Iterator[Change]:
    """Yield what differs, in the order of ``new``, removed things after."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _members(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        before, after = _keyed(old), _keyed(new)
        yield from _members(before, after, path)
        if any(isinstance(each, dict) for each in new):
            yield from _moves(before, after, path)
    elif old != new or type(old) is not type(new):
        yield Change("changed", path or "/", old, new)


def _members(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str
) -> Iterator[Change]:
    for key, value in new.items():
        where = f"{path}/{_escaped(key)}"
        if key in old:
            yield from changes(old[key], value, where)
        else:
            yield Change("added", where, new=value)
    for key, value in old.items():
        if key not in new:
            yield Change("removed", f"{path}/{_escaped(key)}", old=value)


def _moves(
    old: Mapping[str, Any], new: Mapping[str, Any], path: str
) -> Iterator[Change]:
    """Yield what both have in another order."""
    before = [each for each in old if each in new]
    after = [each for each in new if each in old]
    if before == after:
        return
    for position, key in enumerate(after):
        if before[position] != key:
            where = f"{path}/{_escaped(key)}"
            yield Change("moved", where, list(old).index(key), list(new).index(key))


def _keyed(values: list[Any]) -> dict[str, Any]:
    """Return the elements by name where they have one, else by what they are."""
    keyed: dict[str, Any] = {}
    for index, value in enumerate(values):
        match value:
            case {"name": str(name)}:
                key = name
            case {"type": str(name)}:
                key = name
            case str():
                key = value
            case dict() | list():
                key = str(index)
            case _:
                key = json.dumps(value)
        keyed[key if key not in keyed else f"{key}#{index}"] = value
    return keyed


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
