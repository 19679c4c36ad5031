"""When to try again, and how long to wait before it."""

from __future__ import annotations

import random
from dataclasses import dataclass

__all__ = ["RETRIED", "Retry"]

RETRIED = frozenset({408, 429, 500, 502, 503, 504})
"""Statuses that another try may change; every operation may be repeated."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential backoff with full jitter; times in seconds."""

    tries: int
    wait: float
    max_wait: float

    def pause(self, attempt: int, asked: str | None = None) -> float:
        """Return the pause before try ``attempt`` (the first retry is 1).

        ``asked`` is the answer's ``Retry-After``, when it is in seconds it is
        kept to, within the bound.
        """
        if asked is not None and asked.isdecimal():
            return min(float(asked), self.max_wait)
        # Full jitter spreads clients that all failed at the same moment.
        ceiling: float = min(self.wait * 2 ** min(attempt - 1, 32), self.max_wait)
        return ceiling * random.uniform(0.5, 1.0)  # noqa: S311  # no secret
