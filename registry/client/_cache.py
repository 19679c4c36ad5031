"""Answers kept in memory: bounded, some for ever, some for a time."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Collection
from threading import Lock
from typing import Any

from registry.client._operations._operation import Key

__all__ = ["MISSING", "AnswerCache"]

MISSING = object()
"""What `AnswerCache.get` returns for a key it does not keep."""


class AnswerCache:
    """The least recently used answer goes first; safe under threads."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._kept: OrderedDict[Key, tuple[Any, float]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key, *, stale: bool = False) -> Any:
        """Return the answer for ``key``; with ``stale`` also one past its time."""
        with self._lock:
            answer, until = self._kept.get(key, (MISSING, 0.0))
            if answer is MISSING or (not stale and time.monotonic() >= until):
                return MISSING
            self._kept.move_to_end(key)
            return answer

    def put(self, key: Key, answer: Any, lifetime: float) -> None:
        """Keep ``answer`` for ``lifetime`` seconds; it can be infinite."""
        with self._lock:
            self._kept[key] = answer, time.monotonic() + lifetime
            self._kept.move_to_end(key)
            while len(self._kept) > self._capacity:
                self._kept.popitem(last=False)

    def forget(self, paths: Collection[str]) -> None:
        """Drop the answers of operations at ``paths``."""
        if not paths:
            return
        with self._lock:
            for key in [each for each in self._kept if each[1] in paths]:
                del self._kept[key]

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._kept.clear()

    def __len__(self) -> int:
        return len(self._kept)
