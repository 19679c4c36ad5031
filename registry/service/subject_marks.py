"""Names at known places of a list of subjects, so that a page far down costs little.

Pages are asked for by offset, and an offset has to be counted off. Each process
keeps what it has counted for as long as the list stays as it is.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock

from sqlalchemy import Connection

from registry.store.subject_pages import STRIDE, Listed, page_from, places

__all__ = ["SubjectMarks"]

_MARKS = 20_000
_LISTS = 100
_ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class _Marks:
    """A list's names at places 0, `STRIDE`, twice that and so on, in one state."""

    state: int
    names: tuple[str, ...]

    def before(self, place: int) -> tuple[int, str]:
        """Return the last mark not beyond ``place``: its own place, and its name."""
        if not self.names:
            return 0, ""
        index = min(place // STRIDE, len(self.names) - 1)
        return index * STRIDE, self.names[index]


class SubjectMarks:
    """The marks of the lists asked for last.

    No page rests on a mark of another state: each comes with the state that it
    was read in, and where that is not the marks' one, the page is read without.
    """

    def __init__(self, size: int = _MARKS) -> None:
        """Keep up to ``size`` marks together."""
        self._size = size
        self._kept: OrderedDict[Listed, _Marks] = OrderedDict()
        self._lock = Lock()

    def page(
        self, db: Connection, wanted: Listed, offset: int, limit: int
    ) -> Sequence[str]:
        """Return the names from place ``offset`` on, ``limit`` at most.

        Fewer than `STRIDE` names are passed over once the way there has been
        counted, and all of them the first time.
        """
        for _ in range(_ATTEMPTS):
            marks = self._marks(db, wanted, offset)
            place, name = marks.before(offset)
            state, found = page_from(
                db, wanted, name, offset=offset - place, limit=limit
            )
            if state == marks.state:
                return found
            self._forget(wanted, marks)
        return page_from(db, wanted, "", offset=offset, limit=limit)[1]

    def _marks(self, db: Connection, wanted: Listed, offset: int) -> _Marks:
        """Return marks up to ``offset``, counted from the last one that is kept."""
        end = min(offset, self._size * STRIDE - 1)
        kept = self._find(wanted)
        if kept is not None:
            place, name = kept.before(end)
            if end - place < STRIDE:
                return kept
            state, names = places(db, wanted, name, end - place + 1)
            if state == kept.state:
                known = kept.names[: place // STRIDE]
                return self._keep(wanted, _Marks(state, (*known, *names)))
        state, names = places(db, wanted, "", end + 1)
        return self._keep(wanted, _Marks(state, tuple(names)))

    def _find(self, wanted: Listed) -> _Marks | None:
        with self._lock:
            if wanted in self._kept:
                self._kept.move_to_end(wanted)
            return self._kept.get(wanted)

    def _keep(self, wanted: Listed, marks: _Marks) -> _Marks:
        with self._lock:
            self._kept[wanted] = marks
            self._kept.move_to_end(wanted)
            total = sum(len(each.names) for each in self._kept.values())
            while total > self._size or len(self._kept) > _LISTS:
                total -= len(self._kept.popitem(last=False)[1].names)
        return marks

    def _forget(self, wanted: Listed, marks: _Marks) -> None:
        with self._lock:
            if self._kept.get(wanted) is marks:
                del self._kept[wanted]
