"""Counts what an event loop answers, and tells the metrics now and then."""

from __future__ import annotations

from asyncio import AbstractEventLoop
from bisect import bisect_left

from registry.metrics import BUCKETS, Observer

__all__ = ["Tally"]

_SECONDS = 0.25


class Tally:
    """Answers that are not in the metrics yet: for a quarter of a second at most.

    The metrics are files that all processes share; to write into them for each
    answer would cost as much as the answer.
    """

    def __init__(self, loop: AbstractEventLoop) -> None:
        self._loop = loop
        self._counts: dict[tuple[Observer, int], list[int]] = {}
        self._seconds: dict[tuple[Observer, int], float] = {}

    def count(self, observer: Observer, status: int, seconds: float) -> None:
        """Count one answer and how long it took."""
        if not self._counts:
            self._loop.call_later(_SECONDS, self.settle)
        key = (observer, status)
        if key not in self._counts:
            self._counts[key] = [0] * (len(BUCKETS) + 1)
            self._seconds[key] = 0
        self._counts[key][bisect_left(BUCKETS, seconds)] += 1
        self._seconds[key] += seconds

    def settle(self) -> None:
        """Put all of it into the metrics."""
        for key, counts in self._counts.items():
            observer, status = key
            observer.count_many(status, counts, self._seconds[key])
        self._counts, self._seconds = {}, {}
