"""One branch of a search: literals that hold together, and what they settle."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from compat.formats.jsonschema import form as forms
from compat.formats.jsonschema.entailment import Entailment
from compat.formats.jsonschema.evaluate import domain
from compat.formats.jsonschema.form import Form, negate
from compat.formats.jsonschema.values import ANY, OBJECT

__all__ = ["Atom", "Branch", "Choice"]

Atom = tuple[bool, Form]
"""Whether an atom is asserted or denied, and the atom."""

_DEPTH = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A compound literal of which one option has to hold."""

    asserted: bool
    form: Form


@dataclass(slots=True)
class Branch:
    """Literals in the order in which they came, and what follows at once."""

    todo: list[Form]
    entailment: Entailment
    true: dict[Form, None] = field(default_factory=dict)
    false: dict[Form, None] = field(default_factory=dict)
    types: int = ANY
    choices: list[Choice] = field(default_factory=list)
    members: dict[str, tuple[Form, ...]] = field(default_factory=dict)
    required: set[str] = field(default_factory=set)
    additional: tuple[forms.Additional, ...] = ()
    opaque: tuple[str, ...] = ()

    def fork(self, literals: Iterable[Form]) -> Branch:
        """Return a copy that also has to meet ``literals``."""
        return Branch(
            [*reversed([*literals])],
            self.entailment,
            dict(self.true),
            dict(self.false),
            self.types,
            list(self.choices),
            dict(self.members),
            set(self.required),
            self.additional,
            self.opaque,
        )

    def atoms(self, kind: int) -> list[Atom]:
        """Return the literals about values of the type ``kind``."""
        # Of thousands of literals: each call of `domain` saved is felt.
        found: list[Atom] = [
            (asserted, each)
            for asserted, literals in ((True, self.true), (False, self.false))
            for each in literals
            if (family := type(each)) not in _LOGIC
            and (domain(each) if family in _SIZES else each.types) & kind
        ]
        return found

    def absorb(self) -> bool:
        """Take in all of `todo`; False if that contradicts something."""
        while self.todo:
            literal = self.todo.pop()
            if isinstance(literal, forms.Not):
                taken = self._deny(literal.form)
            else:
                taken = self._assert(literal)
            if not taken:
                return False
        return True

    def _assert(self, form: Form) -> bool:
        if form in self.true:
            return True
        if form in self.false:
            return False
        self.true[form] = None
        match form:
            case forms.Property(name=name):
                self.members[name] = (*self.members.get(name, ()), form.form)
            case forms.Required(name=name):
                self.required.add(name)
            case forms.Constant():
                return form is forms.TRUE
            case forms.Type(mask=mask):
                self.types &= mask
                return self.types != 0
            case forms.Additional():
                self.additional = (*self.additional, form)
            case forms.Enum(mask=mask):
                self.types &= mask
                return self.types != 0
            case forms.All(parts=parts):
                self.todo.extend(reversed(parts))
            case forms.Ref(target=target):
                self.todo.append(target or forms.TRUE)
            case forms.Opaque(reason=reason):
                self.opaque = (*self.opaque, reason)
            case forms.AnyOf() | forms.One() | forms.Cases():
                self.choices.append(Choice(True, form))
        return True

    def _deny(self, form: Form) -> bool:
        if form in self.false:
            return True
        if form in self.true:
            return False
        self.false[form] = None
        match form:
            case forms.Constant():
                return form is forms.FALSE
            case forms.Type(mask=mask):
                self.types &= ~mask
                return self.types != 0
            case forms.AnyOf(parts=parts):
                self.todo.extend(negate(each) for each in reversed(parts))
            case forms.Ref(target=target):
                self.todo.append(negate(target or forms.TRUE))
            case forms.Opaque(reason=reason):
                self.opaque = (*self.opaque, reason)
            case forms.All() | forms.One() | forms.Cases():
                self.choices.append(Choice(False, form))
            case forms.Enum():
                pass
            case _:
                self.types &= domain(form)
                return self.types != 0
        return True

    def status(self, form: Form, depth: int = 0) -> bool | None:
        """Return whether ``form`` holds in this branch; None if that is open."""
        if form in self.true:
            return True
        if form in self.false:
            return False
        kind = type(form)
        if kind in _LOGIC:
            return self._logic_status(form, depth)
        if not self.types & (form.types if kind not in _SIZES else domain(form)):
            return True
        if kind is forms.Property and self.types == OBJECT:
            return self._member_status(cast(forms.Property, form))
        return None

    def _logic_status(self, form: Form, depth: int) -> bool | None:
        match form:
            case forms.Constant(value=value):
                return value
            case forms.Type(mask=mask):
                if not self.types & ~mask:
                    return True
                return None if self.types & mask else False
            case forms.Enum(mask=mask):
                return None if self.types & mask else False
            case forms.Not(form=inner):
                known = self.status(inner, depth)
                return None if known is None else not known
            case forms.All(parts=parts):
                return self._status_of_all(parts, depth, True)
            case forms.AnyOf(parts=parts):
                return self._status_of_all(parts, depth, False)
        return None

    def _status_of_all(
        self, parts: tuple[Form, ...], depth: int, every: bool
    ) -> bool | None:
        """Three-valued AND of ``parts``, or OR if not ``every``."""
        if depth > _DEPTH:
            return None
        result: bool | None = every
        for part in parts:
            known = self.status(part, depth + 1)
            if known is (not every):
                return not every
            if known is None:
                result = None
        return result

    def _member_status(self, form: forms.Property) -> bool | None:
        name, asked = form.name, form.form
        entailment = self.entailment
        for each in self.members.get(name, ()):
            if entailment.entails(each, asked):
                return True
            if name in self.required and entailment.disjoint(each, asked):
                return False
        for wide in self.additional:
            if entailment.entails(wide, form):
                return True
        return None

    def options(self, choice: Choice) -> list[list[Form]] | None:
        """Return the options of ``choice`` that are open; None if it holds already.

        Each option is the list of literals that it would add.
        """
        open_options: list[list[Form]] = []
        for option in self._options(choice):
            left = self._left(option)
            if left is None:
                continue
            if not left:
                return None
            open_options.append(left)
        return open_options

    def _left(self, option: list[Form]) -> list[Form] | None:
        """Return the literals of ``option`` still open; None if one is false."""
        left: list[Form] = []
        for literal in option:
            known = self.status(literal)
            if known is False:
                return None
            if known is None:
                left.append(literal)
        return left

    def _options(self, choice: Choice) -> Iterable[list[Form]]:
        form = choice.form
        match form:
            case forms.AnyOf(parts=parts):
                return [[each] for each in parts]
            case forms.All(parts=parts):
                true = self.true
                return [[negate(each)] for each in parts if each not in true]
            case forms.Cases(cases=cases):
                if choice.asserted:
                    return [[condition, asked] for condition, asked in cases]
                return [[condition, negate(asked)] for condition, asked in cases]
            case forms.One(parts=parts):
                return self._one(parts) if choice.asserted else self._not_one(parts)
        raise TypeError(form)

    def _one(self, parts: tuple[Form, ...]) -> Iterable[list[Form]]:
        known = [self.status(each) for each in parts]
        holding = known.count(True)
        open_parts = [
            part for part, each in zip(parts, known, strict=True) if each is None
        ]
        if holding > 1:
            return
        if holding == 1:
            yield [negate(each) for each in open_parts]
            return
        disjoint = self.entailment.disjoint
        for part in open_parts:
            others = [o for o in open_parts if o is not part and not disjoint(part, o)]
            yield [part, *map(negate, others)]

    def _not_one(self, parts: tuple[Form, ...]) -> Iterable[list[Form]]:
        known = [self.status(each) for each in parts]
        holding = known.count(True)
        open_parts = [
            part for part, each in zip(parts, known, strict=True) if each is None
        ]
        if holding > 1:
            yield []
            return
        if holding == 1:
            yield from ([each] for each in open_parts)
            return
        yield [negate(each) for each in open_parts]
        disjoint = self.entailment.disjoint
        for index, part in enumerate(open_parts):
            for other in open_parts[:index]:
                if not disjoint(part, other):
                    yield [part, other]


_LOGIC = frozenset(
    (
        *(forms.Constant, forms.All, forms.AnyOf, forms.One, forms.Cases),
        *(forms.Ref, forms.Opaque, forms.Type, forms.Enum, forms.Not),
    )
)
_SIZES = (forms.MinSize, forms.MaxSize)
