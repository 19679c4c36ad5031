"""What time it is, as the store keeps it."""

from __future__ import annotations

import time

__all__ = ["milliseconds"]


def milliseconds() -> int:
    """Return the time in milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000
