"""The database: how connections are made, and what a transaction is."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from registry.errors import StoreUnavailable
from registry.store.faults import mapped, retriable
from registry.store.outage import Outage
from registry.store.sqlite import SqliteWriter, sqlite_engine
from registry.store.statement import reraise

__all__ = ["Database"]

T = TypeVar("T")

_LOG = logging.getLogger(__name__)

_ATTEMPTS = 5
_PAUSE = 0.5


class Database:
    """One database, SQLite or PostgreSQL, behind a pool of connections."""

    def __init__(
        self,
        url: str,
        *,
        pool_size: int = 10,
        timeout: float = 10,
        lock_timeout: float | None = None,
        pooler: bool = False,
    ) -> None:
        """Prepare to connect to ``url``; nothing is opened yet.

        ``timeout`` is in seconds: how long a statement may take, and how long
        to wait for a connection of the pool; ``lock_timeout`` the part of it
        that may be spent on waiting for a lock, all where it is None.
        ``pooler`` says that a pooler such as PgBouncer is in between, which
        gives a server's process for one transaction only.
        """
        self.url = make_url(url)
        self.sqlite = self.url.get_backend_name() == "sqlite"
        self._pooler = pooler
        self._timeout = timeout
        self._turn = Lock()
        self._writer: SqliteWriter | None = None
        if self.sqlite:
            self.engine = sqlite_engine(self.url, pool_size=pool_size, timeout=timeout)
            # Nobody sends BEGIN here, so each statement is a transaction.
            self._reader = self.engine
            self._writer = SqliteWriter(self.url, timeout=timeout)
        else:
            self.engine = _postgresql(
                self.url,
                pool_size=pool_size,
                timeout=timeout,
                lock_timeout=timeout if lock_timeout is None else lock_timeout,
                pooler=pooler,
            )
            self._reader = self.engine.execution_options(
                reading=True, isolation_level="AUTOCOMMIT"
            )
        self._outage = Outage(pause=_PAUSE, patience=2 * timeout)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection for reading; each statement sees what is committed."""
        with self._mapping(), self._connected(self._reader) as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection in a transaction, committed unless an error leaves it.

        SQLite begins IMMEDIATE: the write lock is taken first, so nothing
        that was read can change before it is written. PostgreSQL runs READ
        COMMITTED; each store function that needs a lock says which it takes.
        """
        with self._mapping(), self._transaction() as connection:
            yield connection

    def write(
        self, work: Callable[[Connection], T], *, on: Connection | None = None
    ) -> T:
        """Run ``work`` in a transaction, again when the database asks for it.

        ``on`` is a connection of `reading` that nothing is being read from: the
        transaction is tried on it first, where that saves taking another one.
        """
        deadline = time.monotonic() + self._timeout
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with self._transaction(on if attempt == 1 else None) as connection:
                    return work(connection)
            except (DBAPIError, PoolTimeout) as error:
                late = attempt == _ATTEMPTS or time.monotonic() > deadline
                if late or not retriable(error):
                    raise self._meant(error) from error
                time.sleep(random.uniform(0, 0.02 * 2**attempt))  # noqa: S311 - jitter
        raise AssertionError("unreachable")

    def with_timeouts(self, timeout: float, lock_timeout: float) -> Database:
        """Return the same database with other limits, and connections of its own."""
        return Database(
            self.url.render_as_string(hide_password=False),
            timeout=timeout,
            lock_timeout=lock_timeout,
            pooler=self._pooler,
        )

    def close(self) -> None:
        """Close every connection."""
        if self._writer is not None:
            self._writer.close()
        self.engine.dispose()

    @contextmanager
    def _transaction(self, on: Connection | None = None) -> Iterator[Connection]:
        if self._writer is not None:
            with self._waiting_for_turn(), self._writer.transaction() as connection:
                yield connection
        elif on is not None and not self._pooler:
            with _transaction_on(on):
                yield on
        else:
            with self._connected(self.engine) as connection, connection.begin():
                yield connection

    @contextmanager
    def _waiting_for_turn(self) -> Iterator[None]:
        """Let one thread of this process at a time write to SQLite.

        Only one can, and waiting for a lock here costs nothing: one that waited
        in SQLite would ask for it over and over.
        """
        if not self._turn.acquire(timeout=self._timeout):
            raise StoreUnavailable
        try:
            yield
        finally:
            self._turn.release()

    @contextmanager
    def _connected(self, engine: Engine) -> Iterator[Connection]:
        self._outage.admit()
        try:
            connection = engine.connect()
        except DBAPIError:
            if not self.sqlite:
                self._outage.begin()
            raise
        with connection:
            self._outage.end()
            yield connection

    @contextmanager
    def _mapping(self) -> Iterator[None]:
        try:
            yield
        except (DBAPIError, PoolTimeout) as error:
            raise self._meant(error) from error

    def _meant(self, error: Exception) -> Exception:
        """Return what to raise in the place of a driver's error."""
        silent = getattr(getattr(error, "orig", None), "silent", None)
        if silent is not None:
            self._outage.begin(waited=silent)
        meant = mapped(error)
        if isinstance(meant, StoreUnavailable):
            # The caller learns only that it has to wait; whoever runs this, why.
            _LOG.warning("the database: %s", getattr(error, "orig", None) or error)
        return meant


@contextmanager
def _transaction_on(connection: Connection) -> Iterator[None]:
    """Make what the block runs on ``connection``, an autocommitting one, atomic."""
    driver: Any = connection.connection.driver_connection
    driver.autocommit = False
    try:
        yield
        try:
            driver.commit()
        except Exception as error:
            reraise(connection, "COMMIT", None, error)
    except BaseException:
        with suppress(Exception):  # the pool sees to what is broken
            driver.rollback()
            driver.autocommit = True
        raise
    driver.autocommit = True


def _postgresql(url: URL, **limits: Any) -> Engine:
    # Here, as the driver is an extra that SQLite does without.
    from registry.store.postgresql import postgresql_engine

    return postgresql_engine(url, **limits)
