"""A connection that has not been used for a while is asked whether it is alive."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from psycopg import sql
from sqlalchemy import text

from registry.store.engine import Database
from registry.store.postgresql import _ALIVE_SECONDS
from tests.postgres import Postgres


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """A node's view of a database, of one connection."""
    made = Database(postgres_url, pool_size=1)
    yield made
    made.close()


def backend(database: Database) -> int:
    with database.reading() as db:
        found: int = db.scalar(text("SELECT pg_backend_pid()"))
    return found


def test_one_that_died_while_idle_is_replaced(
    database: Database, postgres: Postgres
) -> None:
    died = backend(database)
    end = sql.SQL("SELECT pg_terminate_backend({})").format(sql.Literal(died))
    assert postgres.run(end) == [(True,)]
    time.sleep(1.2 * _ALIVE_SECONDS)

    assert backend(database) != died


def test_a_new_one_and_one_just_used_are_not_asked(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialect, asked = database.engine.dialect, []
    ping = dialect.do_ping
    monkeypatch.setattr(dialect, "do_ping", lambda c: asked.append(c) or ping(c))

    backend(database)
    backend(database)
    assert asked == []

    time.sleep(1.2 * _ALIVE_SECONDS)
    backend(database)
    assert len(asked) == 1
