"""Versions: which content a subject holds under which number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Select,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from registry.store.schemas import COLUMNS, stored
from registry.store.subjects import Scope, within
from registry.store.tables import contexts, schemas, subjects, versions
from registry.store.values import StoredVersion

__all__ = [
    "add_version",
    "delete_versions",
    "find_holding",
    "find_latest",
    "find_like",
    "find_version",
    "highest",
    "hold_version",
    "lived",
    "lock_versions",
    "mark_deleted",
    "newest_first",
    "numbers",
    "of_schema",
    "of_schemas",
    "page",
    "versions_of",
]

_BATCH = 50

_COLUMNS = (
    subjects.c.name.label("subject"),
    versions.c.number,
    versions.c.deleted,
    versions.c.created_at,
    *COLUMNS,
)

_JOINED = (
    versions.join(subjects, subjects.c.id == versions.c.subject_id)
    .join(schemas, schemas.c.key == versions.c.schema_key)
    .join(contexts, contexts.c.id == schemas.c.context_id)
)


def _stored(row: Any) -> StoredVersion:
    return StoredVersion(
        row.subject, row.number, bool(row.deleted), row.created_at, stored(row)
    )


def _query() -> Select[Any]:
    return select(*_COLUMNS).select_from(_JOINED)


# Made once: on a hot path, making a query costs more than running it.
_FIND_VERSION = _query().where(
    subjects.c.name == bindparam("subject"), versions.c.number == bindparam("number")
)
_FIND_LATEST = _query().where(
    subjects.c.name == bindparam("subject"), versions.c.number == subjects.c.latest
)


def find_version(db: Connection, subject: str, number: int) -> StoredVersion | None:
    """Return a version, deleted or not; one query, by the primary key."""
    row = db.execute(_FIND_VERSION, {"subject": subject, "number": number}).first()
    return _stored(row) if row else None


def find_latest(db: Connection, subject: str) -> StoredVersion | None:
    """Return the newest undeleted version; one query, by the subject's `latest`."""
    row = db.execute(_FIND_LATEST, {"subject": subject}).first()
    return _stored(row) if row else None


def lock_versions(db: Connection, subject_id: int) -> None:
    """Lock the subject's version rows until the transaction ends.

    A transaction that refers to one holds a share lock on its row
    (`hold_version`): this waits for it, so its reference is seen after.
    """
    query = select(versions.c.number).where(versions.c.subject_id == subject_id)
    db.execute(query.with_for_update()).all()


def hold_version(db: Connection, subject: str, number: int) -> bool:
    """Keep a version from being deleted until the transaction ends.

    A share lock on its row (PostgreSQL; SQLite holds the one write lock
    already): a delete waits for it, then sees the new reference. False when
    there is no such undeleted version.
    """
    query = (
        select(versions.c.number)
        .join(subjects, subjects.c.id == versions.c.subject_id)
        .where(
            subjects.c.name == subject,
            versions.c.number == number,
            ~versions.c.deleted,
        )
        .with_for_update(read=True, of=versions)
    )
    return db.scalar(query) is not None


def versions_of(
    db: Connection, subject: str, *, deleted: bool = False
) -> Sequence[StoredVersion]:
    """Return the subject's versions, oldest first."""
    query = _query().where(subjects.c.name == subject).order_by(versions.c.number)
    if not deleted:
        query = query.where(~versions.c.deleted)
    return [_stored(row) for row in db.execute(query)]


def newest_first(db: Connection, subject: str) -> Iterator[StoredVersion]:
    """Yield the subject's live versions, the newest first, as they are asked for.

    One query gives the first, each further one fifty; by the primary key.
    """
    query = (
        _query()
        .where(subjects.c.name == subject, ~versions.c.deleted)
        .order_by(versions.c.number.desc())
    )
    rows = db.execute(query.limit(1)).all()
    while rows:
        yield from map(_stored, rows)
        older = query.where(versions.c.number < rows[-1].number)
        rows = db.execute(older.limit(_BATCH)).all()


def numbers(
    db: Connection, subject: str, *, offset: int = 0, limit: int | None = None
) -> Sequence[tuple[int, bool]]:
    """Return (number, deleted) of all the subject's versions, oldest first."""
    query = (
        select(versions.c.number, versions.c.deleted)
        .join(subjects, subjects.c.id == versions.c.subject_id)
        .where(subjects.c.name == subject)
        .order_by(versions.c.number)
        .offset(offset)
        .limit(limit)
    )
    return [(row[0], bool(row[1])) for row in db.execute(query)]


def find_like(
    db: Connection, subject: str, likeness: str, *, deleted: bool = False
) -> StoredVersion | None:
    """Return the subject's newest version of this likeness.

    By the subject's versions; the cost grows with their number alone.
    """
    query = _query().where(subjects.c.name == subject, schemas.c.likeness == likeness)
    if not deleted:
        query = query.where(~versions.c.deleted)
    row = db.execute(query.order_by(versions.c.number.desc()).limit(1)).first()
    return _stored(row) if row else None


def find_holding(
    db: Connection, subject: str, digest: str, *, deleted: bool = False
) -> StoredVersion | None:
    """Return the subject's newest version with exactly this content."""
    query = _query().where(subjects.c.name == subject, schemas.c.digest == digest)
    if not deleted:
        query = query.where(~versions.c.deleted)
    row = db.execute(query.order_by(versions.c.number.desc()).limit(1)).first()
    return _stored(row) if row else None


def highest(db: Connection, subject_id: int) -> int:
    """Return the highest number in the subject, deleted ones too; 0 if none."""
    query = select(func.max(versions.c.number))
    return db.scalar(query.where(versions.c.subject_id == subject_id)) or 0


def add_version(
    db: Connection, subject_id: int, number: int, schema_key: int, created_at: int
) -> None:
    """Add a version; the caller holds `subjects.lock_subject`.

    The primary key refuses a number that is taken.
    """
    db.execute(
        insert(versions).values(
            subject_id=subject_id,
            number=number,
            schema_key=schema_key,
            created_at=created_at,
        )
    )


def mark_deleted(
    db: Connection, subject_id: int, numbers: Sequence[int], *, deleted: bool = True
) -> None:
    """Soft-delete or revive versions; under `subjects.lock_subject`."""
    db.execute(
        update(versions)
        .where(versions.c.subject_id == subject_id, versions.c.number.in_(numbers))
        .values(deleted=deleted)
    )


def delete_versions(db: Connection, subject_id: int, numbers: Sequence[int]) -> None:
    """Delete version rows for good; under `subjects.lock_subject`."""
    db.execute(
        delete(versions).where(
            versions.c.subject_id == subject_id, versions.c.number.in_(numbers)
        )
    )


def of_schema(
    db: Connection, key: int, *, deleted: bool = False
) -> Sequence[tuple[str, int, bool]]:
    """Return (subject, number, deleted) of the versions that hold a schema.

    Sorted by subject and number; by the index on the schema.
    """
    query = (
        select(subjects.c.name, versions.c.number, versions.c.deleted)
        .join(subjects, subjects.c.id == versions.c.subject_id)
        .where(versions.c.schema_key == key)
        .order_by(subjects.c.name, versions.c.number)
    )
    if not deleted:
        query = query.where(~versions.c.deleted)
    return [(row[0], row[1], bool(row[2])) for row in db.execute(query)]


def of_schemas(
    db: Connection, keys: Sequence[int]
) -> Sequence[tuple[int, str, int, bool]]:
    """Return (schema key, subject, number, deleted) for several schemas at once."""
    query = (
        select(
            versions.c.schema_key,
            subjects.c.name,
            versions.c.number,
            versions.c.deleted,
        )
        .join(subjects, subjects.c.id == versions.c.subject_id)
        .where(versions.c.schema_key.in_(keys))
        .order_by(versions.c.schema_key, subjects.c.name, versions.c.number)
    )
    return [(row[0], row[1], row[2], bool(row[3])) for row in db.execute(query)]


def lived(db: Connection, key: int) -> bool:
    """Whether some undeleted version holds the schema."""
    query = select(versions.c.number).where(
        versions.c.schema_key == key, ~versions.c.deleted
    )
    return db.scalar(query.limit(1)) is not None


def page(
    db: Connection,
    scope: Scope,
    *,
    deleted: bool = False,
    latest_only: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> Iterator[StoredVersion]:
    """Yield versions in ``scope``, by subject and number, paged in SQL."""
    query = within(_query(), scope)
    if latest_only and deleted:
        newest = (
            select(func.max(versions.c.number))
            .where(versions.c.subject_id == subjects.c.id)
            .correlate(subjects)
        )
        query = query.where(versions.c.number == newest.scalar_subquery())
    elif latest_only:
        query = query.where(versions.c.number == subjects.c.latest)
    elif not deleted:
        query = query.where(~versions.c.deleted)
    query = query.order_by(subjects.c.name, versions.c.number)
    for row in db.execute(query.offset(offset).limit(limit)):
        yield _stored(row)
