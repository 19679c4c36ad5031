"""Data encryption keys: wrapped key material of subjects, in versions.

What changes them runs under `keks.lock_kek`.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.sql import ColumnElement

from registry.store.tables import deks
from registry.store.values import StoredDek

__all__ = ["add_dek", "deks_of", "delete_deks", "put_dek", "subjects"]


def deks_of(
    db: Connection, kek_id: int, subject: str, algorithm: str
) -> Sequence[StoredDek]:
    """Return the versions of a key, deleted ones too, the oldest first."""
    query = select(deks).where(
        deks.c.kek_id == kek_id,
        deks.c.subject == subject,
        deks.c.algorithm == algorithm,
    )
    found = db.execute(query.order_by(deks.c.version))
    return [StoredDek(**row._mapping) for row in found]


def add_dek(db: Connection, made: StoredDek) -> None:
    """Add a version; the primary key refuses one that is there."""
    values = {column.name: getattr(made, column.name) for column in deks.c}
    db.execute(insert(deks).values(values))


def put_dek(db: Connection, changed: StoredDek) -> None:
    """Write what can change of a version."""
    db.execute(
        update(deks)
        .where(*_is(changed))
        .values(
            encrypted_key_material=changed.encrypted_key_material,
            deleted=changed.deleted,
            updated_at=changed.updated_at,
        )
    )


def delete_deks(db: Connection, gone: Sequence[StoredDek]) -> None:
    """Delete versions for good."""
    for each in gone:
        db.execute(delete(deks).where(*_is(each)))


def subjects(
    db: Connection,
    kek_id: int,
    *,
    deleted: bool,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[str]:
    """Return the subjects whose keys the KEK wraps, sorted, paged in SQL."""
    query = select(deks.c.subject).where(deks.c.kek_id == kek_id).distinct()
    if not deleted:
        query = query.where(~deks.c.deleted)
    query = query.order_by(deks.c.subject).offset(offset).limit(limit)
    return list(db.scalars(query))


def _is(dek: StoredDek) -> tuple[ColumnElement[bool], ...]:
    return (
        deks.c.kek_id == dek.kek_id,
        deks.c.subject == dek.subject,
        deks.c.algorithm == dek.algorithm,
        deks.c.version == dek.version,
    )
