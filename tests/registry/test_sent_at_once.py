"""Statements that PostgreSQL is sent at once, as one transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from sqlalchemy import Connection, insert, literal, select
from sqlalchemy.exc import DataError

from registry.store import contexts
from registry.store.engine import Database
from registry.store.statement import Statement, sent_at_once
from registry.store.tables import contexts as table

_ADD = Statement(insert(table).values(name=":.added:"))
_FAIL = Statement(select(literal(1) / (table.c.id - table.c.id)))


@pytest.fixture
def database(empty_registry: Callable[..., Database]) -> Database:
    """An empty registry's database, and one connection to it."""
    return empty_registry(pool_size=1)


def work(db: Connection) -> None:
    sent_at_once(db, (_ADD, {}), (_FAIL, {}))


def fail_later(database: Database) -> None:
    with database.writing() as db:
        contexts.ensure_context(db, ":.later:")
        raise LookupError


def names(database: Database) -> Sequence[str]:
    with database.reading() as db:
        return contexts.names(db)


def test_all_or_nothing(database: Database) -> None:
    with pytest.raises(DataError):
        database.write(work)

    # The same connection still begins transactions by itself.
    with pytest.raises(LookupError):
        fail_later(database)
    assert names(database) == []


def test_all_or_nothing_on_a_connection_that_reads(database: Database) -> None:
    with database.reading() as db:
        with pytest.raises(DataError):
            database.write(work, on=db)
        # And here each statement is for itself again.
        contexts.ensure_context(db, ":.kept:")

    with pytest.raises(LookupError):
        fail_later(database)
    assert names(database) == [":.kept:"]
