"""Connections to PostgreSQL: directly, to several hosts, or through PgBouncer."""

from __future__ import annotations

import time
from collections.abc import Generator
from typing import Any, TypeVar

import psycopg
from sqlalchemy import URL, Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

from registry.store.faults import is_read_only

__all__ = ["Silent", "postgresql_engine"]

T = TypeVar("T")

# How long one host may take to accept a connection, where that is allowed so long.
_CONNECT_SECONDS = 5

# A connection that has been used so lately is not asked first whether it is alive.
_ALIVE_SECONDS = 0.5

# The server is given this much longer than its own timeouts to tell of them.
_GRACE = 1.0


class Silent(psycopg.OperationalError):
    """The server neither answered nor refused for ``silent`` s."""

    def __init__(self, silent: float) -> None:
        super().__init__(f"the database did not answer within {silent:g} s")
        self.silent = silent


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that gives up on a server that does not answer.

    The server's own timeouts do nothing while it hangs or the network
    swallows its packets, and the driver would wait for ever.
    """

    patience: float

    def wait(self, gen: Generator[Any, Any, T], *args: Any, **kwargs: Any) -> T:
        """Wait for an answer, or close the connection and raise `Silent`."""
        try:
            wanted = next(gen)
        except StopIteration as done:  # most often, as what is sent at once is queued
            result: T = done.value
            return result
        try:
            return super().wait(_until(gen, wanted, self.patience), *args, **kwargs)
        except Silent:
            self.close()
            raise


def postgresql_engine(
    url: URL, *, pool_size: int, timeout: float, lock_timeout: float, pooler: bool
) -> Engine:
    """Return an engine whose statements take up to ``timeout`` s, waits for one too.

    ``pooler`` says that a connection may reach another server process for
    each transaction: nothing is set or prepared beyond one.
    """
    limits = {"statement_timeout": timeout, "lock_timeout": lock_timeout}
    arguments: dict[str, Any] = {
        "connect_timeout": max(2, min(_CONNECT_SECONDS, int(timeout)))
    }
    if pooler:
        arguments["prepare_threshold"] = None
    else:
        arguments["options"] = " ".join(
            f"-c {name}={int(seconds * 1000)}" for name, seconds in limits.items()
        )
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=timeout,
        pool_use_lifo=True,  # what was used last has its statements prepared
        use_native_hstore=False,  # asked for on each new connection, and unused
        connect_args=arguments,
    )

    @event.listens_for(engine, "do_connect")
    def connect(
        _dialect: Dialect, _record: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> BoundedConnection:
        made = BoundedConnection.connect(*args, **kwargs)
        made.patience = timeout + _GRACE
        return made

    # New ones are as good as used: of two that fail, the pool makes a fault of ours.
    @event.listens_for(engine, "connect")
    @event.listens_for(engine, "checkin")
    def note(_driver: Any, record: ConnectionPoolEntry) -> None:
        record.info["used"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ping(driver: Any, record: ConnectionPoolEntry, _lent: Any) -> None:
        if time.monotonic() < record.info.get("used", 0.0) + _ALIVE_SECONDS:
            return
        try:
            engine.dialect.do_ping(driver)
        except psycopg.Error as error:
            # The others are as old, so the pool makes each of them anew.
            raise InvalidatePoolError from error

    @event.listens_for(engine, "handle_error")
    def leave_a_standby(context: ExceptionContext) -> None:
        # The pool then connects anew, to the host that takes writes now.
        if is_read_only(context.original_exception):
            context.is_disconnect = True

    if pooler:

        @event.listens_for(engine, "begin")
        def limit(connection: Connection) -> None:
            options = connection.get_execution_options()
            if options.get("isolation_level") != "AUTOCOMMIT":
                connection.exec_driver_sql(
                    "; ".join(
                        f"SET LOCAL {name} = {int(seconds * 1000)}"
                        for name, seconds in limits.items()
                    )
                )

    return engine


def _until(
    gen: Generator[Any, Any, T], wanted: Any, patience: float
) -> Generator[Any, Any, T]:
    """Run ``gen``, a driver's exchange with the server, for up to ``patience`` s.

    It waits for ``wanted`` already. Whoever runs it comes back from each wait
    within a fraction of a second.
    """
    deadline = time.monotonic() + patience
    try:
        while True:
            ready = yield wanted
            wanted = gen.send(ready)
            if time.monotonic() > deadline:
                raise Silent(patience)
    except StopIteration as done:
        result: T = done.value
        return result
