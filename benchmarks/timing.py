"""CPU times of repeated work, and how they are written down."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from resource import RUSAGE_CHILDREN, getrusage
from statistics import median

__all__ = ["Times", "timed"]

Work = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of CPU time, one for each run."""

    runs: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return median(self.runs)

    @property
    def worst(self) -> float:
        """The longest one."""
        return max(self.runs)

    def __str__(self) -> str:
        return f"{self.median:,.2f} / {self.worst:,.2f}"


def timed(works: Iterable[Work]) -> Times:
    """Time each of ``works`` once, the processes included that it starts."""
    gc.collect()  # what others left behind is not theirs
    return Times(tuple(_spent(each) for each in works))


def _spent(work: Work) -> float:
    start = _now()
    work()
    return (_now() - start) * 1e3


def _now() -> float:
    children = getrusage(RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime
