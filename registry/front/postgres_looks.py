"""Looks at PostgreSQL from an event loop: one query at a time, for all who wait."""

from __future__ import annotations

import logging
import time
from asyncio import AbstractEventLoop, Future
from typing import TYPE_CHECKING, Any, cast

import psycopg

from registry.front.looks import Waiting
from registry.front.watch import LEASE_SECONDS, Moment
from registry.store.engine import Database

if TYPE_CHECKING:
    from psycopg.pq.abc import PGconn, PGresult

__all__ = ["PostgresLooks"]

# Equal snapshots see the same rows: no transaction has ended in between. Not so
# on a standby, whose snapshots name no transactions; and another server, or the
# same one started again, may give their numbers anew.
_LOOK = (
    b"SELECT count, pg_is_in_recovery(), pg_postmaster_start_time(),"
    b" pg_current_snapshot() FROM deletions"
)

# A look that takes longer is given up: the application behind knows how to wait.
_PATIENCE = 1.0
_RETRY = 1.0
_TICK = 0.05
# After so long without a request, the lease is no longer kept up.
_IDLE = 2.0

_LOG = logging.getLogger(__name__)


class _Standby(Exception):
    pass


class PostgresLooks:
    """A connection of its own, used through libpq without waiting for it.

    Who asks while a look is under way waits for the next. Each look also
    gives a lease on the count of deletions, from before it was sent.
    """

    def __init__(self, database: Database, loop: AbstractEventLoop) -> None:
        self._database = database
        self._loop = loop
        self._connection: psycopg.Connection[Any] | None = None
        # Kept apart: a lost connection no longer tells its own.
        self._socket = -1
        self._opening = False
        self._retry_at = 0.0
        self._waiting: list[Waiting] = []
        self._asking: list[Waiting] | None = None
        self._result: PGresult | None = None
        self._asked = 0.0
        self._used = 0.0
        self._ticking = False
        self._heard = Moment(None, -1)
        self._until = 0.0

    def leased(self) -> Moment | None:
        """Return the count that was heard last, while its lease lasts."""
        self._used = time.monotonic()
        return self._heard if self._used < self._until else None

    def ask(self, waiting: Waiting) -> None:
        """Send a look, or wait for the one that is under way and then send one."""
        self._used = time.monotonic()
        self._waiting.append(waiting)
        if self._asking is None:
            self._send()
        if not self._ticking:
            self._ticking = True
            self._loop.call_later(_TICK, self._tick)

    def close(self) -> None:
        """Close the connection; who waits is told nothing more."""
        self._retry_at = float("inf")
        self._asking, self._waiting = [], []
        self._disconnect()

    def _send(self) -> None:
        self._asking, self._waiting = self._waiting, []
        self._asked = time.monotonic()
        self._result = None
        if self._connection is None:
            self._open()
            self._loop.call_soon(self._tell, None)
            return
        try:
            self._connection.pgconn.send_query(_LOOK)
            self._connection.pgconn.flush()
        except psycopg.Error as error:
            self._loop.call_soon(self._lose, error)

    def _readable(self) -> None:
        if self._connection is None:
            return
        try:
            if self._received(self._connection.pgconn) and self._asking is not None:
                self._tell(_moment(self._result))
        except (psycopg.Error, _Standby) as error:
            self._lose(error)

    def _received(self, pgconn: PGconn) -> bool:
        """Take what has come; return whether the look is over."""
        pgconn.consume_input()
        while not pgconn.is_busy():
            result = pgconn.get_result()
            if result is None:
                return True
            self._result = result
        return False

    def _tell(self, now: Moment | None) -> None:
        told, self._asking = self._asking or [], None
        if now is not None:
            self._heard = now._replace(commits=None)
            self._until = self._asked + LEASE_SECONDS
        if self._waiting:
            self._send()
        for each in told:
            each(now)

    def _tick(self) -> None:
        """Give up a look that takes too long; keep up the lease while it is used."""
        now = time.monotonic()
        if self._asking is None:
            self._ticking = now < self._used + _IDLE
            if self._ticking:
                self._send()
        elif now > self._asked + _PATIENCE:
            self._lose(TimeoutError("PostgreSQL does not answer"))
        if self._ticking:
            self._loop.call_later(_TICK, self._tick)

    def _open(self) -> None:
        if not self._opening and time.monotonic() >= self._retry_at:
            self._opening = True
            opening = self._loop.run_in_executor(None, self._connect)
            opening.add_done_callback(self._opened)

    def _connect(self) -> psycopg.Connection[Any]:
        """Connect as the pool does, and take the connection out of it."""
        pooled = self._database.engine.raw_connection()
        pooled.rollback()
        connection = cast("psycopg.Connection[Any]", pooled.driver_connection)
        pooled.detach()
        return connection

    def _opened(self, opening: Future[psycopg.Connection[Any]]) -> None:
        self._opening = False
        try:
            self._connection = opening.result()
        except Exception as error:  # whatever it is, the application reports it
            self._lose(error)
            return
        self._socket = self._connection.fileno()
        self._loop.add_reader(self._socket, self._readable)

    def _lose(self, error: Exception) -> None:
        _LOG.warning("answers are not served from memory: %s", error)
        self._retry_at = max(self._retry_at, time.monotonic() + _RETRY)
        self._disconnect()
        self._tell(None)

    def _disconnect(self) -> None:
        if self._connection is not None:
            self._loop.remove_reader(self._socket)
            self._connection.close()
            self._connection = None


def _moment(result: PGresult | None) -> Moment | None:
    """Return the state that a look found, None for one that says nothing.

    Raises `_Standby` where none can be trusted: another server leads by now.
    """
    if result is None or not result.ntuples:
        _LOG.warning(
            "answers are not served from memory: %s",
            result.error_message.decode(errors="replace") if result else "no answer",
        )
        return None
    count, standby, *state = (result.get_value(0, column) for column in range(4))
    if standby == b"t":
        raise _Standby("the server takes no writes")
    return Moment(b" ".join(filter(None, state)), int(count or -1))
