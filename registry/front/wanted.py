"""What was asked for and is not kept yet, as the application is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from registry.front.watch import Moment

__all__ = ["WANTED", "Key", "Wanted"]

WANTED = "dovetail.wanted"
"""Where the environment says, as `Wanted`, what the answer is to be kept as."""

Key: TypeAlias = tuple[bytes, bytes]
"""The target as it was sent, and what else of the request an answer is of.

For GET that is the `Accept` header; `posted.key_of` says what it is for POST.
"""


@dataclass(frozen=True, slots=True)
class Wanted:
    """An answer that was asked for and is not here: what to keep it as.

    ``moment`` was read before the question went on, so the answer is at least
    that new.
    """

    key: Key
    moment: Moment
