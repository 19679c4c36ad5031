"""What tells whether kept answers still hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from registry.front.watch import (
    LEASE_SECONDS,
    Moment,
    PostgresWatch,
    SqliteWatch,
    Watch,
    watch,
)
from registry.store import deletions
from registry.store.engine import Database
from registry.store.migrations import upgrade


@pytest.fixture
def opened(database: str) -> Iterator[Database]:
    made = Database(database)
    upgrade(made)
    yield made
    made.close()


@pytest.fixture
def watched(opened: Database) -> Iterator[Watch]:
    found = watch(opened)
    assert found is not None
    yield found
    found.close()


def wait_for(watched: Watch, ready: Callable[[Moment | None], bool]) -> Moment | None:
    deadline = time.monotonic() + 10
    while not ready(now := watched.now()):
        assert time.monotonic() < deadline, now
        time.sleep(0.005)
    return now


def test_a_deletion_is_seen_before_its_lease_ends(
    opened: Database, watched: Watch
) -> None:
    before = wait_for(watched, lambda now: now is not None)
    assert before is not None

    with opened.writing() as db:
        deletions.count_one_more(db)
    committed = time.monotonic()
    if isinstance(watched, PostgresWatch):
        while time.monotonic() - committed < LEASE_SECONDS:
            time.sleep(0.005)

    after = wait_for(watched, lambda now: now is not None)
    assert after is not None
    assert after.deletions == before.deletions + 1


def test_sqlite_asked_over_another_connection_vouches_for_nothing_older(
    tmp_path: Path,
) -> None:
    opened = Database(f"sqlite:///{tmp_path}/d.db")
    upgrade(opened)
    watched = SqliteWatch(f"{tmp_path}/d.db")
    before = watched.now()
    watched.close()
    with opened.writing() as db:
        db.execute(text("INSERT INTO modes VALUES ('s', 'IMPORT')"))

    after = watched.now()

    assert before is not None
    assert after is not None
    assert before.commits != after.commits
    watched.close()
    opened.close()


def test_sqlite_sees_each_commit_of_another_connection(tmp_path: Path) -> None:
    opened = Database(f"sqlite:///{tmp_path}/d.db")
    upgrade(opened)
    watched = SqliteWatch(f"{tmp_path}/d.db")
    seen = [watched.now()]
    for _ in range(3):
        assert watched.now() == seen[-1]
        with opened.writing() as db:
            db.execute(text("INSERT INTO modes VALUES ('s', 'IMPORT')"))
            db.execute(text("DELETE FROM modes"))
        seen.append(watched.now())
    watched.close()
    opened.close()

    assert len({each.commits for each in seen if each}) == 4
    assert {each.deletions for each in seen if each} == {0}


def test_sqlite_that_can_not_be_read_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "d.db").write_bytes(b"no database" * 1000)
    watched = SqliteWatch(f"{tmp_path}/d.db")

    assert watched.now() is None
    watched.close()


def test_a_lease_ends_while_postgresql_does_not_answer(postgres_url: str) -> None:
    opened = Database(postgres_url)
    upgrade(opened)
    watched = PostgresWatch(opened)
    wait_for(watched, lambda now: now is not None)

    with opened.writing() as db:
        db.execute(text("LOCK TABLE deletions IN ACCESS EXCLUSIVE MODE"))
        begun = time.monotonic()
        wait_for(watched, lambda now: now is None)
        silent = time.monotonic() - begun
    again = wait_for(watched, lambda now: now is not None)
    watched.close()
    opened.close()

    assert silent < LEASE_SECONDS + 0.5
    assert again == Moment(None, 0)


def test_the_watch_comes_back_after_its_connection_was_cut(postgres_url: str) -> None:
    opened = Database(postgres_url)
    upgrade(opened)
    watched = PostgresWatch(opened)
    wait_for(watched, lambda now: now is not None)
    with opened.reading() as db:
        db.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE pid <> pg_backend_pid() AND datname = current_database()"
            )
        )

    wait_for(watched, lambda now: now is None)
    assert wait_for(watched, lambda now: now is not None) == Moment(None, 0)
    watched.close()
    opened.close()


def test_a_database_in_memory_is_not_watched() -> None:
    opened = Database("sqlite://")

    assert watch(opened) is None
    opened.close()
