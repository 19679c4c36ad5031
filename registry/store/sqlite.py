"""Connections to SQLite."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import QueuePool

from registry.store.statement import reraise

__all__ = ["SqliteWriter", "sqlite_engine"]

_PAUSE = 0.001

# A registration changes about a dozen pages of 4 kB, most of them in indexes of
# hashes: SQLite's own 1,000 would copy them all into the file every 80.
_CHECKPOINT_PAGES = 8_000


def sqlite_engine(url: URL, *, pool_size: int, timeout: float) -> Engine:
    """Return an engine whose connections wait ``timeout`` s for others' locks."""
    # As many as are in use at once: one beyond that would be opened anew each time.
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        pool_use_lifo=True,  # what was used last has its statements at hand
        connect_args={"timeout": timeout, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver would begin DEFERRED by itself; BEGIN is ours, below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"wal_autocheckpoint={_CHECKPOINT_PAGES}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


class SqliteWriter:
    """The one connection that this process writes through; one thread at a time.

    It asks for the write lock again each millisecond while another process has
    it. SQLite by itself asks after ever longer pauses, up to a tenth of a second,
    so that who has waited longest waits longest still.
    """

    def __init__(self, url: URL, *, timeout: float) -> None:
        """Prepare to wait ``timeout`` s for the write lock; nothing is opened yet."""
        self._engine = sqlite_engine(url, pool_size=1, timeout=timeout)
        self._kept: Connection | None = None

        @event.listens_for(self._engine, "connect")
        def wait_here_instead(connection: sqlite3.Connection, _record: Any) -> None:
            connection.execute("PRAGMA busy_timeout=0")

        @event.listens_for(self._engine, "begin")
        def begin(connection: Connection) -> None:
            _begin(connection, timeout)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give the connection in a transaction that has the write lock."""
        connection = self._kept or self._engine.connect()
        self._kept = None
        try:
            with connection.begin():
                yield connection
        except DBAPIError:
            connection.close()
            raise
        except BaseException:
            self._kept = connection
            raise
        self._kept = connection

    def close(self) -> None:
        """Close the connection, when no thread is writing."""
        if self._kept is not None:
            self._kept.close()
            self._kept = None
        self._engine.dispose()


def _begin(connection: Connection, timeout: float) -> None:
    deadline = time.monotonic() + timeout
    driver: Any = connection.connection.driver_connection
    while True:
        try:
            driver.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > deadline:
                reraise(connection, "BEGIN IMMEDIATE", (), error)
            time.sleep(_PAUSE)
        else:
            return
