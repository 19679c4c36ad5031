"""What PostgreSQL's errors become: the server itself raises each of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from registry.errors import NotMigrated, StoreFull, StoreUnavailable
from registry.store.engine import Database


@pytest.fixture
def opened(postgres_url: str) -> Iterator[Database]:
    made = Database(postgres_url, pool_size=1)
    yield made
    made.close()


def _raise(db: Connection, code: str) -> None:
    body = f"BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END"
    db.execute(text(f"DO $$ {body} $$"))


def _write_to_a_standby(db: Connection) -> None:
    db.execute(text("SET TRANSACTION READ ONLY"))
    db.execute(text("CREATE TABLE t (n int)"))


@pytest.mark.parametrize(
    ("code", "meant"),
    [
        ("08006", StoreUnavailable),  # the connection failed
        ("25006", StoreUnavailable),  # a standby takes no writes
        ("25P03", StoreUnavailable),  # idle in a transaction for too long
        ("40001", StoreUnavailable),  # serialization failure, again and again
        ("42P01", NotMigrated),  # no such table
        ("53100", StoreFull),  # disk full
        ("53300", StoreUnavailable),  # too many connections
        ("55P03", StoreUnavailable),  # a lock was not to be had
        ("57014", StoreUnavailable),  # statement timeout
        ("57P03", StoreUnavailable),  # starting up
        ("58030", StoreUnavailable),  # input or output failed
        ("23505", DBAPIError),  # a unique constraint: a fault of ours
        ("XX000", DBAPIError),  # a fault of the server
    ],
)
def test_what_an_error_becomes(
    opened: Database, code: str, meant: type[Exception]
) -> None:
    with pytest.raises(meant), opened.reading() as db:
        _raise(db, code)
    with pytest.raises(meant):
        opened.write(lambda db: _raise(db, code))


def test_a_server_that_takes_no_writes_is_left(opened: Database) -> None:
    def process() -> int:
        with opened.reading() as db:
            found: int = db.execute(text("SELECT pg_backend_pid()")).scalar_one()
            return found

    first, again = process(), process()
    with pytest.raises(StoreUnavailable), opened.writing() as db:
        _write_to_a_standby(db)
    after = process()

    assert first == again != after


def test_a_serialization_failure_is_tried_again(opened: Database) -> None:
    tries = []

    def work(db: Connection) -> str:
        tries.append(1)
        if len(tries) < 3:
            _raise(db, "40001")
        return "done"

    assert (opened.write(work), len(tries)) == ("done", 3)
