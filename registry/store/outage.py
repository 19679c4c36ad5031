"""While the database does not answer, nobody waits for it but one."""

from __future__ import annotations

import time
from threading import Lock

from registry.errors import StoreUnavailable

__all__ = ["Outage"]


class Outage:
    """Refuses at once, while the database is silent, all callers but one at a time.

    Without it each thread would wait for the whole timeout, and what queues
    behind them would wait many times that. The one that is let through
    finds out whether the database is back.
    """

    def __init__(self, *, pause: float, patience: float) -> None:
        """``pause`` s are between two attempts; one may take ``patience`` s."""
        self._pause = pause
        self._patience = patience
        self._lock = Lock()
        self._silent = False
        self._next = 0.0
        self._heard = 0.0

    def admit(self) -> None:
        """Return if the caller may try; else raise `StoreUnavailable`."""
        if not self._silent:
            return
        with self._lock:
            if self._silent and time.monotonic() < self._next:
                raise StoreUnavailable
            self._next = time.monotonic() + self._patience

    def begin(self, *, waited: float = 0) -> None:
        """Say that the database has not answered for ``waited`` s.

        Nothing follows if it has answered somebody else meanwhile.
        """
        with self._lock:
            now = time.monotonic()
            if waited and self._heard > now - waited:
                return
            self._silent = True
            self._next = now + self._pause

    def end(self) -> None:
        """Say that the database answered."""
        self._heard = time.monotonic()
        self._silent = False
