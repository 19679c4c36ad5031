"""Exit codes, the same for every command; pre-commit and CI rely on them."""

from __future__ import annotations

from enum import IntEnum

__all__ = ["Exit"]


class Exit(IntEnum):
    """What a command's exit code means."""

    OK = 0  # done; for a check: compatible
    INCOMPATIBLE = 1  # the check ran, and the answer is no
    USAGE = 2  # wrong arguments or project file; click's own code
    FAILED = 3  # the check could not be made: no network, invalid schema
