"""One look at the database for all requests that wait for one, on an event loop.

A kept answer may be given once the database was looked at *after* the request
had arrived, and was found as it was when the answer was made. Requests that
arrive together share a look.
"""

from __future__ import annotations

from asyncio import AbstractEventLoop
from collections.abc import Callable
from typing import Protocol, TypeAlias

from registry.front.watch import Moment, SqliteWatch

__all__ = ["Looks", "SqliteLooks", "Waiting"]

Waiting: TypeAlias = Callable[[Moment | None], None]
"""What is told the state of the database, None when it is not known."""


class Looks(Protocol):
    """What tells requests the state of the database."""

    def leased(self) -> Moment | None:
        """Return what answers that last may rely on without a look."""

    def ask(self, waiting: Waiting) -> None:
        """Tell a state from after this call; never within the call."""

    def close(self) -> None:
        """Stop."""


class SqliteLooks:
    """Looks once for all requests that one turn of the event loop has read."""

    def __init__(self, watch: SqliteWatch, loop: AbstractEventLoop) -> None:
        self._watch = watch
        self._loop = loop
        self._waiting: list[Waiting] = []

    def leased(self) -> Moment | None:
        """Return nothing: a look is cheap."""
        return None

    def ask(self, waiting: Waiting) -> None:
        """Look once this turn's requests are read."""
        if not self._waiting:
            self._loop.call_soon(self._look)
        self._waiting.append(waiting)

    def close(self) -> None:
        """Close the file."""
        self._watch.close()

    def _look(self) -> None:
        waiting, self._waiting = self._waiting, []
        now = self._watch.now()
        for each in waiting:
            each(now)
