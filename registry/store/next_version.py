"""Adding the next version with new content, if all that it rests on still holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Text,
    bindparam,
    exists,
    false,
    func,
    insert,
    select,
    update,
)

from registry.store import subjects as subject_rows
from registry.store import versions as version_rows
from registry.store.basis import SCOPES, Basis, padded
from registry.store.schemas import add_schema, added_values
from registry.store.statement import Statement, sent_at_once
from registry.store.subjects import with_one_more
from registry.store.tables import (
    configs,
    contexts,
    modes,
    schemas,
    subjects,
    versions,
)
from registry.store.values import HIGHEST, StoredSchema

__all__ = ["Added", "add_next"]


@dataclass(frozen=True, slots=True)
class Added:
    """The keys of what was added: the schema's row and id, and the version."""

    key: int
    id: int
    number: int


def add_next(
    db: Connection,
    basis: Basis,
    scopes: Sequence[str],
    schema: StoredSchema,
    digest: str,
    likeness: str,
) -> Added | None:
    """Add a version of content that refers to nothing, and is new to its context.

    None, and nothing is changed, when ``basis`` no longer holds, when it is of no
    subject, when the content has appeared in between, or when a number or an id
    has reached `HIGHEST`; it is looked at while the subject and the context's id
    counter are locked.
    PostgreSQL does all of it in one round trip, commit included: locks that
    everyone waits for are never held while it waits for us.
    """
    if (row := basis.subject) is None:
        return None
    guard: dict[str, Any] = {
        "name": row.name,
        "subject_id": row.id,
        "revision": row.revision,
        "context_id": row.context_id,
        "digest": digest,
        **padded(scopes),
    }
    for place in range(SCOPES):
        scope = guard[f"scope_{place}"]
        guard[f"config_{place}"] = basis.configs.get(scope)
        guard[f"mode_{place}"] = basis.modes.get(scope)
    if db.dialect.name == "postgresql":
        content = added_values(schema, digest, likeness)
        *_, found = sent_at_once(
            db,
            (_LOCK, {"name": row.name, "context_id": row.context_id}),
            (_ADD_AT_ONCE, guard | content),
        )
        return Added(*found[0]) if found else None
    allotted = _ALLOT_IF_HELD.first(db, **guard)
    if allotted is None:
        return None
    id: int = allotted[0]
    number: int = allotted[1]
    made = replace(schema, id=id)
    key = add_schema(db, row.context_id, made, digest, likeness, ())
    version_rows.add_version(db, row.id, number, key, schema.created_at)
    subject_rows.count_added(db, row.id, number)
    return Added(key, id, number)


def _held() -> list[ColumnElement[bool]]:
    """Return what has to be true for the plan to hold."""
    same = exists().where(
        subjects.c.id == bindparam("subject_id", type_=BigInteger),
        subjects.c.revision == bindparam("revision", type_=BigInteger),
    )
    known = exists().where(
        schemas.c.context_id == bindparam("context_id", type_=BigInteger),
        schemas.c.digest == bindparam("digest", type_=Text),
    )
    # One more would be no number that clients can read.
    room = [contexts.c.last_schema_id < HIGHEST, _highest() < HIGHEST]
    held = [same, ~known, *room]
    for place in range(SCOPES):
        scope = bindparam(f"scope_{place}", type_=Text)
        config = select(configs.c.body).where(configs.c.scope == scope)
        mode = select(modes.c.mode).where(modes.c.scope == scope)
        for stored, name in ((config, "config"), (mode, "mode")):
            before = bindparam(f"{name}_{place}", type_=Text)
            held.append(stored.scalar_subquery().is_not_distinct_from(before))
    return held


def _highest() -> ColumnElement[int]:
    query = select(func.coalesce(func.max(versions.c.number), 0)).where(
        versions.c.subject_id == bindparam("subject_id", type_=BigInteger)
    )
    return query.scalar_subquery()


_LOCK = Statement(
    select(subjects.c.id, contexts.c.id)
    .where(
        subjects.c.name == bindparam("name"), contexts.c.id == bindparam("context_id")
    )
    .with_for_update(key_share=True)
)
"""Locks the subject and then the context's ids, in the order of the tables."""
_SELECT_HELD = select(
    (contexts.c.last_schema_id + 1).label("id"),
    (_highest() + 1).label("number"),
).where(contexts.c.id == bindparam("context_id", type_=BigInteger), *_held())
_ALLOT_IF_HELD = Statement(
    update(contexts)
    .where(contexts.c.id == bindparam("context_id", type_=BigInteger), *_held())
    .values(last_schema_id=contexts.c.last_schema_id + 1)
    .returning(contexts.c.last_schema_id, _highest() + 1)
)


def _add_at_once() -> Statement:
    """Return all that is added as one statement, which does nothing if not held."""
    held = _SELECT_HELD.cte("held")
    content = {
        each.name: bindparam(each.name, type_=each.type)
        for each in schemas.c
        if each.name not in ("key", "id", "context_id")
    }
    values = {"context_id": bindparam("context_id", type_=BigInteger), **content}
    schema = (
        insert(schemas)
        .from_select(["id", *values], select(held.c.id, *values.values()))
        .returning(schemas.c.key)
        .cte("schema")
    )
    version = insert(versions).from_select(
        ["subject_id", "number", "schema_key", "deleted", "created_at"],
        select(
            bindparam("subject_id", type_=BigInteger),
            held.c.number,
            schema.c.key,
            false(),
            content["created_at"],
        ),
    )
    counter = (
        update(contexts)
        .where(contexts.c.id == bindparam("context_id", type_=BigInteger))
        .values(last_schema_id=held.c.id)
    )
    subject = (
        update(subjects)
        .where(subjects.c.id == bindparam("subject_id", type_=BigInteger))
        .values(with_one_more(held.c.number))
    )
    return Statement(
        select(schema.c.key, held.c.id, held.c.number).add_cte(
            version.cte("version"), counter.cte("counter"), subject.cte("subject")
        )
    )


_ADD_AT_ONCE = _add_at_once()
