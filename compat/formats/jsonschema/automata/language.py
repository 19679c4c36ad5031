"""The strings in which a pattern is found, as an automaton made step by step."""

from __future__ import annotations

from collections.abc import Iterable

from compat.budget import Budget
from compat.formats.jsonschema.automata.characters import Ranges
from compat.formats.jsonschema.automata.syntax import (
    Alternatives,
    Beyond,
    Chars,
    End,
    Node,
    Repeat,
    Sequence,
    Start,
    parse_pattern,
)

__all__ = ["Inexpressible", "Language", "Words"]

_STATES = 4_000
_RANGES = 1_000  # of one class; a Unicode category has up to 700
_AT_START, _AT_END = "^", "$"


class Inexpressible(Exception):
    """A pattern, or a question about it, is beyond what automata answer here."""


class Language:
    """A pattern as a deterministic automaton, one state at a time.

    JSON Schema searches: the pattern may be found anywhere. State 0 is the
    start; once the pattern is found no character can undo it.

    A ``loose`` one takes conditions on what stands around a place, which no
    automaton expresses, for met: it holds more strings than the pattern.
    """

    def __init__(self, pattern: str, budget: Budget, *, loose: bool = False) -> None:
        self._budget = budget
        self._loose = loose
        self._free: list[list[tuple[str, int]]] = []
        self._moves: list[list[tuple[Ranges, int]]] = []
        self._first = self._state()
        self._last = self._add(parse_pattern(pattern), self._first)
        self.ranges: tuple[Ranges, ...] = tuple(
            dict.fromkeys(ranges for moves in self._moves for ranges, _ in moves)
        )
        if any(len(ranges) > _RANGES for ranges in self.ranges):
            raise Inexpressible("a pattern with a class of too many ranges")
        self._numbers: dict[tuple[frozenset[int], bool], int] = {}
        self._sets: list[tuple[frozenset[int], bool]] = []
        self._steps: dict[tuple[int, int], int] = {}
        self._accepting: dict[int, bool] = {}
        self._number(self._closed({self._first}, at_start=True), at_start=True)

    def step(self, state: int, point: int) -> int:
        """Return the state after the character ``point``."""
        try:
            return self._steps[state, point]
        except KeyError:
            return self._new_step(state, point)

    def found(self, state: int) -> bool:
        """Whether the pattern has been found, whatever follows."""
        return self._last in self._sets[state][0]

    def accepts(self, state: int) -> bool:
        """Whether a string that ends in ``state`` is in the language."""
        known = self._accepting.get(state)
        if known is None:
            states, at_start = self._sets[state]
            closed = self._closed(states, at_start=at_start, at_end=True)
            known = self._accepting[state] = self._last in closed
        return known

    def matches(self, text: str) -> bool:
        """Whether the pattern is found in ``text``."""
        state = 0
        for char in text:
            if self.found(state):
                return True
            state = self.step(state, ord(char))
        return self.accepts(state)

    def _new_step(self, state: int, point: int) -> int:
        states, _ = self._sets[state]
        if self._last in states:
            after = state
        else:
            self._budget.spend(1 + len(states) // 4)
            moved = {
                to
                for each in states
                for ranges, to in self._moves[each]
                if _within(ranges, point)
            }
            moved.add(self._first)  # the search may begin anew at any place
            after = self._number(self._closed(moved), at_start=False)
        self._steps[state, point] = after
        return after

    def _number(self, states: frozenset[int], *, at_start: bool) -> int:
        name = (states, at_start)
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = len(self._sets)
            self._sets.append(name)
        return number

    def _closed(
        self, states: Iterable[int], *, at_start: bool = False, at_end: bool = False
    ) -> frozenset[int]:
        seen = set(states)
        todo = list(seen)
        while todo:
            for condition, to in self._free[todo.pop()]:
                if to in seen:
                    continue
                if (
                    not condition
                    or (condition == _AT_START and at_start)
                    or (condition == _AT_END and at_end)
                ):
                    seen.add(to)
                    todo.append(to)
        return frozenset(seen)

    def _state(self) -> int:
        if len(self._free) >= _STATES:
            raise Inexpressible("a pattern that is too large")
        self._budget.spend()
        self._free.append([])
        self._moves.append([])
        return len(self._free) - 1

    def _link(self, start: int, end: int, condition: str = "") -> int:
        self._free[start].append((condition, end))
        return end

    def _add(self, node: Node, start: int) -> int:
        """Add ``node`` after the state ``start``; return the state after it."""
        match node:
            case Chars(ranges):
                end = self._state()
                self._moves[start].append((ranges, end))
                return end
            case Sequence(parts):
                for part in parts:
                    start = self._add(part, start)
                return start
            case Alternatives(parts):
                end = self._state()
                for part in parts:
                    begin = self._link(start, self._state())
                    self._link(self._add(part, begin), end)
                return end
            case Repeat(part, low, high):
                return self._repeat(part, low, high, start)
            case Start():
                return self._link(start, self._state(), _AT_START)
            case End():
                return self._link(start, self._state(), _AT_END)
            case Beyond(what, width):
                if self._loose and not width:
                    return start
                raise Inexpressible(what)
        raise TypeError(node)

    def _repeat(self, part: Node, low: int, high: int | None, start: int) -> int:
        if low > _STATES or (high or 0) > _STATES:
            raise Inexpressible("a pattern that is too large")
        for _ in range(low):
            start = self._add(part, start)
        if high is None:
            loop = self._link(start, self._state())
            self._link(self._add(part, loop), loop)
            return self._link(loop, self._state())
        end = self._link(start, self._state())
        for _ in range(high - low):
            start = self._add(part, start)
            self._link(start, end)
        return end


class Words:
    """A finite set of words as an automaton: a trie."""

    def __init__(self, words: Iterable[str]) -> None:
        self._next: list[dict[int, int]] = [{}, {}]  # state 1 is outside
        self._ends: set[int] = set()
        for word in words:
            state = 0
            for char in word:
                state = self._next[state].setdefault(ord(char), len(self._next))
                if state == len(self._next):
                    self._next.append({})
            self._ends.add(state)
        points = dict.fromkeys(point for state in self._next for point in state)
        self.ranges: tuple[Ranges, ...] = tuple(((each, each),) for each in points)

    def step(self, state: int, point: int) -> int:
        """Return the state after the character ``point``."""
        return self._next[state].get(point, 1)

    def found(self, _state: int) -> bool:
        """Whether every longer string is in the language too: never."""
        return False

    def accepts(self, state: int) -> bool:
        """Whether a string that ends in ``state`` is one of the words."""
        return state in self._ends


def _within(ranges: Ranges, point: int) -> bool:
    return any(first <= point <= last for first, last in ranges)
