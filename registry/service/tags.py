"""Inline tags in requests and answers: read, applied to a text, found in a schema.

Source: Confluent's SchemaTags; `compat.tags` has what a path means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from compat import (
    Entity,
    EntityKind,
    Schema,
    Taggable,
    Tags,
    UnknownEntity,
    format_named,
    retagged,
)
from registry.errors import BadRequest, InvalidSchemaText
from registry.service.candidate import read_candidate
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest
from registry.service.session import Session
from registry.store import versions
from registry.store.values import StoredSchema

__all__ = ["applied", "find_tags", "read"]

Changes: TypeAlias = dict[Entity, list[str]]


def read(value: Any, where: str) -> Tags:
    """Return a list of SchemaTags by entity, or raise `BadRequest`.

    A dot at the start of a path does not count; an entity named twice gets
    the tags of both.
    """
    if value is None:
        return {}
    if not isinstance(value, list):
        raise BadRequest(f"'{where}' must be a list")
    found: Changes = {}
    for i, each in enumerate(value):
        entity, tags = _read_one(each, f"{where}[{i}]")
        found[entity] = retagged(found.get(entity, ()), tags, ())
    return found


def applied(
    session: Session, subject: SubjectName, request: SchemaRequest, *, propagate: bool
) -> SchemaRequest:
    """Return the request with its text edited as its tag options say.

    ``propagate`` first copies the tags of the subject's latest version to the
    entities that are still there; what the request adds and removes by name
    wins over them. Raises `InvalidSchemaText` for an entity that the schema
    has not.
    """
    parsed = read_candidate(
        session, subject, request, strict=False, normalize=False
    ).parsed
    format = _taggable(request.type)
    held = format.entities(parsed)
    changed: Changes = {}
    if propagate:
        for entity, tags in _latest_tags(session, subject, request.type).items():
            if entity in held and tags:
                changed[entity] = retagged(held[entity], tags, ())
    for asked, tags in request.tags_to_add.items():
        entity = _resolved(format, parsed, asked, held)
        changed[entity] = retagged(changed.get(entity, held[entity]), tags, ())
    for asked, tags in request.tags_to_remove.items():
        entity = _resolved(format, parsed, asked, held)
        changed[entity] = retagged(changed.get(entity, held[entity]), (), tags)
    changed = {each: now for each, now in changed.items() if now != [*held[each]]}
    if not changed:
        return request
    return replace(request, text=format.retag(parsed, changed))


def find_tags(
    session: Session, schema: StoredSchema, wanted: Sequence[str]
) -> list[dict[str, Any]]:
    """Return SchemaTags of the entities that carry one of ``wanted``, or any for `*`.

    In schema order, each with the tags that were asked for.
    """
    format = format_named(schema.type)
    if not wanted or not isinstance(format, Taggable):
        return []
    found = []
    for entity, tags in format.entities(session.parsed.get(session.db, schema)).items():
        shown = [tag for tag in tags if tag in wanted or "*" in wanted]
        if shown:
            shape = {"entityPath": entity.path, "entityType": entity.kind.value}
            found.append({"schemaEntity": shape, "tags": shown})
    return found


def _latest_tags(session: Session, subject: SubjectName, type: str) -> Tags:
    latest = versions.find_latest(session.db, subject.qualified)
    if latest is None or latest.schema.type != type:
        return {}
    return _taggable(type).entities(session.parsed.get(session.db, latest.schema))


def _taggable(type: str) -> Taggable:
    format = format_named(type)
    if not isinstance(format, Taggable):
        raise InvalidSchemaText(f"Schemas of type {type} can't have inline tags")
    return format


def _resolved(format: Taggable, parsed: Schema, asked: Entity, held: Tags) -> Entity:
    entity = format.entity(parsed, asked)
    if entity is None:
        unknown = UnknownEntity(asked, tuple(held))
        raise InvalidSchemaText(f"Invalid schema tags: {unknown}")
    return entity


def _read_one(value: Any, where: str) -> tuple[Entity, list[str]]:
    entity = value.get("schemaEntity") if isinstance(value, dict) else None
    if not isinstance(entity, dict):
        raise BadRequest(f"'{where}' must be an object with 'schemaEntity' and 'tags'")
    path, kind = entity.get("entityPath"), entity.get("entityType")
    if not isinstance(path, str) or not path:
        raise BadRequest(f"'{where}.schemaEntity.entityPath' must be a string")
    try:
        known = EntityKind(str(kind).lower())
    except ValueError:
        kinds = ", ".join(EntityKind)
        raise BadRequest(
            f"'{where}.schemaEntity.entityType' must be one of {kinds}"
        ) from None
    tags = value.get("tags")
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise BadRequest(f"'{where}.tags' must be a list of strings")
    return Entity(path.removeprefix("."), known), tags
