"""How many items of each kind an array may have, so that all counts are met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from compat.formats.jsonschema.form import Form
from compat.formats.jsonschema.theories.size import Window

if TYPE_CHECKING:
    from compat.formats.jsonschema.search import Search

__all__ = ["Count", "mixes"]

_MOST = 40

Label = tuple[bool, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """Between ``low`` and ``high`` items are of ``form``."""

    form: Form
    low: int
    high: int | None


def mixes(
    search: Search,
    labels: list[Label],
    bounds: list[Window],
    total: Window,
    *,
    exact: bool,
) -> Iterator[dict[Label, int]]:
    """Yield how often each label may occur, the fewest items first.

    ``bounds`` hold the count of each counted form, ``total`` that of all
    items. With ``exact``, labels are not interchangeable, so every mix of a
    smallest total is of interest; else one filler label makes up the number.
    """
    if any(each.empty for each in bounds):
        return
    if not labels:
        if total.low == 0 and all(each.low == 0 for each in bounds):
            yield {}
        return
    if len(labels) == 1:
        yield from _of_one(labels[0], bounds, total)
        return
    filler = _filler(labels, bounds)
    lows = sum(each.low for each in bounds)
    most = max(lows, total.low) if exact or filler is None else lows
    if most > _MOST:
        search.give_up(f"contains with counts above {_MOST}")
        most = _MOST
    for number in range(most + 1):
        for counts in _shares(number, len(labels)):
            search.budget.spend()
            if not _meets(labels, counts, bounds):
                continue
            mix = {e: n for e, n in zip(labels, counts, strict=True) if n}
            missing = total.low - number
            if missing > 0 and (filler is None or exact):
                continue
            if missing > 0 and filler is not None:
                mix[filler] = mix.get(filler, 0) + missing
            if total.holds(sum(mix.values())):
                yield mix


def _of_one(
    label: Label, bounds: list[Window], total: Window
) -> Iterator[dict[Label, int]]:
    for inside, bound in zip(label, bounds, strict=True):
        if inside:
            total = total.within(bound.low, bound.high)
        elif bound.low > 0:
            return
    if not total.empty:
        yield {label: total.low} if total.low else {}


def _filler(labels: list[Label], bounds: list[Window]) -> Label | None:
    """Return a label that may occur any number of times."""
    for label in labels:
        if all(
            bound.high is None
            for inside, bound in zip(label, bounds, strict=True)
            if inside
        ):
            return label
    return None


def _meets(labels: list[Label], counts: tuple[int, ...], bounds: list[Window]) -> bool:
    return all(
        bound.holds(sum(n for e, n in zip(labels, counts, strict=True) if e[index]))
        for index, bound in enumerate(bounds)
    )


def _shares(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Yield each way to share ``total`` among ``parts``."""
    if parts == 1:
        yield (total,)
        return
    for first in range(total, -1, -1):
        for others in _shares(total - first, parts - 1):
            yield (first, *others)
