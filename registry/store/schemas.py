"""Schema content: found by id, GUID or digest, kept once for each context."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from registry.store.tables import contexts, schema_references, schemas, versions
from registry.store.values import Reference, StoredSchema

__all__ = [
    "COLUMNS",
    "add_schema",
    "delete_if_unused",
    "find_by_digest",
    "find_by_guid",
    "find_by_id",
    "ids_of_guid",
    "referrers",
    "stored",
]

COLUMNS = (
    schemas.c.key,
    contexts.c.name.label("context"),
    schemas.c.id.label("schema_id"),
    schemas.c.guid,
    schemas.c.type,
    schemas.c.text,
    schemas.c.refs,
    schemas.c.metadata.label("meta"),
    schemas.c.rule_set,
    schemas.c.created_at.label("stored_at"),
)
"""What `stored` reads, of `schemas` joined with its context."""

_JOINED = schemas.join(contexts, contexts.c.id == schemas.c.context_id)


def stored(row: Any) -> StoredSchema:
    """Return the row's schema as a value."""
    references = json.loads(row.refs) if row.refs else []
    return StoredSchema(
        row.key,
        row.context,
        row.schema_id,
        row.guid,
        row.type,
        row.text,
        tuple(Reference(**each) for each in references),
        json.loads(row.meta) if row.meta else None,
        json.loads(row.rule_set) if row.rule_set else None,
        row.stored_at,
    )


# Made once: on a hot path, making a query costs more than running it.
_FIND_BY_ID = (
    select(*COLUMNS)
    .select_from(_JOINED)
    .where(contexts.c.name == bindparam("context"), schemas.c.id == bindparam("id"))
)


def find_by_id(db: Connection, context: str, id: int) -> StoredSchema | None:
    """Return the schema with this id in ``context``; by unique (context, id)."""
    row = db.execute(_FIND_BY_ID, {"context": context, "id": id}).first()
    return stored(row) if row else None


def find_by_digest(db: Connection, context_id: int, digest: str) -> StoredSchema | None:
    """Return the schema with this content; by the index on (context, digest).

    Imports may have put one content under several ids: the lowest counts.
    """
    query = (
        select(*COLUMNS)
        .select_from(_JOINED)
        .where(schemas.c.context_id == context_id, schemas.c.digest == digest)
        .order_by(schemas.c.id)
        .limit(1)
    )
    row = db.execute(query).first()
    return stored(row) if row else None


def find_by_guid(db: Connection, guid: str) -> StoredSchema | None:
    """Return the schema with this GUID, the default context's first."""
    query = (
        select(*COLUMNS)
        .select_from(_JOINED)
        .where(schemas.c.guid == guid)
        .order_by(contexts.c.name)
        .limit(1)
    )
    row = db.execute(query).first()
    return stored(row) if row else None


def ids_of_guid(db: Connection, guid: str) -> Sequence[tuple[str, int]]:
    """Return (context, id) of each schema with this GUID, sorted."""
    query = (
        select(contexts.c.name, schemas.c.id)
        .select_from(_JOINED)
        .where(schemas.c.guid == guid)
        .order_by(contexts.c.name, schemas.c.id)
    )
    return [(row[0], row[1]) for row in db.execute(query)]


def add_schema(
    db: Connection,
    context_id: int,
    schema: StoredSchema,
    digest: str,
    likeness: str,
    targets: Sequence[tuple[str, int]],
    created_at: int,
) -> int:
    """Add the row of ``schema`` and return its key; under `contexts.lock_ids`.

    ``targets`` are the qualified (subject, version) of its references.
    """
    values = {
        "context_id": context_id,
        "id": schema.id,
        "guid": schema.guid,
        "digest": digest,
        "likeness": likeness,
        "type": schema.type,
        "text": schema.text,
        "refs": _json([each.to_json() for each in schema.references] or None),
        "metadata": _json(schema.metadata),
        "rule_set": _json(schema.rule_set),
        "created_at": created_at,
    }
    added = insert(schemas).values(values).returning(schemas.c.key)
    key: int = db.execute(added).scalar_one()
    if targets:
        rows = [
            {"schema_key": key, "position": i, "subject": subject, "version": version}
            for i, (subject, version) in enumerate(targets)
        ]
        db.execute(insert(schema_references), rows)
    return key


def delete_if_unused(db: Connection, key: int) -> None:
    """Delete the schema and its references unless a version still holds it.

    The caller holds `contexts.lock_ids`, as everyone who adds a version to
    stored content does, so none can appear in between.
    """
    used = exists().where(versions.c.schema_key == key)
    db.execute(delete(schemas).where(schemas.c.key == key, ~used))


def referrers(
    db: Connection, subject: str, version: int
) -> Sequence[tuple[str, int, int]]:
    """Return (context, id, key) of the schemas that refer to a version, sorted.

    By the index on (subject, version).
    """
    query = (
        select(contexts.c.name, schemas.c.id, schemas.c.key)
        .select_from(
            _JOINED.join(
                schema_references, schema_references.c.schema_key == schemas.c.key
            )
        )
        .where(
            schema_references.c.subject == subject,
            schema_references.c.version == version,
        )
        .distinct()
        .order_by(contexts.c.name, schemas.c.id)
    )
    return [(row[0], row[1], row[2]) for row in db.execute(query)]


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
