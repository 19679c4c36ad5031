"""How many connections each process of one server has, as all of them see it."""

from __future__ import annotations

import mmap

__all__ = ["Share", "Shares"]

_SEATS = 256
_NOBODY = -1
_WIDTH = 4
"""Bytes of a C int: written at once, so nobody reads a half."""
_MORE = 3
"""Connections that a process may have more than another one: those that come and go
for each request are too few at once to be worth a wait."""


class Shares:
    """One number for each process, in memory that processes forked later share.

    Seats are given and taken back by the parent; each is written by one process.
    Beyond 256 processes some have one together, and are told apart no more.
    """

    def __init__(self) -> None:
        # Held by the view, for as long as that lives.
        self._counts = memoryview(mmap.mmap(-1, _SEATS * _WIDTH)).cast("i")
        for seat in range(_SEATS):
            self._counts[seat] = _NOBODY
        self._taken: set[int] = set()

    def take(self) -> Share:
        """Return a seat that is free, for a process that is about to be forked."""
        seat = min(set(range(_SEATS)) - self._taken, default=0)
        self._taken.add(seat)
        return Share(self._counts, seat)

    def give_back(self, share: Share) -> None:
        """Free the seat of a process that has ended."""
        share.leave()
        self._taken.discard(share.seat)


class Share:
    """The number of one process, beside those of the others."""

    def __init__(self, counts: memoryview[int], seat: int) -> None:
        self._counts = counts
        self.seat = seat

    def tell(self, connections: int) -> None:
        """Tell the others how many connections this process has."""
        self._counts[self.seat] = connections

    def leave(self) -> None:
        """Tell them that this process accepts none any more."""
        self._counts[self.seat] = _NOBODY

    def exceeded(self, connections: int) -> bool:
        """Whether another process has clearly fewer than so many connections.

        What another has told may be old, and it has fewer by now: it will say so
        when it accepts the next one.
        """
        least = connections - _MORE
        return any(_NOBODY < each < least for each in self._counts.tolist())
