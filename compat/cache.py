"""Where verdicts may be kept: they are immutable, so a hit is the answer."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Protocol

from compat.verdict import Reading

__all__ = ["Cache", "Key", "MemoryCache"]

Key = tuple[str, str, str, int, str]
"""Format, reader's and writer's fingerprint, steps allowed, engine version."""


class Cache(Protocol):
    """Remembers the answer of one format to one pair; safe under threads."""

    def get(self, key: Key) -> Reading | None:
        """Return the answer kept for ``key``, or None."""

    def put(self, key: Key, reading: Reading, cost: int) -> None:
        """Keep ``reading`` for ``key``; it took ``cost`` steps to find."""


class MemoryCache:
    """A bounded cache in this process; the least recently used goes first."""

    def __init__(self, size: int = 10_000) -> None:
        self._size = size
        self._kept: OrderedDict[Key, Reading] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Key) -> Reading | None:
        """Return the answer kept for ``key``, or None."""
        with self._lock:
            reading = self._kept.get(key)
            if reading is not None:
                self._kept.move_to_end(key)
            return reading

    def put(self, key: Key, reading: Reading, cost: int) -> None:  # noqa: ARG002
        """Keep ``reading``, and drop the least recently used above the size."""
        with self._lock:
            self._kept[key] = reading
            self._kept.move_to_end(key)
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
