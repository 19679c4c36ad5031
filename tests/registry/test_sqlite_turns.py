"""Who writes to SQLite waits for the others, and hears of it after a while."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import pytest

from registry.errors import StoreUnavailable
from registry.store.engine import Database


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "dovetail.db"


@pytest.fixture
def elsewhere(file: Path) -> Iterator[sqlite3.Connection]:
    """Another process's connection, as far as SQLite can tell."""
    made = sqlite3.connect(file, isolation_level=None, check_same_thread=False)
    made.execute("PRAGMA journal_mode=WAL")
    made.execute("CREATE TABLE written (number INTEGER)")
    made.execute("BEGIN IMMEDIATE")
    yield made
    made.close()


def write(database: Database, number: int) -> None:
    database.write(
        lambda db: db.exec_driver_sql("INSERT INTO written VALUES (?)", (number,))
    )


def test_until_the_other_is_done(file: Path, elsewhere: sqlite3.Connection) -> None:
    database = Database(f"sqlite:///{file}", timeout=30)
    other = Timer(0.3, lambda: elsewhere.execute("COMMIT"))
    other.start()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: write(database, number), range(100)))
    other.join()

    assert elsewhere.execute("SELECT count(*) FROM written").fetchone() == (100,)
    database.close()


def test_no_longer_than_the_timeout(file: Path, elsewhere: sqlite3.Connection) -> None:
    database = Database(f"sqlite:///{file}", timeout=0.3)
    with ThreadPoolExecutor(4) as pool:
        waiting = [pool.submit(write, database, number) for number in range(4)]
        assert {type(each.exception()) for each in waiting} == {StoreUnavailable}
    elsewhere.execute("COMMIT")
    write(database, 1)
    database.close()
