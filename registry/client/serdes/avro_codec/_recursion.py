"""Which named types contain themselves, and which take no bytes at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from registry.client.serdes.avro_codec._parsed import ParsedAvro, kind

__all__ = ["counts_nothing", "empty_names", "recursive_names", "takes_no_bytes"]


def recursive_names(parsed: ParsedAvro) -> frozenset[str]:
    """Return the full names of the records that can contain themselves."""
    inside = {
        name: tuple(_names_in(parsed, definition, top=True))
        for name, definition in parsed.names.items()
    }
    return frozenset(name for name in inside if _reaches(inside, name))


def _reaches(inside: dict[str, tuple[str, ...]], name: str) -> bool:
    seen: set[str] = set()
    todo = list(inside[name])
    while todo:
        each = todo.pop()
        if each == name:
            return True
        if each not in seen:
            seen.add(each)
            todo.extend(inside.get(each, ()))
    return False


def _names_in(parsed: ParsedAvro, schema: Any, *, top: bool = False) -> Iterator[str]:
    schema = parsed.resolve(schema)
    if isinstance(schema, list):
        for branch in schema:
            yield from _names_in(parsed, branch)
        return
    if not isinstance(schema, dict):
        return
    if "name" in schema and not top:
        yield schema["name"]
        return
    for inner in ("items", "values"):
        if inner in schema:
            yield from _names_in(parsed, schema[inner])
    for field in schema.get("fields", ()):
        yield from _names_in(parsed, field["type"])


def empty_names(parsed: ParsedAvro) -> frozenset[str]:
    """Return the full names of the types whose values are written as nothing."""
    empty: frozenset[str] = frozenset()
    while True:
        found = frozenset(
            name
            for name, definition in parsed.names.items()
            if _is_empty(parsed, definition, empty)
        )
        if found == empty:
            return empty
        empty = found


def _is_empty(parsed: ParsedAvro, definition: Any, empty: frozenset[str]) -> bool:
    match kind(definition):
        case "fixed":
            return bool(definition["size"] == 0)
        case "record" | "error":
            return all(
                takes_no_bytes(parsed, field["type"], empty)
                for field in definition["fields"]
            )
    return False


def counts_nothing(parsed: ParsedAvro) -> bool:
    """Whether there is an array whose items are written as nothing.

    A few bytes can then ask for any number of them.
    """
    empty = empty_names(parsed)
    todo, seen = [parsed.root, *parsed.names.values()], set()
    while todo:
        schema = parsed.resolve(todo.pop())
        if isinstance(schema, list):
            todo += schema
            continue
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        if "items" in schema and takes_no_bytes(parsed, schema["items"], empty):
            return True
        todo += [schema[inner] for inner in ("items", "values") if inner in schema]
        todo += [field["type"] for field in schema.get("fields", ())]
    return False


def takes_no_bytes(parsed: ParsedAvro, schema: Any, empty: frozenset[str]) -> bool:
    """Whether every value of ``schema`` is written as nothing."""
    schema = parsed.resolve(schema)
    if isinstance(schema, dict) and "name" in schema:
        return schema["name"] in empty
    return kind(schema) == "null"
