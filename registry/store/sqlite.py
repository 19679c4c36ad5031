"""Connections to SQLite."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event

__all__ = ["sqlite_engine"]


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
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine
