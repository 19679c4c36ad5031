"""Proposals: the new schema, changed where a finding stands."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from compat.formats.jsonschema.schema import JsonSchema
from compat.formats.jsonschema.text import compact
from compat.formats.jsonschema.values import exact, key
from compat.plugin import Edit
from compat.verdict import Direction, Finding

__all__ = ["edits"]


def edits(reader: JsonSchema, writer: JsonSchema, finding: Finding) -> Iterator[Edit]:
    """Yield edits of the reader that give up what it asks at the finding's path.

    The least intrusive comes first: a union with what the writer asked, then
    the writer's value in place of the reader's, then no keyword at all. Where
    the writer is the new schema, it takes over what the reader asks instead.
    """
    if finding.direction is Direction.FORWARD:
        yield from _of_writer(reader, writer, finding)
        return
    tokens = _tokens(finding.path)
    if not tokens:
        return
    for advice, change in _changes(finding, tokens[-1]):
        value = copy.deepcopy(reader.value)
        parent = _parent(value, tokens)
        if parent is None or not change(parent):
            continue
        yield Edit(Direction.BACKWARD, advice, compact(value))


def _changes(finding: Finding, last: str) -> Iterator[tuple[str, Any]]:
    """Yield advice, and a function that changes the parent of the keyword."""
    old, new = finding.writer, finding.reader
    if finding.rule.startswith("JSON_REQUIRED"):
        yield f"make property {new!r} optional", _drop(last)
        return
    if finding.rule == "JSON_ENUM_NARROWED" and isinstance(old, list):
        known = {key(exact(each)) for each in new}
        gone = [each for each in old if key(exact(each)) not in known]
        yield "keep the values that were dropped", _put(last, [*new, *gone])
        return
    if finding.rule == "JSON_CONST_CHANGED":
        both = [*(old if isinstance(old, list) else [old]), new]
        yield "accept the old value too", _replace(last, "enum", both)
    if last == "type" and old is not None:
        yield "allow the writer's types too", _put(last, _types(old, new))
    if finding.rule == "JSON_PROPERTY_REMOVED_FROM_CLOSED_MODEL":
        yield "allow additional properties", _drop(last)
        return
    if finding.rule == "JSON_PROPERTY_ADDED_TO_OPEN_MODEL":
        yield "leave the new property's schema open", _put(last, {})
        return
    if isinstance(old, bool | int | float | str) and old != new:
        yield f"restore {last} to {old!r}", _put(last, old)
    if last.isdigit():
        yield "leave the schema at this index open", _put(last, {})
    else:
        yield f"leave out {last}", _drop(last)


def _types(old: Any, new: Any) -> list[str]:
    names = [
        name
        for each in (new, old)
        for name in ([each] if isinstance(each, str) else each)
    ]
    return list(dict.fromkeys(names))


def _put(name: str, value: Any) -> Any:
    def change(parent: Any) -> bool:
        if isinstance(parent, list):
            parent[int(name)] = value
        else:
            parent[name] = value
        return True

    return change


def _drop(name: str) -> Any:
    def change(parent: Any) -> bool:
        if isinstance(parent, list):
            del parent[int(name)]
        else:
            del parent[name]
        return True

    return change


def _replace(name: str, other: str, value: Any) -> Any:
    def change(parent: Any) -> bool:
        if not isinstance(parent, dict) or other in parent:
            return False
        del parent[name]
        parent[other] = value
        return True

    return change


def _of_writer(
    reader: JsonSchema, writer: JsonSchema, finding: Finding
) -> Iterator[Edit]:
    """Yield edits of the writer: it asks what the reader asks, at the same place."""
    tokens = _tokens(finding.path)
    asked = _value_at(reader.value, tokens)
    if asked is _NOTHING or not tokens:
        return
    value = copy.deepcopy(writer.value)
    parent = _parent(value, tokens, missing=True)
    if parent is None:
        return
    last = tokens[-1]
    if isinstance(parent, dict):
        parent[last] = asked
    elif asked not in parent:
        parent.append(asked)
    else:
        return
    advice = f"ask what the earlier schema asks at {finding.path}"
    yield Edit(Direction.FORWARD, advice, compact(value))


_NOTHING = object()


def _tokens(path: str) -> list[str]:
    return [each.replace("~1", "/").replace("~0", "~") for each in path.split("/")[1:]]


def _value_at(value: Any, tokens: list[str]) -> Any:
    for token in tokens:
        value = _step(value, token)
        if value is _NOTHING:
            return _NOTHING
    return value


def _step(value: Any, token: str) -> Any:
    if isinstance(value, dict):
        return value.get(token, _NOTHING)
    if isinstance(value, list) and token.isdigit() and int(token) < len(value):
        return value[int(token)]
    return _NOTHING


def _parent(value: Any, tokens: list[str], *, missing: bool = False) -> Any:
    """Return what holds the last token; None if it is not there."""
    for index, token in enumerate(tokens[:-1]):
        inner = _step(value, token)
        if inner is _NOTHING:
            if not missing or not isinstance(value, dict):
                return None
            inner = value[token] = [] if tokens[index + 1].isdigit() else {}
        value = inner
    if missing:
        return value if isinstance(value, dict | list) else None
    return value if _step(value, tokens[-1]) is not _NOTHING else None
