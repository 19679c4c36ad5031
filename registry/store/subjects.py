"""Subjects: rows that carry what is asked most, counted as versions change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    bindparam,
    case,
    delete,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.statement import Statement
from registry.store.tables import subjects, versions

__all__ = [
    "LOCK_SUBJECT",
    "Scope",
    "SubjectRow",
    "count_added",
    "delete_subject",
    "ensure_subject",
    "find_subject",
    "listed",
    "lock_subject",
    "names",
    "recount",
    "same_name_elsewhere",
    "with_one_more",
    "within",
]


@dataclass(frozen=True, slots=True)
class SubjectRow:
    """A subject: ``live`` undeleted versions, the highest of them ``latest``."""

    id: int
    name: str
    revision: int
    live: int
    latest: int | None
    context_id: int


@dataclass(frozen=True, slots=True)
class Scope:
    """Which subjects a list is about: qualified names that start with ``prefix``.

    ``default_only`` leaves out every other context; their names start with
    `:.`, which a subject of the default context never does. ``name_prefix``
    is about the bare names of every context.
    """

    prefix: str = ""
    default_only: bool = False
    name_prefix: str = ""

    def holds(self, name: str, bare_name: str) -> bool:
        """Whether the subject of these names is meant; `within` says it in SQL."""
        return (
            name.startswith(self.prefix)
            and bare_name.startswith(self.name_prefix)
            and not (self.default_only and name.startswith(":."))
        )


_COLUMNS = (
    subjects.c.id,
    subjects.c.name,
    subjects.c.revision,
    subjects.c.live,
    subjects.c.latest,
    subjects.c.context_id,
)


_FIND = Statement(select(*_COLUMNS).where(subjects.c.name == bindparam("name")))
LOCK_SUBJECT = Statement(
    select(*_COLUMNS)
    .where(subjects.c.name == bindparam("name"))
    .with_for_update(key_share=True)
)
"""What `lock_subject` sends."""


def with_one_more(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
    """Return the counted columns once a live version ``number`` was added."""
    newest = case((subjects.c.latest > number, subjects.c.latest), else_=number)
    return {
        "revision": subjects.c.revision + 1,
        "live": subjects.c.live + 1,
        "latest": newest,
    }


_COUNT_ADDED = Statement(
    update(subjects)
    .where(subjects.c.id == bindparam("subject_id"))
    .values(with_one_more(bindparam("number", type_=Integer)))
)


def find_subject(db: Connection, name: str) -> SubjectRow | None:
    """Return the subject of this qualified name; one query, by the unique name."""
    row = _FIND.first(db, name=name)
    return SubjectRow(*row) if row else None


def lock_subject(db: Connection, name: str) -> SubjectRow | None:
    """Lock the subject's row until the transaction ends, and return it.

    Whoever changes the versions of a subject takes this lock first
    (PostgreSQL; SQLite holds the one write lock already).
    """
    row = LOCK_SUBJECT.first(db, name=name)
    return SubjectRow(*row) if row else None


def ensure_subject(
    db: Connection, context_id: int, name: str, bare_name: str
) -> SubjectRow:
    """Return the subject's locked row, made if it is new.

    Two transactions that make the same one meet at the unique name: the
    second waits there, and then holds the lock of the row that it updates.
    """
    if (found := lock_subject(db, name)) is not None:
        return found
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    made = (
        dialect.insert(subjects)
        .values(context_id=context_id, name=name, bare_name=bare_name)
        .on_conflict_do_update(index_elements=["name"], set_={"name": name})
        .returning(*_COLUMNS)
    )
    return SubjectRow(*db.execute(made).one())


def count_added(db: Connection, subject_id: int, number: int) -> None:
    """Count one live version more, just added; under `lock_subject`.

    What `recount` would come to, at the same cost however many there are.
    """
    _COUNT_ADDED.run(db, subject_id=subject_id, number=number)


def recount(db: Connection, subject_id: int) -> None:
    """Set the counted columns after a change of versions; under `lock_subject`."""
    mine = versions.c.subject_id == subject_id
    live = select(func.count()).where(mine, ~versions.c.deleted)
    latest = select(func.max(versions.c.number)).where(mine, ~versions.c.deleted)
    db.execute(
        update(subjects)
        .where(subjects.c.id == subject_id)
        .values(
            revision=subjects.c.revision + 1,
            live=live.scalar_subquery(),
            latest=latest.scalar_subquery(),
        )
    )


def delete_subject(db: Connection, subject_id: int) -> None:
    """Forget a subject that has no version row left."""
    db.execute(delete(subjects).where(subjects.c.id == subject_id))


def names(
    db: Connection,
    scope: Scope,
    *,
    deleted: bool = False,
    deleted_only: bool = False,
    offset: int = 0,
    limit: int | None = None,
) -> Sequence[str]:
    """Return qualified names in ``scope``, sorted by code point.

    A subject is deleted when none of its versions is live. One query over
    the unique index on the name, paged in SQL.
    """
    query = listed(scope, deleted=deleted, deleted_only=deleted_only)
    return list(db.scalars(query.offset(offset).limit(limit)))


def listed(
    scope: Scope,
    *,
    deleted: bool,
    deleted_only: bool,
    first: ColumnElement[str] | None = None,
) -> Select[Any]:
    """Return the query for what `names` lists, from ``first`` on, not paged yet."""
    query = within(select(subjects.c.name), scope, first).order_by(subjects.c.name)
    if deleted_only:
        return query.where(subjects.c.live == 0)
    return query if deleted else query.where(subjects.c.live > 0)


def within(
    query: Select[Any], scope: Scope, first: ColumnElement[str] | None = None
) -> Select[Any]:
    """Narrow a query over `subjects` to ``scope``, by a range of names.

    ``first`` is a name to begin at, in place of the prefix: of two lower bounds
    SQLite might take the one that is further off.
    """
    if first is not None:
        query = query.where(subjects.c.name >= first)
    elif scope.prefix:
        query = query.where(subjects.c.name >= scope.prefix)
    if scope.prefix:
        # A range can use the index; LIKE could not, and takes % and _ amiss.
        query = query.where(subjects.c.name < _after(scope.prefix))
    if scope.name_prefix:
        query = query.where(
            subjects.c.bare_name >= scope.name_prefix,
            subjects.c.bare_name < _after(scope.name_prefix),
        )
    if scope.default_only:
        query = query.where(or_(subjects.c.name < ":.", subjects.c.name >= ":/"))
    return query


def same_name_elsewhere(db: Connection, name: str) -> Sequence[str]:
    """Return the qualified names of other contexts' subjects called ``name``.

    Sorted; by the index on the bare name.
    """
    query = select(subjects.c.name).where(
        subjects.c.bare_name == name, subjects.c.name != name
    )
    return list(db.scalars(query.order_by(subjects.c.name)))


def _after(prefix: str) -> str:
    """Return the least text above every text that starts with ``prefix``."""
    return prefix + "\U0010ffff"
