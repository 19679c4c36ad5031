"""Key encryption keys: what a KMS holds, by name."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, delete, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.tables import deks, keks
from registry.store.values import StoredKek

__all__ = [
    "add_kek",
    "count",
    "delete_kek",
    "find_kek",
    "has_deks",
    "lock_kek",
    "names",
    "put_kek",
]


def find_kek(db: Connection, name: str) -> StoredKek | None:
    """Return the KEK, deleted or not; one query, by the unique name."""
    return _one(db, select(keks).where(keks.c.name == name))


def lock_kek(db: Connection, name: str) -> StoredKek | None:
    """Lock the KEK's row until the transaction ends, and return it.

    Whoever changes a KEK or the keys that it wraps takes this lock first
    (PostgreSQL; SQLite holds the one write lock already).
    """
    return _one(db, select(keks).where(keks.c.name == name).with_for_update())


def add_kek(db: Connection, made: StoredKek) -> StoredKek | None:
    """Add a row and return it with its id; None when the name is taken.

    Of two transactions that add the same name the second waits for the first.
    """
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    added = dialect.insert(keks).values(_row(made)).on_conflict_do_nothing()
    return _one(db, added.returning(*keks.c))


def put_kek(db: Connection, changed: StoredKek) -> None:
    """Write the row of this id; under `lock_kek`."""
    db.execute(update(keks).where(keks.c.id == changed.id).values(_row(changed)))


def delete_kek(db: Connection, id: int) -> None:
    """Forget a KEK that wraps nothing; under `lock_kek`."""
    db.execute(delete(keks).where(keks.c.id == id))


def has_deks(db: Connection, id: int, *, deleted: bool) -> bool:
    """Whether the KEK wraps data keys; ``deleted`` counts deleted ones too."""
    query = select(deks.c.version).where(deks.c.kek_id == id)
    if not deleted:
        query = query.where(~deks.c.deleted)
    return db.scalar(query.limit(1)) is not None


def count(db: Connection) -> int:
    """Return how many KEKs there are, deleted ones too."""
    return db.scalar(select(func.count()).select_from(keks)) or 0


def names(
    db: Connection,
    prefixes: Sequence[str] = (),
    *,
    deleted: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[str]:
    """Return the names of KEKs, sorted by code point, paged in SQL.

    With ``prefixes``, of those that wrap a key of a subject that starts with
    one of them; by the index on the subject.
    """
    query = select(keks.c.name).order_by(keks.c.name)
    if not deleted:
        query = query.where(~keks.c.deleted)
    if prefixes:
        # A range can use the index; LIKE could not, and takes % and _ amiss.
        ranges = [
            (deks.c.subject >= each) & (deks.c.subject < each + "\U0010ffff")
            for each in prefixes
        ]
        wraps = exists().where(deks.c.kek_id == keks.c.id, or_(*ranges))
        query = query.where(wraps if deleted else wraps.where(~deks.c.deleted))
    return list(db.scalars(query.offset(offset).limit(limit)))


def _row(kek: StoredKek) -> dict[str, Any]:
    props = kek.kms_props
    return {
        "name": kek.name,
        "kms_type": kek.kms_type,
        "kms_key_id": kek.kms_key_id,
        "kms_props": None if props is None else json.dumps(props, ensure_ascii=False),
        "doc": kek.doc,
        "shared": kek.shared,
        "deleted": kek.deleted,
        "updated_at": kek.updated_at,
    }


def _one(db: Connection, query: Select[Any] | Any) -> StoredKek | None:
    row = db.execute(query).first()
    if row is None:
        return None
    props = row.kms_props
    return StoredKek(
        **{**row._mapping, "kms_props": None if props is None else json.loads(props)}
    )
