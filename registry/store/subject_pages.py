"""Pages of subjects, each with the state of the list that it is of.

The state is a number that is another one once a subject of any context has
appeared or gone, or has lost or regained its last live version: triggers see to
that (migration 0007). A page and its state are read by one statement, so that no
change comes between them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    true,
)

from registry.store.statement import Statement
from registry.store.subjects import Scope, listed
from registry.store.tables import contexts

__all__ = ["STRIDE", "Listed", "page_from", "places"]

STRIDE = 256
"""How many names are between two of `places`."""

_STATE = cast(func.coalesce(func.sum(contexts.c.listing), 0), BigInteger)


@dataclass(frozen=True, slots=True)
class Listed:
    """Which subjects a list shows; `deleted_only` wins over `deleted`."""

    scope: Scope
    deleted: bool = False
    deleted_only: bool = False

    def query(self, first: ColumnElement[str]) -> Select[Any]:
        """Return the query for the names from ``first`` on, sorted."""
        return listed(
            self.scope,
            deleted=self.deleted,
            deleted_only=self.deleted_only,
            first=first,
        )


def page_from(
    db: Connection, wanted: Listed, first: str, *, offset: int, limit: int
) -> tuple[int, Sequence[str]]:
    """Return the state, and ``limit`` names after ``offset`` ones from ``first`` on.

    By the unique index on the name; no name before ``first`` is looked at. Empty
    is where the list begins.
    """
    asked, first = _page(wanted), first or wanted.scope.prefix
    return _read(asked.rows(db, first=first, offset=offset, limit=limit))


def places(
    db: Connection, wanted: Listed, first: str, before: int
) -> tuple[int, Sequence[str]]:
    """Return the state, and each `STRIDE`-th name, beginning with ``first``.

    Of the first ``before`` names from there on, all of which are passed over.
    Empty is where the list begins.
    """
    asked, first = _places(wanted), first or wanted.scope.prefix
    return _read(asked.rows(db, first=first, before=before))


def _read(rows: Sequence[Sequence[Any]]) -> tuple[int, Sequence[str]]:
    return rows[0][0], [name for _, name in rows if name is not None]


@lru_cache(maxsize=64)
def _page(wanted: Listed) -> Statement:
    page = (
        wanted.query(bindparam("first", type_=Text))
        .offset(bindparam("offset", type_=Integer))
        .limit(bindparam("limit", type_=Integer))
        .subquery("page")
    )
    # A row even where there is no name, as the state has to be told.
    state = select(_STATE.label("state")).subquery("now")
    joined = state.outerjoin(page, true())
    both = select(state.c.state, page.c.name).select_from(joined)
    return Statement(both.order_by(page.c.name))


@lru_cache(maxsize=64)
def _places(wanted: Listed) -> Statement:
    one, place = literal_column("1", Integer), literal_column("0", Integer)
    first = wanted.query(bindparam("first", type_=Text)).limit(one)
    marks = select(place.label("place"), first.scalar_subquery().label("name")).cte(
        "marks", recursive=True
    )
    stride = literal_column(str(STRIDE), Integer)
    later = wanted.query(marks.c.name).offset(stride).limit(one).correlate(marks)
    marks = marks.union_all(
        select(marks.c.place + stride, later.scalar_subquery()).where(
            marks.c.name.is_not(None),
            marks.c.place + stride < bindparam("before", type_=Integer),
        )
    )
    state = select(_STATE).scalar_subquery()
    return Statement(select(state, marks.c.name).order_by(marks.c.place))
