"""A bounded table whose reads take no lock: the hot path of every message."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Lru"]

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lru(Generic[K, V]):
    """Keeps up to ``capacity`` values; above that the oldest half goes.

    `get` is one dict read; only a table that holds values with a lifetime
    looks at the clock as well.
    """

    def __init__(self, capacity: int) -> None:
        self._capacity = max(capacity, 2)
        self._kept: dict[K, V] = {}
        self._until: dict[K, float] = {}
        self._lock = Lock()
        self.get: Callable[[K], V | None] = self._kept.get

    def put(self, key: K, value: V, lifetime: float = float("inf")) -> None:
        """Keep ``value`` for ``lifetime`` seconds."""
        with self._lock:
            if key not in self._kept and len(self._kept) >= self._capacity:
                for old in list(self._kept)[: self._capacity // 2]:
                    del self._kept[old]
                    self._until.pop(old, None)
            self._kept[key] = value
            if lifetime != float("inf"):
                self._until[key] = time.monotonic() + lifetime
                self.get = self._get_in_time

    def get_stale(self, key: K) -> V | None:
        """Return the value for ``key``, also after its lifetime."""
        return self._kept.get(key)

    def _get_in_time(self, key: K) -> V | None:
        if time.monotonic() >= self._until.get(key, float("inf")):
            return None
        return self._kept.get(key)

    def __len__(self) -> int:
        return len(self._kept)
