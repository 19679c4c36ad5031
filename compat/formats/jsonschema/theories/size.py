"""The window in which a length, or a count of items or members, has to lie."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from compat.formats.jsonschema.branch import Atom
from compat.formats.jsonschema.form import MaxSize, MinSize

__all__ = ["Window", "window"]


_SIZES = (MinSize, MaxSize)


@dataclass(frozen=True, slots=True)
class Window:
    """From ``low`` to ``high``, both included; no end if ``high`` is None."""

    low: int = 0
    high: int | None = None

    @property
    def empty(self) -> bool:
        """Whether no number lies inside."""
        return self.high is not None and self.high < self.low

    def holds(self, number: int) -> bool:
        """Whether ``number`` lies inside."""
        return self.low <= number and (self.high is None or number <= self.high)

    def within(self, low: int, high: int | None) -> Window:
        """Return the part of this window that lies in another one."""
        if self.high is not None:
            high = self.high if high is None else min(high, self.high)
        return Window(max(self.low, low), high)


def window(atoms: Iterable[Atom]) -> Window:
    """Return the window that the size atoms among ``atoms`` leave."""
    size = Window()
    for asserted, atom in atoms:
        if type(atom) not in _SIZES:
            continue  # as nearly all of thousands
        match atom:
            case MinSize(size=bound):
                low, high = (bound, None) if asserted else (0, bound - 1)
            case MaxSize(size=bound):
                low, high = (0, bound) if asserted else (bound + 1, None)
        size = size.within(low, high)
    return size
