"""Finds the shortest readable string in some languages and outside others."""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sequence

from compat.budget import Budget
from compat.formats.jsonschema.automata.characters import Ranges
from compat.formats.jsonschema.automata.language import (
    Inexpressible,
    Language,
    Words,
)

__all__ = ["Wanted", "sample"]

Wanted = tuple[Language | Words, bool]
"""A language, and whether the string has to be in it or outside it."""

_READABLE = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_. @:/"
_RANK = {ord(char): rank for rank, char in enumerate(_READABLE)}
_STATES = 20_000


def sample(
    wanted: Sequence[Wanted], shortest: int, longest: int | None, budget: Budget
) -> str | None:
    """Return a string that is in all of ``wanted``, or None if there is none.

    Its length lies between ``shortest`` and ``longest``. Raises
    `Inexpressible` when the search grows too large.
    """
    points = _representatives(wanted)
    printable = [each for each in points if 32 <= each < 127]
    if printable and len(printable) < len(points):
        word = _shortest(wanted, printable, shortest, longest, budget)
        if word is not None:
            return word
    return _shortest(wanted, points, shortest, longest, budget)


State = tuple[int, ...]
Level = dict[State, tuple[State, int] | None]


def _shortest(
    wanted: Sequence[Wanted],
    points: Sequence[int],
    shortest: int,
    longest: int | None,
    budget: Budget,
) -> str | None:
    """Search breadth first; below ``shortest`` each length counts anew."""
    level: Level = {(0,) * len(wanted): None}
    levels: list[Level] = []
    seen: set[State] = set()
    total = 0
    while level:
        length = len(levels)
        levels.append(level)
        total += len(level)
        if total > _STATES:
            raise Inexpressible("patterns whose combination is too large")
        if length >= shortest:
            for state in level:
                if _accepted(wanted, state):
                    return _spelled(levels, state)
            seen.update(level)
        if longest is not None and length >= longest:
            return None
        budget.spend(1 + len(level) * len(points) * len(wanted) // 8)
        known = seen if length >= shortest else ()
        level = _next_level(wanted, points, level, known)
    return None


def _next_level(
    wanted: Sequence[Wanted],
    points: Sequence[int],
    level: Level,
    seen: set[State] | tuple[()],
) -> Level:
    after: Level = {}
    automata = [language for language, _ in wanted]
    outside = [(i, each) for i, (each, inside) in enumerate(wanted) if not inside]
    for state in level:
        for point in points:
            to = tuple(
                [each.step(at, point) for each, at in zip(automata, state, strict=True)]
            )
            if to in after or to in seen:
                continue
            if any(language.found(to[index]) for index, language in outside):
                continue
            after[to] = (state, point)
    return after


def _accepted(wanted: Sequence[Wanted], state: State) -> bool:
    return all(
        language.accepts(at) is inside
        for (language, inside), at in zip(wanted, state, strict=True)
    )


def _spelled(levels: Sequence[Level], state: State) -> str:
    points: list[int] = []
    for level in reversed(levels):
        came = level[state]
        if came is None:
            break
        state, point = came
        points.append(point)
    return "".join(map(chr, reversed(points)))


def _representatives(wanted: Sequence[Wanted]) -> list[int]:
    """Return one code point for each class that no language tells apart."""
    cuts = sorted({0} | {cut for each, _ in wanted for cut in _cuts(each.ranges)})
    chosen: dict[int, int] = {}
    for point in _RANK:
        chosen.setdefault(bisect_right(cuts, point) - 1, point)
    for index, first in enumerate(cuts):
        last = cuts[index + 1] - 1 if index + 1 < len(cuts) else sys.maxunicode
        point = 33 if first < 32 and last >= 33 else first
        if 0xD800 <= point < 0xE000:
            point = 0xE000  # surrogates are not characters
        if point <= last:
            chosen.setdefault(index, point)
    return sorted(chosen.values(), key=lambda point: _RANK.get(point, 1000 + point))


def _cuts(every: Sequence[Ranges]) -> list[int]:
    return [
        cut
        for ranges in every
        for first, last in ranges
        for cut in (first, last + 1)
        if cut <= sys.maxunicode
    ]
