"""Contexts, and the counters that schema ids come from."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.statement import Statement
from registry.store.tables import contexts, subjects

__all__ = [
    "LOCK_IDS",
    "allot_id",
    "delete_context",
    "ensure_context",
    "find_context",
    "lock_ids",
    "max_id",
    "names",
    "raise_last_id",
]


_FIND_ACTIVE = Statement(
    select(contexts.c.id).where(contexts.c.name == bindparam("name"), contexts.c.active)
)
LOCK_IDS = Statement(
    select(contexts.c.last_schema_id)
    .where(contexts.c.id == bindparam("context_id"))
    .with_for_update(key_share=True)
)
"""What `lock_ids` sends."""
_ALLOT = Statement(
    update(contexts)
    .where(contexts.c.id == bindparam("context_id"))
    .values(last_schema_id=contexts.c.last_schema_id + 1)
    .returning(contexts.c.last_schema_id)
)


def find_context(db: Connection, name: str) -> int | None:
    """Return the row id of the context ``name``; one query, by the unique name."""
    return db.scalar(select(contexts.c.id).where(contexts.c.name == name))


def ensure_context(db: Connection, name: str) -> int:
    """Return the row id of the context ``name``, made or revived as needed.

    Two transactions that make the same one meet at the unique name: the
    second waits for the first. It then holds no lock on the row, or it would wait
    for a subject while who has that subject waits for the context's counter.
    """
    found: int | None = _FIND_ACTIVE.scalar(db, name=name)
    if found is not None:
        return found
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    made = dialect.insert(contexts).values(name=name)
    db.execute(made.on_conflict_do_nothing(index_elements=["name"]))
    found = _FIND_ACTIVE.scalar(db, name=name)
    if found is not None:
        return found
    hidden = update(contexts).where(contexts.c.name == name).values(active=True)
    revived: int = db.execute(hidden.returning(contexts.c.id)).scalar_one()
    return revived


def lock_ids(db: Connection, context_id: int) -> int:
    """Lock the context's counter until the end of the transaction; return its last id.

    The row lock (PostgreSQL; SQLite holds the one write lock already) makes
    every allotment of this context wait, so that a look for the same content
    after it sees each schema that has an id. FOR NO KEY UPDATE, as a new
    subject's foreign key holds a KEY SHARE lock on the same row: FOR UPDATE
    would wait for that, and two such transactions for each other.
    """
    last: int = LOCK_IDS.scalar(db, context_id=context_id)
    return last


def allot_id(db: Connection, context_id: int) -> int:
    """Return the next schema id of the context; call it under `lock_ids`.

    No gap and no reuse: the counter rolls back with the transaction, and it
    never goes down, whatever is deleted.
    """
    allotted: int = _ALLOT.scalar(db, context_id=context_id)
    return allotted


def raise_last_id(db: Connection, context_id: int, id: int) -> None:
    """Make sure that no id up to ``id`` is allotted again; under `lock_ids`."""
    db.execute(
        update(contexts)
        .where(contexts.c.id == context_id, contexts.c.last_schema_id < id)
        .values(last_schema_id=id)
    )


def max_id(db: Connection, name: str) -> int:
    """Return the highest id ever allotted in the context; 0 when there is none."""
    query = select(contexts.c.last_schema_id).where(contexts.c.name == name)
    return db.scalar(query) or 0


def names(db: Connection, prefix: str = "") -> Sequence[str]:
    """Return the names of all contexts that start with ``prefix``, sorted."""
    query = select(contexts.c.name).where(contexts.c.active).order_by(contexts.c.name)
    if prefix:
        query = query.where(func.substr(contexts.c.name, 1, len(prefix)) == prefix)
    return list(db.scalars(query))


def delete_context(db: Connection, name: str) -> bool:
    """Hide an empty context; False when it still has a subject.

    One statement looks and hides. A subject that another transaction is
    adding at the same time revives the context with its own `ensure_context`.
    """
    has_subject = exists().where(subjects.c.context_id == contexts.c.id)
    hidden = (
        update(contexts)
        .where(contexts.c.name == name, ~has_subject)
        .values(active=False)
    )
    return db.execute(hidden).rowcount > 0 or find_context(db, name) is None
