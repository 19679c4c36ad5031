"""Nodes that reach PostgreSQL through PgBouncer, which pools transactions."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from registry.errors import StoreUnavailable
from registry.store import migrations
from registry.store.engine import Database
from registry.store.postgresql import Silent
from tests.failure.load import Load
from tests.pgbouncer import find_pgbouncer, pgbouncer
from tests.postgres import Postgres
from tests.running import running

pytestmark = pytest.mark.skipif(find_pgbouncer() is None, reason="no pgbouncer here")

SIZE = 4


@pytest.fixture
def pooled_url(postgres: Postgres, postgres_url: str) -> Iterator[str]:
    with pgbouncer(postgres, size=SIZE) as port:
        yield postgres_url.replace(f":{postgres.port}/", f":{port}/")


def test_two_nodes_share_few_connections(
    postgres: Postgres, pooled_url: str, tmp_path: Path
) -> None:
    settings = {"DOVETAIL_PGBOUNCER": "true"}
    with contextlib.ExitStack() as stack:
        nodes = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            node = running(pooled_url, tmp_path / name, workers=2, settings=settings)
            nodes.append(stack.enter_context(node))
        with Load([each.url for each in nodes], clients=16) as load:
            load.wait_for_more(150)
            name = pooled_url.rpartition("/")[2]
            used = postgres.run("SELECT datname FROM pg_stat_activity").count((name,))
        outcomes = load.compare()
        logs = [each.output() for each in nodes]

    assert {*outcomes.answers} <= {200, 404}
    assert outcomes.deleted
    assert 1 <= used <= SIZE
    assert not any("not served from memory" in each for each in logs)


def _cause(raised: pytest.ExceptionInfo[StoreUnavailable]) -> BaseException | None:
    found = raised.value.__cause__
    assert isinstance(found, DBAPIError)
    return found.orig


def test_timeouts_hold_and_do_not_outlast_a_transaction(pooled_url: str) -> None:
    opened = Database(pooled_url, timeout=1, pooler=True)
    migrations.upgrade(opened)
    asleep = text("SELECT pg_sleep(30)")

    with pytest.raises(StoreUnavailable) as written, opened.writing() as db:
        db.execute(asleep)
    # Outside a transaction only we can count the time.
    with pytest.raises(StoreUnavailable) as read, opened.reading() as db:
        db.execute(asleep)
    time.sleep(1)
    with opened.reading() as db:
        left = [db.scalar(text("SHOW statement_timeout")) for _ in range(2 * SIZE)]
    opened.close()

    assert isinstance(_cause(written), psycopg.errors.QueryCanceled)
    assert isinstance(_cause(read), Silent)
    assert left == ["0"] * 2 * SIZE


def test_many_statements_leave_none_prepared(pooled_url: str) -> None:
    opened = Database(pooled_url, pooler=True)
    for _ in range(20):
        with opened.reading() as db:
            db.execute(text("SELECT 1 + :n"), {"n": 1})
    with opened.reading() as db:
        prepared = db.execute(text("SELECT * FROM pg_prepared_statements")).all()
    opened.close()

    assert prepared == []
