"""Whether anything has changed since an answer was made, at next to no cost."""

from __future__ import annotations

import logging
import sqlite3
import time
from threading import Event, Lock, Thread
from typing import NamedTuple, Protocol

from registry.store import deletions
from registry.store.engine import Database

__all__ = ["LEASE_SECONDS", "Moment", "PostgresWatch", "SqliteWatch", "Watch", "watch"]

LEASE_SECONDS = 0.15
"""How long a process may rely on what it last heard from PostgreSQL.

The same in every process, as a deletion waits for it: no setting.
"""

_POLL_SECONDS = 0.05

_LOG = logging.getLogger(__name__)


class Moment(NamedTuple):
    """A state of the database: equal ones give equal answers.

    ``commits`` stands for all that is committed. It is None where that can't be
    known without asking; then only what nothing but a deletion changes can be
    answered from memory.
    """

    commits: tuple[int, int] | bytes | None
    deletions: int


class Watch(Protocol):
    """What tells the state of the database."""

    def now(self) -> Moment | None:
        """Return the state now, None when it is not known."""

    def close(self) -> None:
        """Stop watching."""


def watch(database: Database) -> Watch | None:
    """Return what watches ``database``; None for one in this process's memory."""
    if not database.sqlite:
        return PostgresWatch(database)
    file = database.url.database
    return SqliteWatch(file) if file and file != ":memory:" else None


class SqliteWatch:
    """Asks the file on every call: some microseconds, without a query.

    `PRAGMA data_version` changes whenever another connection, of any process,
    has committed; this one never writes. Source: SQLite's documentation.
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._lock = Lock()
        self._db: sqlite3.Connection | None = None
        # Each connection counts from a number of its own.
        self._connections = 0
        self._last: Moment | None = None

    def now(self) -> Moment | None:
        """Return the state as of this call."""
        with self._lock:
            try:
                return self._look()
            except sqlite3.Error as error:
                _LOG.warning("answers are not served from memory: %s", error)
                self._forget()
                return None

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._forget()

    def _look(self) -> Moment:
        if self._db is None:
            # Not waiting for a lock: the application behind knows how to.
            self._db = sqlite3.connect(
                self._file, timeout=0, isolation_level=None, check_same_thread=False
            )
            self._connections += 1
        (version,) = self._db.execute("PRAGMA data_version").fetchone()
        commits = (self._connections, version)
        if self._last is None or self._last.commits != commits:
            (count,) = self._db.execute("SELECT count FROM deletions").fetchone()
            self._last = Moment(commits, count)
        return self._last

    def _forget(self) -> None:
        if self._db is not None:
            self._db.close()
        self._db = self._last = None


class PostgresWatch:
    """A thread that asks twenty times a second, and a lease on each answer.

    The lease counts from before the question was sent, so it ends at most
    `LEASE_SECONDS` after the last moment at which the count was right.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._stop = Event()
        self._start = Lock()
        self._thread: Thread | None = None
        self._heard = Moment(None, -1)
        self._until = 0.0

    def now(self) -> Moment | None:
        """Return what was heard last, while its lease lasts."""
        if self._thread is None:
            self._begin()
        # This order: a later lease must not vouch for an earlier count.
        until, heard = self._until, self._heard
        return heard if time.monotonic() < until else None

    def close(self) -> None:
        """Stop the thread."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self) -> None:
        # On the first request: gunicorn forks its workers before that.
        with self._start:
            if self._thread is None:
                self._thread = Thread(target=self._poll, name="watch", daemon=True)
                self._thread.start()

    def _poll(self) -> None:
        while not self._stop.is_set():
            try:
                with self._database.reading() as db:
                    while not self._stop.is_set():
                        asked = time.monotonic()
                        self._heard = Moment(None, deletions.count(db))
                        self._until = asked + LEASE_SECONDS
                        self._stop.wait(_POLL_SECONDS)
            except Exception as error:  # a thread that ended would not come back
                _LOG.warning("answers are not served from memory: %s", error)
                self._stop.wait(1)
