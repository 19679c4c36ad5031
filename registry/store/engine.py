"""The database: how connections are made, and what a transaction is."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.errors import StoreUnavailable

__all__ = ["Database"]

T = TypeVar("T")

_BUSY_SECONDS = 20
_ATTEMPTS = 5

# Serialization failure and deadlock: PostgreSQL asks to run the whole again.
_RETRIED = frozenset({"40001", "40P01"})


class Database:
    """One database, SQLite or PostgreSQL, behind a pool of connections."""

    def __init__(self, url: str, *, pool_size: int = 10, timeout: float = 30) -> None:
        """Prepare to connect to ``url``; nothing is opened yet.

        ``timeout`` is in seconds: how long a statement may take, and how long
        to wait for a connection of the pool.
        """
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = (
            _sqlite(url, pool_size)
            if self.sqlite
            else _postgresql(url, pool_size, timeout)
        )
        # The sqlite3 driver commits by itself once BEGIN is ours to send.
        option = {"reading": True} if self.sqlite else {"isolation_level": "AUTOCOMMIT"}
        self._reader = self.engine.execution_options(**option)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for reading; each statement sees what is committed."""
        with _mapped_errors(), self._reader.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction, committed unless an error leaves it.

        SQLite begins IMMEDIATE: the write lock is taken first, so nothing
        that was read can change before it is written. PostgreSQL runs READ
        COMMITTED; each store function that needs a lock says which it takes.
        """
        with _mapped_errors(), self.engine.begin() as connection:
            yield connection

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run ``work`` in a transaction, again when the database asks for it."""
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self.engine.begin() as connection:
                    return work(connection)
            except (DBAPIError, PoolTimeout) as error:
                if attempt == _ATTEMPTS or not _retriable(error):
                    raise _mapped(error) from error
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Close every pooled connection."""
        self.engine.dispose()


def _sqlite(url: str, pool_size: int) -> Engine:
    # As many as are in use at once: one beyond that would be opened anew each time.
    engine = create_engine(
        url,
        pool_size=pool_size,
        connect_args={"timeout": _BUSY_SECONDS, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: Any) -> None:
        # The driver would begin DEFERRED by itself; BEGIN is ours, below.
        connection.isolation_level = None
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            f"busy_timeout={_BUSY_SECONDS * 1000}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("reading"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _postgresql(url: str, pool_size: int, timeout: float) -> Engine:
    milliseconds = int(timeout * 1000)
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=timeout,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": max(2, int(timeout)),
            "options": f"-c statement_timeout={milliseconds} "
            f"-c lock_timeout={milliseconds}",
        },
    )


@contextmanager
def _mapped_errors() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        raise _mapped(error) from error


def _mapped(error: Exception) -> Exception:
    """Return `StoreUnavailable` for what waiting can mend, else the error."""
    if isinstance(error, OperationalError | PoolTimeout) or _retriable(error):
        return StoreUnavailable()
    return error


def _retriable(error: Exception) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    return getattr(error.orig, "sqlstate", None) in _RETRIED
