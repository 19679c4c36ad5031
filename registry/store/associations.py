"""Associations: rows that tie a subject to a resource, such as a topic."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.tables import associations
from registry.store.values import StoredAssociation

__all__ = [
    "Filter",
    "add_association",
    "count_of",
    "delete_associations",
    "find_associations",
    "of_subjects",
    "set_lifecycle",
]

# SQLite takes so many parameters in one statement on every build.
_CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which associations are meant; None leaves a member open, empty lists too."""

    subject: str | None = None
    resource_namespace: str | None = None
    resource_name: str | None = None
    resource_id: str | None = None
    resource_type: str | None = None
    association_types: Sequence[str] = ()
    lifecycles: Sequence[str] = ()


_COLUMNS = (
    associations.c.id,
    associations.c.guid,
    associations.c.subject,
    associations.c.resource_namespace,
    associations.c.resource_name,
    associations.c.resource_id,
    associations.c.resource_type,
    associations.c.association_type,
    associations.c.lifecycle,
    associations.c.frozen,
    associations.c.created_at,
    associations.c.updated_at,
)


def find_associations(
    db: Connection, wanted: Filter, *, offset: int = 0, limit: int | None = None
) -> Sequence[StoredAssociation]:
    """Return what fits, by namespace, name, id and type; paged in SQL."""
    query = _where(select(*_COLUMNS), wanted).order_by(
        associations.c.resource_namespace,
        associations.c.resource_name,
        associations.c.resource_id,
        associations.c.association_type,
    )
    return list(_stored(db, query.offset(offset).limit(limit)))


def of_subjects(
    db: Connection, subjects: Sequence[str]
) -> dict[str, list[StoredAssociation]]:
    """Return the associations of each of these subjects that has any."""
    found: dict[str, list[StoredAssociation]] = {}
    for start in range(0, len(subjects), _CHUNK):
        some = subjects[start : start + _CHUNK]
        query = (
            select(*_COLUMNS)
            .where(associations.c.subject.in_(some))
            .order_by(associations.c.id)
        )
        for each in _stored(db, query):
            found.setdefault(each.subject, []).append(each)
    return found


def count_of(db: Connection, subject: str) -> int:
    """Return how many associations the subject has; by the index on it."""
    query = select(func.count()).where(associations.c.subject == subject)
    return db.scalar(query) or 0


def add_association(db: Connection, made: StoredAssociation) -> bool:
    """Add a row; False when the resource has one of the type already.

    Two transactions that add the same one meet at the unique keys: the second
    waits for the first. The caller holds `subjects.lock_subject`.
    """
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    values = {
        column.name: getattr(made, column.name)
        for column in _COLUMNS
        if column.name != "id"
    }
    added = dialect.insert(associations).values(values).on_conflict_do_nothing()
    return db.execute(added.returning(associations.c.id)).first() is not None


def set_lifecycle(
    db: Connection, id: int, lifecycle: str, frozen: bool, updated_at: int
) -> None:
    """Change a row; under `subjects.lock_subject`."""
    db.execute(
        update(associations)
        .where(associations.c.id == id)
        .values(lifecycle=lifecycle, frozen=frozen, updated_at=updated_at)
    )


def delete_associations(db: Connection, ids: Sequence[int]) -> None:
    """Delete rows."""
    db.execute(delete(associations).where(associations.c.id.in_(ids)))


def _stored(db: Connection, query: Select[Any]) -> Iterator[StoredAssociation]:
    for row in db.execute(query):
        yield StoredAssociation(**row._mapping)


def _where(query: Select[Any], wanted: Filter) -> Select[Any]:
    exact = {
        "subject": wanted.subject,
        "resource_namespace": wanted.resource_namespace,
        "resource_name": wanted.resource_name,
        "resource_id": wanted.resource_id,
        "resource_type": wanted.resource_type,
    }
    for name, value in exact.items():
        if value is not None:
            query = query.where(associations.c[name] == value)
    if wanted.association_types:
        query = query.where(
            associations.c.association_type.in_(wanted.association_types)
        )
    if wanted.lifecycles:
        query = query.where(associations.c.lifecycle.in_(wanted.lifecycles))
    return query
