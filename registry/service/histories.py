"""A subject's versions taken together, kept in this process from check to check."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from compat import Direction, Schema, format_named
from compat.plugin import History, Summary
from registry.store.values import VersionHead

__all__ = ["Histories"]

_SPARE = 100
"""How many versions that are gone a history may hold, beside as many as live."""


_CHARACTERS = 100_000_000
"""Longer texts together are left to the check of pairs, which has a budget."""


@dataclass(slots=True)
class _Kept:
    """A history, and the place in it of each schema, by row key.

    Schemas are only ever added, so a place once given stays good: rows never
    change, and their keys are never used again.
    """

    history: History
    places: dict[int, int] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class _View:
    """What a history says of some of its schemas: a `compat.plugin.Summary`.

    ``keys`` are theirs, in the order of the versions of one check.
    """

    kept: _Kept
    keys: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.keys)

    def suspects(self, schema: Any, direction: Direction) -> frozenset[int]:
        """Return the places in ``keys`` of those that may break or lose."""
        with self.kept.lock:
            found = self.kept.history.suspects(schema, direction)
        if not found:
            return frozenset()
        places = self.kept.places
        return frozenset(
            index for index, key in enumerate(self.keys) if places[key] in found
        )


class Histories:
    """The histories used last, of at most ``size`` versions together."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[str, str], _Kept] = OrderedDict()
        self._lock = Lock()

    def of(
        self,
        subject: str,
        type: str,
        heads: Sequence[VersionHead],
        parsed: Callable[[Sequence[int]], Iterable[tuple[int, Schema]]],
    ) -> Summary | None:
        """Return what is known of the versions ``heads`` taken together.

        All are of one format. Those that the subject's history lacks are
        ``parsed`` by their keys and added, so a new version costs only itself;
        what was deleted is passed over, and what came back is known already.
        None for a format without histories, and for texts that are too long
        together.
        """
        make = getattr(format_named(type), "history", None)
        if make is None or sum(each.length for each in heads) > _CHARACTERS:
            return None
        kept = self._find(subject, type, len(heads), make)
        lacking = [each.key for each in heads if each.key not in kept.places]
        # Parsing may wait for the database, so it is not done under the lock; one
        # at a time, as all together may be large.
        for key, schema in parsed(lacking):
            with kept.lock:
                if key not in kept.places:
                    kept.history.extend(schema)
                    kept.places[key] = len(kept.history) - 1
        if lacking:
            self._drop_oldest()
        return _View(kept, tuple(each.key for each in heads))

    def _find(
        self, subject: str, type: str, living: int, make: Callable[[], History]
    ) -> _Kept:
        with self._lock:
            kept = self._kept.get((subject, type))
            if kept is None or len(kept.places) > 2 * living + _SPARE:
                kept = self._kept[subject, type] = _Kept(make())
            self._kept.move_to_end((subject, type))
            return kept

    def _drop_oldest(self) -> None:
        with self._lock:
            total = sum(len(each.places) for each in self._kept.values())
            while total > self._size and len(self._kept) > 1:
                total -= len(self._kept.popitem(last=False)[1].places)
