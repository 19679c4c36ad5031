"""Versions: which content a subject holds under which number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    delete,
    false,
    func,
    insert,
    literal_column,
    select,
    union_all,
    update,
)

from registry.store.schemas import COLUMNS, stored
from registry.store.statement import Statement
from registry.store.subjects import Scope, within
from registry.store.tables import configs, contexts, schemas, subjects, versions
from registry.store.values import StoredVersion, VersionHead

__all__ = [
    "add_version",
    "all_like",
    "all_like_and_latest",
    "delete_versions",
    "deleted_with",
    "find_latest",
    "find_version",
    "find_with_config",
    "heads",
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


def _stored(row: Sequence[Any]) -> StoredVersion:
    subject, number, deleted, created_at, *content = row
    return StoredVersion(subject, number, bool(deleted), created_at, stored(content))


def _query() -> Select[Any]:
    return select(*_COLUMNS).select_from(_JOINED)


_OF_SUBJECT = subjects.c.name == bindparam("subject")
_NUMBERED = _query().where(_OF_SUBJECT, versions.c.number == bindparam("number"))
_NEWEST = _query().where(_OF_SUBJECT, versions.c.number == subjects.c.latest)
_CONFIG = select(configs.c.body).where(configs.c.scope == bindparam("scope"))
_FIND_VERSION = Statement(_NUMBERED)
_FIND_LATEST = Statement(_NEWEST)
_FIND_VERSION_AND_CONFIG = Statement(_NUMBERED.add_columns(_CONFIG.scalar_subquery()))
_FIND_LATEST_AND_CONFIG = Statement(_NEWEST.add_columns(_CONFIG.scalar_subquery()))


def _like(*more: ColumnElement[bool]) -> Select[Any]:
    return _query().where(
        versions.c.subject_id
        == select(subjects.c.id)
        .where(subjects.c.name == bindparam("subject"))
        .scalar_subquery(),
        schemas.c.likeness == bindparam("likeness"),
        *more,
    )


_FIND_LIKE = Statement(_like(~versions.c.deleted))
_FIND_LIKE_DELETED = Statement(_like())
_FIND_LIKE_OR_LATEST = Statement(
    union_all(
        _like(~versions.c.deleted).add_columns(literal_column("1", Integer)),
        _NEWEST.add_columns(literal_column("0", Integer)),
    )
)
_DELETED_WITH = Statement(
    select(versions.c.number).where(
        versions.c.schema_key == bindparam("key"),
        versions.c.subject_id == bindparam("subject_id"),
        versions.c.deleted,
    )
)
_HIGHEST = Statement(
    select(func.max(versions.c.number)).where(
        versions.c.subject_id == bindparam("subject_id")
    )
)
_ADD = Statement(
    insert(versions).values(
        subject_id=bindparam("subject_id"),
        number=bindparam("number"),
        schema_key=bindparam("schema_key"),
        deleted=false(),
        created_at=bindparam("created_at"),
    )
)
_NUMBERS = (
    select(versions.c.number, versions.c.deleted)
    .join(subjects, subjects.c.id == versions.c.subject_id)
    .where(subjects.c.name == bindparam("subject"))
    .order_by(versions.c.number)
)
_HEADS = Statement(
    select(
        versions.c.number,
        schemas.c.key,
        schemas.c.type,
        func.length(schemas.c.text),
    )
    .join_from(versions, subjects, subjects.c.id == versions.c.subject_id)
    .join(schemas, schemas.c.key == versions.c.schema_key)
    .where(subjects.c.name == bindparam("subject"), ~versions.c.deleted)
    .order_by(versions.c.number)
)
_LIVED = (
    select(versions.c.number)
    .where(versions.c.schema_key == bindparam("key"), ~versions.c.deleted)
    .limit(1)
)


def find_version(db: Connection, subject: str, number: int) -> StoredVersion | None:
    """Return a version, deleted or not; one query, by the primary key."""
    row = _FIND_VERSION.first(db, subject=subject, number=number)
    return _stored(row) if row else None


def find_latest(db: Connection, subject: str) -> StoredVersion | None:
    """Return the newest undeleted version; one query, by the subject's `latest`."""
    row = _FIND_LATEST.first(db, subject=subject)
    return _stored(row) if row else None


def find_with_config(
    db: Connection, subject: str, number: int | None, scope: str
) -> tuple[StoredVersion | None, str | None]:
    """Return a version, the latest for None, and the config of a scope, as JSON.

    What `find_version`, `find_latest` and `configs.find_config` would, in one
    query; no config is looked for where there is no such version.
    """
    if number is None:
        row = _FIND_LATEST_AND_CONFIG.first(db, subject=subject, scope=scope)
    else:
        row = _FIND_VERSION_AND_CONFIG.first(
            db, subject=subject, number=number, scope=scope
        )
    return (_stored(row[:-1]), row[-1]) if row else (None, None)


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


def heads(db: Connection, subject: str) -> Sequence[VersionHead]:
    """Return the subject's live versions without their content, oldest first."""
    return list(map(VersionHead._make, _HEADS.rows(db, subject=subject)))


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


def numbers(db: Connection, subject: str) -> Sequence[tuple[int, bool]]:
    """Return (number, deleted) of all the subject's versions, oldest first."""
    found = db.execute(_NUMBERS, {"subject": subject})
    return [(row[0], bool(row[1])) for row in found]


def all_like(
    db: Connection, subject: str, likeness: str, *, deleted: bool = False
) -> Sequence[StoredVersion]:
    """Return the subject's versions of this likeness; by the index on it.

    A few at most: spellings of one schema, and what came back from deletion.
    """
    query = _FIND_LIKE_DELETED if deleted else _FIND_LIKE
    return [_stored(row) for row in query.rows(db, subject=subject, likeness=likeness)]


def all_like_and_latest(
    db: Connection, subject: str, likeness: str
) -> tuple[Sequence[StoredVersion], StoredVersion | None]:
    """Return what `all_like` and what `find_latest` would, in one query."""
    like, latest = [], None
    for *row, is_like in _FIND_LIKE_OR_LATEST.rows(
        db, subject=subject, likeness=likeness
    ):
        if is_like:
            like.append(_stored(row))
        else:
            latest = _stored(row)
    return like, latest


def highest(db: Connection, subject_id: int) -> int:
    """Return the highest number in the subject, deleted ones too; 0 if none."""
    return _HIGHEST.scalar(db, subject_id=subject_id) or 0


def add_version(
    db: Connection, subject_id: int, number: int, schema_key: int, created_at: int
) -> None:
    """Add a version; the caller holds `subjects.lock_subject`.

    The primary key refuses a number that is taken.
    """
    _ADD.run(
        db,
        subject_id=subject_id,
        number=number,
        schema_key=schema_key,
        created_at=created_at,
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


def deleted_with(db: Connection, subject_id: int, key: int) -> Sequence[int]:
    """Return the numbers under which a subject holds a schema soft-deleted.

    By the index on schema and subject.
    """
    return [row[0] for row in _DELETED_WITH.rows(db, subject_id=subject_id, key=key)]


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
    return db.scalar(_LIVED, {"key": key}) is not None


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
