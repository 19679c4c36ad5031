"""Many clients make the same context at once, on PostgreSQL."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from sqlalchemy import text

from registry.store import contexts
from registry.store.engine import Database


@pytest.fixture
def database(empty_registry: Callable[..., Database]) -> Database:
    """A node's view of an empty registry; its waits for a lock are short."""
    return empty_registry(lock_timeout=0.5)


def wait_until_somebody_waits(database: Database) -> None:
    """Return once a transaction waits for another one's."""
    waiting = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        " AND datname = current_database()"
    )
    deadline = time.monotonic() + 30
    while True:
        with database.reading() as db:
            if db.scalar(waiting):
                return
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.01)


def test_who_waited_for_a_new_context_holds_no_lock_on_it(
    database: Database, postgres_url: str
) -> None:
    # Who has a new subject of the context waits for its counter, and the one that
    # came late for the subject: a lock on the context would make that a deadlock.
    patient = Database(postgres_url)
    made, done = Event(), Event()

    def come_late() -> int:
        with patient.writing() as late:
            context = contexts.ensure_context(late, ":.new:")
            made.set()
            assert done.wait(30)
            return context

    with ThreadPoolExecutor(1) as pool:
        with database.writing() as first:
            context = contexts.ensure_context(first, ":.new:")
            later = pool.submit(come_late)
            wait_until_somebody_waits(database)
        assert made.wait(30)
        try:
            with database.writing() as other:
                assert contexts.lock_ids(other, context) == 0
        finally:
            done.set()
        assert later.result() == context
    patient.close()


def test_a_hidden_context_is_revived_with_its_counter(database: Database) -> None:
    with database.writing() as db:
        context = contexts.ensure_context(db, ":.old:")
        contexts.allot_id(db, context)
        assert contexts.delete_context(db, ":.old:")

    with database.writing() as db:
        assert contexts.names(db, ":.old") == []
        assert contexts.ensure_context(db, ":.old:") == context
        assert contexts.names(db, ":.old") == [":.old:"]
        assert contexts.allot_id(db, context) == 2
