"""Proofs carried along a history, so that old versions need no new ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from compat.verdict import Direction, Reading

__all__ = ["Chain"]

_PROVED = Reading()


@dataclass(slots=True)
class Chain:
    """One new schema against versions, each older than the one before.

    Where the new schema is proved to read a version, and that version is
    proved to read the next older one, the new schema reads the older one too.
    ``ask`` answers for one reader and one writer, and remembers: links between
    versions are asked once and serve every later schema. ``composes`` is
    False for formats whose relation is not transitive, and without a memory.
    """

    ask: Callable[[Any, Any], Reading]
    direction: Direction
    composes: bool
    _proved: Any = None

    def read(self, new: Any, version: Any) -> Reading:
        """Return whether ``new`` and ``version`` are compatible in the direction."""
        if self._proved is not None and _proves(self._ask(self._proved, version)):
            self._proved = version
            return _PROVED
        reading = self._ask(new, version)
        self._proved = version if self.composes and _proves(reading) else None
        return reading

    def _ask(self, newer: Any, older: Any) -> Reading:
        if self.direction is Direction.BACKWARD:
            return self.ask(newer, older)
        return self.ask(older, newer)


def _proves(reading: Reading) -> bool:
    return not reading.findings and not reading.unknown
