"""How often Python's cyclic collector runs in the programs that check schemas."""

from __future__ import annotations

import gc

__all__ = ["collect_seldom"]

_YOUNG = 10_000


def collect_seldom() -> None:
    """Collect cycles after 10,000 new objects rather than after 700.

    For the server and the command to call when they start, never for `compat`:
    it is a setting of the whole process. A schema of 2 MB is a million objects
    with hardly a cycle among them, and going through those again and again
    took a third of the time of a check. What waits for its collection stays
    below about 100 MB, since all generations are still collected in turn.
    """
    gc.set_threshold(_YOUNG, 10, 10)
