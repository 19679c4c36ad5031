"""Numbers: exact bounds and divisors."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any

from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.branch import Atom
from compat.formats.jsonschema.values import NOTHING, Unwritable

if TYPE_CHECKING:
    from compat.formats.jsonschema.search import Search

__all__ = ["find"]

_PERIOD = 5_000
_WHOLE = 50  # whole numbers that are tried where a part has no room in a float
_DIGITS = 300


@dataclass(slots=True)
class _Range:
    """An interval; None is no bound."""

    low: Fraction | None = None
    low_open: bool = False
    high: Fraction | None = None
    high_open: bool = False

    def above(self, bound: Fraction, exclusive: bool) -> None:
        if self.low is None or bound > self.low:
            self.low, self.low_open = bound, exclusive
        elif bound == self.low:
            self.low_open |= exclusive

    def below(self, bound: Fraction, exclusive: bool) -> None:
        if self.high is None or bound < self.high:
            self.high, self.high_open = bound, exclusive
        elif bound == self.high:
            self.high_open |= exclusive

    def holds(self, number: Fraction) -> bool:
        low, high = self.low, self.high
        if low is not None and (number < low or (self.low_open and number == low)):
            return False
        if high is None:
            return True
        return number < high or (not self.high_open and number == high)

    @property
    def empty(self) -> bool:
        if self.low is None or self.high is None:
            return False
        open_end = self.low_open or self.high_open
        return self.low > self.high or (self.low == self.high and open_end)

    @property
    def point(self) -> bool:
        return self.low is not None and self.low == self.high


def find(search: Search, atoms: list[Atom], excluded: list[Any]) -> Any:
    """Return a number that meets ``atoms`` and is not in ``excluded``."""
    bounds, divisors, others = _read(atoms)
    if bounds.empty:
        return NOTHING
    apart = frozenset(excluded)
    if divisors:
        # Their least common multiple grows by the digits of each.
        search.budget.spend(len(divisors) ** 2 // 64)
        return _multiple(search, bounds, _common(divisors), others, apart)
    for number in _candidates(bounds):
        if _fits(number, bounds, others, apart) and _writable(number):
            return _whole(number)
    if bounds.point and bounds.low is not None:
        point = _fits(bounds.low, bounds, others, apart)
        return Unwritable("a number of many digits") if point else NOTHING
    for number in _denser(bounds, len(apart)):
        search.budget.spend()
        if _fits(number, bounds, others, apart) and _writable(number):
            return _whole(number)
    # Between two bounds there are always more numbers than can be excluded.
    return Unwritable("a number of many digits")


def _read(atoms: list[Atom]) -> tuple[_Range, list[Fraction], list[Fraction]]:
    bounds = _Range()
    divisors: list[Fraction] = []
    others: list[Fraction] = []
    for asserted, atom in atoms:
        match atom:
            case forms.Minimum(bound=bound, exclusive=exclusive):
                if asserted:
                    bounds.above(Fraction(bound), exclusive)
                else:
                    bounds.below(Fraction(bound), not exclusive)
            case forms.Maximum(bound=bound, exclusive=exclusive):
                if asserted:
                    bounds.below(Fraction(bound), exclusive)
                else:
                    bounds.above(Fraction(bound), not exclusive)
            case forms.Multiple(of=of):
                (divisors if asserted else others).append(Fraction(of))
    return bounds, divisors, others


def _multiple(
    search: Search,
    bounds: _Range,
    step: Fraction,
    others: list[Fraction],
    apart: frozenset[Any],
) -> Any:
    """Return a multiple of ``step``; which ones fit ``others`` is periodic."""
    periods = [(step / other).denominator for other in others]
    if 1 in periods:
        return NOTHING
    period = math.lcm(*periods) if periods else 1
    limit = min(period, _PERIOD) + len(apart) + 1
    for number in _steps(bounds, step, limit):
        search.budget.spend()
        if not bounds.holds(number):
            break
        if _fits(number, bounds, others, apart):
            # A float has room for a whole number where it has none for a part.
            whole = _steps(bounds, Fraction(step.numerator), min(limit, _WHOLE))
            for near in chain((number,), whole):
                search.budget.spend()
                if _writable(near) and _fits(near, bounds, others, apart):
                    return _whole(near)
            return Unwritable("a number of many digits")
    else:
        if period > _PERIOD:
            return search.give_up("a multipleOf of many digits")
    return NOTHING


def _steps(bounds: _Range, step: Fraction, limit: int) -> Iterator[Fraction]:
    if bounds.low is not None:
        first = math.ceil(bounds.low / step)
        if bounds.low_open and first * step == bounds.low:
            first += 1
        return (step * (first + each) for each in range(limit))
    if bounds.high is not None:
        last = math.floor(bounds.high / step)
        if bounds.high_open and last * step == bounds.high:
            last -= 1
        return (step * (last - each) for each in range(limit))
    return (step * each for each in range(limit))


def _common(divisors: list[Fraction]) -> Fraction:
    """Return the least common multiple."""
    return Fraction(
        math.lcm(*(each.numerator for each in divisors)),
        math.gcd(*(each.denominator for each in divisors)),
    )


def _fits(
    number: Fraction, bounds: _Range, others: list[Fraction], apart: frozenset[Any]
) -> bool:
    return (
        bounds.holds(number)
        and number not in apart
        and all((number / other).denominator != 1 for other in others)
    )


def _candidates(bounds: _Range) -> Iterator[Fraction]:
    """Yield numbers that a human likes to read."""
    yield from (Fraction(0), Fraction(1), Fraction(1, 2))
    for bound in (bounds.low, bounds.high):
        if bound is None:
            continue
        yield from (bound, bound + 1, bound - 1)
        yield from (Fraction(math.floor(bound)), Fraction(math.ceil(bound)))
        for part in (Fraction(1, 2), Fraction(3, 10), Fraction(1, 1000)):
            yield from (bound + part, bound - part)
    if bounds.low is not None and bounds.high is not None:
        yield (bounds.low + bounds.high) / 2


def _denser(bounds: _Range, excluded: int) -> Iterator[Fraction]:
    """Yield numbers of the interval, ever closer to each other."""
    low, high = bounds.low, bounds.high
    if low is None and high is None:
        low, high = Fraction(0), Fraction(1000 + 10 * excluded)
    elif low is None and high is not None:
        low = high - 1000 - 10 * excluded
    elif high is None and low is not None:
        high = low + 1000 + 10 * excluded
    if low is None or high is None:
        return
    for parts in (10, 128, 1000 + 10 * excluded):
        step = (high - low) / parts
        for index in range(1, parts):
            yield low + step * index


def _writable(number: Fraction) -> bool:
    """Whether the number survives a float, which is what most readers use."""
    if number.denominator == 1:
        return bool(abs(number) < 10**_DIGITS)
    try:
        return bool(Fraction(Decimal(repr(float(number)))) == number)
    except OverflowError:
        return False


def _whole(number: Fraction) -> int | Fraction:
    return number.numerator if number.denominator == 1 else number
