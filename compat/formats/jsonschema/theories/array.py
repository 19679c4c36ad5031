"""Arrays: what each item has to be, how many are of a kind, which are equal."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.branch import Atom
from compat.formats.jsonschema.evaluate import holds, item_form
from compat.formats.jsonschema.form import Form, negate
from compat.formats.jsonschema.theories.distinct import distinct_values
from compat.formats.jsonschema.theories.mix import Count, mixes
from compat.formats.jsonschema.theories.size import Window, window
from compat.formats.jsonschema.values import NOTHING, Unwritable, key

if TYPE_CHECKING:
    from compat.formats.jsonschema.search import Search

__all__ = ["find"]

_COUNTED = 5
_SLOTS = 60
_TRIES = 300
_WRITABLE = 2_000


@dataclass(slots=True)
class _Shape:
    """The atoms of one branch, sorted by what they are about."""

    search: Search
    size: Window
    single: dict[int, list[Form]] = field(default_factory=dict)
    wide: list[forms.Items] = field(default_factory=list)
    broken: list[forms.Items] = field(default_factory=list)
    counts: list[list[Count]] = field(default_factory=list)
    unique: bool = False
    repeated: bool = False

    @property
    def tail(self) -> int:
        """The index from which on every item has to meet the same."""
        ends = [each.start + each.single for each in (*self.wide, *self.broken)]
        return max([*ends, *(index + 1 for index in self.single)], default=0)

    def literals(self, index: int) -> tuple[Form, ...]:
        """Return what the item at ``index`` has to meet."""
        self.search.budget.spend(1 + len(self.wide) // 8)
        asked = (item_form(each, index) for each in self.wide)
        found = (*self.single.get(index, ()), *asked)
        return tuple(each for each in found if each is not forms.TRUE)

    def add(self, asserted: bool, atom: Form) -> None:
        """Sort in one atom."""
        match atom:
            case forms.Unique():
                self.unique |= asserted
                self.repeated |= not asserted
            case forms.Items() if not asserted:
                self.broken.append(atom)
            case forms.Items(start=start, single=True, form=form):
                self.single.setdefault(start, []).append(form)
            case forms.Items():
                self.wide.append(atom)
            case forms.Contains(form=form, low=low, high=high) if asserted:
                self.counts.append([Count(form, low, high)])
            case forms.Contains(form=form, low=low, high=high):
                fewer = [Count(form, 0, low - 1)] if low else []
                more = [] if high is None else [Count(form, high + 1, None)]
                self.counts.append(fewer + more)


@dataclass(frozen=True, slots=True)
class _Plan:
    """One way to break what has to be broken: extra literals by index."""

    extra: dict[int, tuple[Form, ...]]
    counts: tuple[Count, ...]
    equal: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class _Slot:
    """Indexes that hold one value, and what it has to meet."""

    indexes: tuple[int, ...]
    literals: tuple[Form, ...]


def find(search: Search, atoms: list[Atom], excluded: list[Any]) -> Any:
    """Return an array that meets ``atoms`` and is not in ``excluded``."""
    shape = _Shape(search, window(atoms))
    for asserted, atom in atoms:
        shape.add(asserted, atom)
    if shape.size.empty:
        return NOTHING
    if not excluded:
        return _any(shape)
    return _unlike(shape, atoms, excluded)


def _any(shape: _Shape) -> Any:
    for plan in _plans(shape):
        shape.search.budget.spend()
        found = _filled(shape, plan)
        if found is not NOTHING:
            return found
    return NOTHING


def _plans(shape: _Shape) -> Iterator[_Plan]:
    """Yield each choice of the indexes that break, and of the counts that do."""
    tail = shape.tail
    spare = sum(not each.single for each in shape.broken)
    places = [_places(each, tail, spare) for each in shape.broken]
    pairs: list[tuple[int, int] | None] = [None]
    if shape.repeated:
        last = tail + 2
        pairs = [(i, j) for j in range(last) for i in range(j)]
    for chosen in product(*places):
        extra: dict[int, tuple[Form, ...]] = {}
        for index, broken in zip(chosen, shape.broken, strict=True):
            extra[index] = (*extra.get(index, ()), negate(broken.form))
        if not all(
            shape.search.find([*shape.literals(i), *also]) is not NOTHING
            for i, also in extra.items()
        ):
            continue
        for counts in product(*shape.counts):
            for pair in pairs:
                yield _Plan(extra, counts, pair)


def _places(broken: forms.Items, tail: int, spare: int) -> range:
    if broken.single:
        return range(broken.start, broken.start + 1)
    return range(broken.start, max(tail, broken.start) + max(spare, 1))


def _filled(shape: _Shape, plan: _Plan) -> Any:
    """Return an array that follows ``plan``, the shortest first."""
    touched = [*plan.extra, *(plan.equal or ())]
    need = max([shape.size.low, *(index + 1 for index in touched)])
    fixed = max([shape.tail, *(index + 1 for index in touched)])
    if shape.size.high is not None and need > shape.size.high:
        return NOTHING
    for length in range(need, fixed):
        if not shape.size.holds(length):
            return NOTHING
        found = _of_slots(shape, plan, length, Window(0, 0))
        if found is not NOTHING:
            return found
    high = None if shape.size.high is None else shape.size.high - fixed
    if high is not None and high < 0:
        return NOTHING
    return _of_slots(shape, plan, fixed, Window(max(0, need - fixed), high))


def _slots(shape: _Shape, plan: _Plan, length: int) -> list[_Slot]:
    slots: list[_Slot] = []
    for index in range(length):
        if plan.equal and index == plan.equal[1]:
            continue
        indexes: tuple[int, ...] = (index,)
        if plan.equal and index == plan.equal[0]:
            indexes = plan.equal
        literals: dict[Form, None] = {}
        for each in indexes:
            literals.update(dict.fromkeys(shape.literals(each)))
            literals.update(dict.fromkeys(plan.extra.get(each, ())))
        slots.append(_Slot(indexes, tuple(literals)))
    return slots


Label = tuple[bool, ...]
"""For each counted form, whether an item is of it."""


def _of_slots(shape: _Shape, plan: _Plan, length: int, more: Window) -> Any:
    """Fill ``length`` slots and then as many items as ``more`` allows."""
    search = shape.search
    slots = _slots(shape, plan, length)
    counted = tuple(dict.fromkeys(each.form for each in plan.counts))
    if len(counted) > _COUNTED:
        return search.give_up(f"more than {_COUNTED} contains")
    if counted and len(slots) > _SLOTS:
        return search.give_up(f"contains beside more than {_SLOTS} items")
    bounds = _bounds(plan.counts, counted)
    if bounds is None:
        return NOTHING
    rest = shape.literals(shape.tail)
    per_slot = [_labels(search, slot.literals, counted) for slot in slots]
    if not all(per_slot):
        return NOTHING
    free = _labels(search, rest, counted) if more.high != 0 else []
    tries = 0
    for labels in _labelled(slots, per_slot, bounds, len(counted)):
        used = [
            sum(len(s.indexes) for s, e in zip(slots, labels, strict=True) if e[i])
            for i in range(len(counted))
        ]
        left = [
            Window(max(0, b.low - n), None if b.high is None else b.high - n)
            for b, n in zip(bounds, used, strict=True)
        ]
        for mix in mixes(search, free, left, more, exact=shape.unique):
            tries += 1
            if tries > _TRIES:
                return search.give_up("too many ways to place the items of contains")
            asked = [
                (slot.literals + _literals(counted, label), slot.indexes)
                for slot, label in zip(slots, labels, strict=True)
            ]
            found = _values(shape, asked, rest, counted, mix, length)
            if found is not NOTHING:
                return found
    return NOTHING


def _bounds(
    counts: tuple[Count, ...], counted: tuple[Form, ...]
) -> list[Window] | None:
    bounds = []
    for form in counted:
        size = Window()
        for each in counts:
            if each.form is form:
                size = size.within(each.low, each.high)
        if size.empty:
            return None
        bounds.append(size)
    return bounds


def _literals(counted: tuple[Form, ...], label: Label) -> tuple[Form, ...]:
    return tuple(
        form if inside else negate(form)
        for form, inside in zip(counted, label, strict=True)
    )


def _labels(
    search: Search, literals: tuple[Form, ...], counted: tuple[Form, ...]
) -> list[Label]:
    """Return the labels that an item with ``literals`` can have."""
    return [
        label
        for label in product((False, True), repeat=len(counted))
        if search.find([*literals, *_literals(counted, label)]) is not NOTHING
    ]


def _labelled(
    slots: list[_Slot], per_slot: list[list[Label]], bounds: list[Window], width: int
) -> Iterator[tuple[Label, ...]]:
    """Yield labels for all slots whose counts do not exceed ``bounds``."""

    def extend(index: int, used: tuple[int, ...]) -> Iterator[tuple[Label, ...]]:
        if index == len(slots):
            yield ()
            return
        weight = len(slots[index].indexes)
        for label in per_slot[index]:
            after = tuple(n + weight * e for n, e in zip(used, label, strict=True))
            if any(
                b.high is not None and n > b.high
                for b, n in zip(bounds, after, strict=True)
            ):
                continue
            for others in extend(index + 1, after):
                yield (label, *others)

    if width:
        yield from extend(0, (0,) * width)
    else:
        yield ((),) * len(slots)


def _values(
    shape: _Shape,
    asked: list[tuple[tuple[Form, ...], tuple[int, ...]]],
    rest: tuple[Form, ...],
    counted: tuple[Form, ...],
    mix: dict[Label, int],
    length: int,
) -> Any:
    """Return the array itself: a value for each slot and each further item."""
    search = shape.search
    more = [((*rest, *_literals(counted, label)), n) for label, n in mix.items()]
    total = length + sum(count for _, count in more)
    if total > _WRITABLE:
        what = f"an array of {total} items"
        return search.give_up(what) if shape.unique else Unwritable(what)
    if shape.unique:
        wanted = [literals for literals, _ in asked]
        wanted += [literals for literals, count in more for _ in range(count)]
        return distinct_values(search, wanted)
    found: list[Any] = [None] * length
    for literals, indexes in asked:
        value = search.find(literals)
        for index in indexes:
            found[index] = value
    for literals, count in more:
        found += [search.find(literals)] * count
    huge = [each for each in found if isinstance(each, Unwritable)]
    return huge[0] if huge else found


def _unlike(shape: _Shape, atoms: list[Atom], excluded: list[Any]) -> Any:
    """Return an array unlike all ``excluded`` ones."""
    search = shape.search
    apart = {key(each) for each in excluded}
    single = True
    for _ in range(len(excluded) + 1):
        if shape.size.empty:
            break
        found = _any(shape)
        if found is NOTHING:
            return NOTHING if single else search.give_up(_DIFFER)
        if isinstance(found, Unwritable) or key(found) not in apart:
            return found
        for index, value in enumerate(found):
            taken = [value, *(each[index] for each in excluded if len(each) > index)]
            for unlike in (taken, [value]):
                another = search.find(
                    [*shape.literals(index), negate(forms.enum(unlike))]
                )
                if another is NOTHING:
                    continue
                single = False
                if isinstance(another, Unwritable):
                    continue
                changed = [*found[:index], another, *found[index + 1 :]]
                if key(changed) not in apart and all(
                    holds(atom, changed, search.matches) is asserted
                    for asserted, atom in atoms
                ):
                    return changed
        shape.size = Window(len(found) + 1, shape.size.high)
    return NOTHING if single else search.give_up(_DIFFER)


_DIFFER = "an array that must differ from given ones"
