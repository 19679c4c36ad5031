"""Schema content: found by id, GUID or digest, kept once for each context."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    bindparam,
    delete,
    exists,
    insert,
    literal_column,
    select,
)

from registry.store.statement import Statement
from registry.store.tables import contexts, schema_references, schemas, versions
from registry.store.values import Reference, StoredSchema

__all__ = [
    "COLUMNS",
    "add_schema",
    "added_values",
    "delete_if_unused",
    "find_by_digest",
    "find_by_guid",
    "find_by_id",
    "find_by_keys",
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

_ADDED = (
    *("context_id", "id", "guid", "digest", "likeness", "type", "text"),
    *("refs", "metadata", "rule_set", "created_at"),
)
_JOINED = schemas.join(contexts, contexts.c.id == schemas.c.context_id)


def stored(row: Sequence[Any]) -> StoredSchema:
    """Return a row of `COLUMNS` as a value."""
    key, context, id, guid, type, text, refs, meta, rule_set, created_at = row
    references = json.loads(refs) if refs else ()
    return StoredSchema(
        key,
        context,
        id,
        guid,
        type,
        text,
        tuple(Reference(**each) for each in references),
        json.loads(meta) if meta else None,
        json.loads(rule_set) if rule_set else None,
        created_at,
    )


_FIND_BY_ID = Statement(
    select(*COLUMNS)
    .select_from(_JOINED)
    .where(contexts.c.name == bindparam("context"), schemas.c.id == bindparam("id"))
)
_FIND_BY_DIGEST = Statement(
    select(*COLUMNS)
    .select_from(_JOINED)
    .where(
        schemas.c.context_id == bindparam("context_id"),
        schemas.c.digest == bindparam("digest"),
    )
    .order_by(schemas.c.id)
    .limit(literal_column("1"))
)
_ADD = Statement(
    insert(schemas)
    .values({each: bindparam(each) for each in _ADDED})
    .returning(schemas.c.key)
)


def find_by_id(db: Connection, context: str, id: int) -> StoredSchema | None:
    """Return the schema with this id in ``context``; by unique (context, id)."""
    row = _FIND_BY_ID.first(db, context=context, id=id)
    return stored(row) if row else None


def find_by_keys(db: Connection, keys: Collection[int]) -> dict[int, StoredSchema]:
    """Return the schemas of these row keys, by key; one query, by the primary key."""
    query = select(*COLUMNS).select_from(_JOINED).where(schemas.c.key.in_(keys))
    return {row[0]: stored(row) for row in db.execute(query)}


def find_by_digest(db: Connection, context_id: int, digest: str) -> StoredSchema | None:
    """Return the schema with this content; by the index on (context, digest).

    Imports may have put one content under several ids: the lowest counts.
    """
    row = _FIND_BY_DIGEST.first(db, context_id=context_id, digest=digest)
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
) -> int:
    """Add the row of ``schema`` and return its key; under `contexts.lock_ids`.

    ``targets`` are the qualified (subject, version) of its references.
    """
    values = added_values(schema, digest, likeness)
    key: int = _ADD.scalar(db, context_id=context_id, id=schema.id, **values)
    if targets:
        rows = [
            {"schema_key": key, "position": i, "subject": subject, "version": version}
            for i, (subject, version) in enumerate(targets)
        ]
        db.execute(insert(schema_references), rows)
    return key


def added_values(schema: StoredSchema, digest: str, likeness: str) -> dict[str, Any]:
    """Return what a new row of ``schema`` holds, besides its context and its id."""
    references = [each.to_json() for each in schema.references]
    return {
        "guid": schema.guid,
        "digest": digest,
        "likeness": likeness,
        "type": schema.type,
        "text": schema.text,
        "refs": _json(references or None),
        "metadata": _json(schema.metadata),
        "rule_set": _json(schema.rule_set),
        "created_at": schema.created_at,
    }


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
