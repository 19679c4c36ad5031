"""Reading schemas by id and by GUID."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from compat import format_named
from registry.errors import SchemaNotFound
from registry.service.names import DEFAULT_CONTEXT, SubjectName
from registry.service.session import Session
from registry.service.versions import Listing
from registry.store import contexts, schemas, versions
from registry.store.values import StoredSchema

__all__ = [
    "FoundSchema",
    "find_schema",
    "get_by_guid",
    "get_by_id",
    "ids_of_guid",
    "max_id",
    "subject_versions",
    "text_of",
]


@dataclass(frozen=True, slots=True)
class FoundSchema:
    """A schema, and the version it was found by when a subject was given."""

    schema: StoredSchema
    subject: str | None = None
    version: int | None = None
    deleted: bool = False


def get_by_id(session: Session, id: int, subject: str | None) -> FoundSchema:
    """Return the schema of an id, or raise `SchemaNotFound`.

    Without a subject the default context's id is meant; a bare context
    (`:.ctx:`) names another one. With a qualified subject the id must be
    under it; an unqualified one is looked for in every context, and then the
    id counts in the default context, whoever holds it.
    """
    found = find_schema(session, id, subject)
    if found is None:
        raise SchemaNotFound(id)
    return found


def find_schema(session: Session, id: int, subject: str | None) -> FoundSchema | None:
    """Return the schema of an id as `get_by_id` does, or None."""
    named = SubjectName.parse(subject or "")
    if named.is_context:
        schema = schemas.find_by_id(session.db, named.context, id)
        return None if schema is None else _held(session, schema, None)
    if found := _under(session, id, named):
        return found
    if named.qualified != named.name:
        return None
    for context in contexts.names(session.db):
        if context != DEFAULT_CONTEXT and (
            found := _under(session, id, SubjectName(context, named.name))
        ):
            return found
    schema = schemas.find_by_id(session.db, DEFAULT_CONTEXT, id)
    return None if schema is None else _held(session, schema, None)


def get_by_guid(session: Session, guid: str) -> FoundSchema:
    """Return the schema of a GUID, the default context's first."""
    try:
        schema = schemas.find_by_guid(session.db, str(UUID(guid)))
    except ValueError:
        schema = None
    if schema is None:
        raise SchemaNotFound(guid)
    return _held(session, schema, None)


def ids_of_guid(session: Session, guid: str) -> Sequence[tuple[str, int]]:
    """Return (context, id) of each schema with the GUID, sorted."""
    try:
        return schemas.ids_of_guid(session.db, str(UUID(guid)))
    except ValueError:
        return []


def subject_versions(
    session: Session, id: int, subject: str | None, listing: Listing
) -> Sequence[tuple[str, int]]:
    """Return (subject, version) of what holds an id, one for each subject.

    Raises `SchemaNotFound` when there is no such id; held by soft-deleted
    versions alone it is an empty list.
    """
    found = find_schema(session, id, subject)
    if found is None:
        raise SchemaNotFound
    held = versions.of_schema(session.db, found.schema.key, deleted=listing.deleted)
    newest = {name: number for name, number, _ in held}
    return list(newest.items())[listing.offset :][: listing.limit]


def max_id(session: Session, subject: str | None) -> int:
    """Return the highest id ever allotted in the context of ``subject``."""
    return contexts.max_id(session.db, SubjectName.parse(subject or "").context)


def text_of(session: Session, schema: StoredSchema, style: str) -> str:
    """Return the schema's text in the ``format`` that a client asked for."""
    if not style or style == "default":
        return schema.text
    parsed = session.parsed.get(session.db, schema)
    return format_named(schema.type).render(parsed, style)


def _under(session: Session, id: int, subject: SubjectName) -> FoundSchema | None:
    schema = schemas.find_by_id(session.db, subject.context, id)
    return None if schema is None else _holder(session, schema, subject.qualified)


def _holder(session: Session, schema: StoredSchema, subject: str) -> FoundSchema | None:
    held = [
        (number, deleted)
        for name, number, deleted in versions.of_schema(
            session.db, schema.key, deleted=True
        )
        if name == subject
    ]
    if not held:
        return None
    number, deleted = max(held, key=lambda each: (not each[1], each[0]))
    return FoundSchema(schema, subject, number, deleted)


def _held(session: Session, schema: StoredSchema, subject: str | None) -> FoundSchema:
    live = versions.lived(session.db, schema.key)
    return FoundSchema(schema, subject, None, not live)
