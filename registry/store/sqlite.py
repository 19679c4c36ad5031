"""Connections to SQLite."""

from __future__ import annotations

import sqlite3
import time
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

from registry.store.statement import reraise

__all__ = ["sqlite_engine"]

_PAUSE = 0.001

# A registration changes about a dozen pages of 4 kB, most of them in indexes of
# hashes: SQLite's own 1,000 would copy them all into the file every 80.
_CHECKPOINT_PAGES = 8_000


def sqlite_engine(url: URL, *, pool_size: int, timeout: float) -> Engine:
    """Return an engine whose connections wait ``timeout`` s for the write lock."""
    # As many as are in use at once: one beyond that would be opened anew each time.
    engine = create_engine(
        url,
        pool_size=pool_size,
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

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            _begin(connection, timeout)

    return engine


def _begin(connection: Connection, timeout: float) -> None:
    """Take the write lock, asking again each millisecond while others have it.

    SQLite by itself asks after ever longer pauses, up to a tenth of a second, so
    that who has waited longest waits longest still.
    """
    deadline = time.monotonic() + timeout
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA busy_timeout=0")
    try:
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
    finally:
        driver.execute(f"PRAGMA busy_timeout={int(timeout * 1000)}")
