"""Tags of an Avro schema: the property `confluent:tags` of records and fields.

A record's path is its full name; a field's is its record's, a dot and its
own name.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from compat.formats.avro.names import full_name, split
from compat.formats.avro.schema import AvroSchema
from compat.tags import Entity, EntityKind, Tags, refuse_unknown

__all__ = ["entities", "retag"]

_PROPERTY = "confluent:tags"


def entities(schema: AvroSchema) -> dict[Entity, tuple[str, ...]]:
    """Return each record and field that the schema itself defines, with its tags."""
    found = _walk(json.loads(schema.canonical), "")
    return {entity: _tags(holder) for entity, holder in found}


def retag(schema: AvroSchema, tags: Tags) -> str:
    """Return the canonical text with ``tags`` in place of those there."""
    value = json.loads(schema.canonical)
    holders = dict(_walk(value, ""))
    for entity, names in tags.items():
        refuse_unknown(entity, holders)
        holder = holders[entity]
        holder.pop(_PROPERTY, None)
        if names:
            holder[_PROPERTY] = list(names)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _walk(node: Any, space: str) -> Iterator[tuple[Entity, dict[str, Any]]]:
    if isinstance(node, list):
        for each in node:
            yield from _walk(each, space)
        return
    if not isinstance(node, dict):
        return
    match node["type"]:
        case "record" | "error":
            yield from _record(node, space)
        case "array":
            yield from _walk(node["items"], space)
        case "map":
            yield from _walk(node["values"], space)
        case dict() | list() as inner:
            yield from _walk(inner, space)


def _record(
    node: dict[str, Any], space: str
) -> Iterator[tuple[Entity, dict[str, Any]]]:
    full = full_name(node["name"], node.get("namespace", space))
    yield Entity(full, EntityKind.RECORD), node
    for field in node["fields"]:
        yield Entity(f"{full}.{field['name']}", EntityKind.FIELD), field
        yield from _walk(field["type"], split(full)[0])


def _tags(holder: dict[str, Any]) -> tuple[str, ...]:
    found = holder.get(_PROPERTY)
    if not isinstance(found, list):
        return ()
    return tuple(each for each in found if isinstance(each, str))
