"""Compatibility levels, and what each one asks of a format."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property

from compat.verdict import Direction

__all__ = ["Level"]


class Level(StrEnum):
    """A compatibility level, spelled as Confluent spells it."""

    NONE = "NONE"
    BACKWARD = "BACKWARD"
    BACKWARD_TRANSITIVE = "BACKWARD_TRANSITIVE"
    FORWARD = "FORWARD"
    FORWARD_TRANSITIVE = "FORWARD_TRANSITIVE"
    FULL = "FULL"
    FULL_TRANSITIVE = "FULL_TRANSITIVE"

    @cached_property
    def transitive(self) -> bool:
        """Whether every earlier version counts, not only the last one."""
        return self.value.endswith("_TRANSITIVE")

    @cached_property
    def directions(self) -> tuple[Direction, ...]:
        """The directions in which data has to stay readable."""
        match self.value.removesuffix("_TRANSITIVE"):
            case "NONE":
                return ()
            case "BACKWARD":
                return (Direction.BACKWARD,)
            case "FORWARD":
                return (Direction.FORWARD,)
            case _:
                return (Direction.BACKWARD, Direction.FORWARD)
