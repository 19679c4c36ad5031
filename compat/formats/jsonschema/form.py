"""The boolean form of a schema: hash-consed, so that equality is identity.

Every keyword of every draft becomes one of these nodes. An atom constrains
values of the types in its ``types`` and holds for all others.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import chain
from threading import RLock
from typing import Any, ClassVar, TypeVar
from weakref import ref

from compat.formats.jsonschema.values import (
    ANY,
    ARRAY,
    NUMBER,
    OBJECT,
    STRING,
    key,
    type_of,
)

__all__ = [
    "FALSE",
    "TRUE",
    "Additional",
    "All",
    "AnyOf",
    "Cases",
    "Contains",
    "Enum",
    "Form",
    "Items",
    "MaxSize",
    "Maximum",
    "MinSize",
    "Minimum",
    "Multiple",
    "Not",
    "One",
    "Opaque",
    "Pattern",
    "PatternProperty",
    "Property",
    "PropertyNames",
    "Ref",
    "Required",
    "Type",
    "Unique",
    "all_of",
    "any_of",
    "enum",
    "has",
    "negate",
    "one_of",
]

T = TypeVar("T")


class _Entry(ref[Any]):
    """A node in the table of its kind, and its name there."""

    __slots__ = ("name", "table")
    name: tuple[Any, ...]
    table: _Table


_Table = dict[tuple[Any, ...], _Entry]
# A node may go, and `_forget` run, in the middle of any work of this thread.
_LOCK = RLock()


def _forget(entry: _Entry, lock: Any = _LOCK) -> None:
    """Take a node out of the table when the last schema that uses it goes.

    That may be when the interpreter ends and has emptied this module: so the
    lock is a default, and no name of the module is used.
    """
    with lock:
        if entry.table.get(entry.name) is entry:
            del entry.table[entry.name]


class _HashConsed(type):
    """Makes ``Kind(*arguments)`` return the one node with these arguments."""

    table: _Table

    def __init__(cls, *arguments: Any) -> None:
        super().__init__(*arguments)
        cls.table = {}

    def __call__(cls: type[T], *arguments: Any) -> T:
        # mypy takes `cls` for the class that is made, not for this one.
        table: _Table = cls.table  # type: ignore[attr-defined]
        entry = table.get(arguments)
        if entry is not None:
            known: T | None = entry()
            if known is not None:
                return known
        node: T = type.__call__(cls, *arguments)
        mine = _Entry(node, _forget)
        mine.name = arguments
        mine.table = table
        # A step that no other thread sees half done; most find nothing there.
        if table.setdefault(arguments, mine) is mine:
            return node
        with _LOCK:
            other: T | None = table.setdefault(arguments, mine)()
            if other is None:
                table[arguments] = mine
        return node if other is None else other


@dataclass(slots=True, eq=False, weakref_slot=True)
class Form(metaclass=_HashConsed):
    """A node. Never changed once made."""

    types: ClassVar[int] = ANY
    negation: Form | None = field(default=None, init=False, repr=False)


@dataclass(slots=True, eq=False)
class Constant(Form):
    """Every value, or none."""

    value: bool


TRUE, FALSE = Constant(True), Constant(False)


@dataclass(slots=True, eq=False)
class Not(Form):
    """Everything that ``form`` is not."""

    form: Form


@dataclass(slots=True, eq=False)
class All(Form):
    """Every one of the parts."""

    parts: tuple[Form, ...]


@dataclass(slots=True, eq=False)
class AnyOf(Form):
    """At least one of the parts."""

    parts: tuple[Form, ...]


@dataclass(slots=True, eq=False)
class One(Form):
    """Exactly one of the parts."""

    parts: tuple[Form, ...]


@dataclass(slots=True, eq=False)
class Cases(Form):
    """Pairs of a condition and what follows; exactly one condition holds."""

    cases: tuple[tuple[Form, Form], ...]


@dataclass(slots=True, eq=False)
class Ref(Form):
    """A schema that contains itself; ``key`` covers all that it can reach."""

    key: Any
    target: Form | None = field(default=None, init=False, repr=False)


@dataclass(slots=True, eq=False)
class Opaque(Form):
    """A construct that the search cannot express, such as a bad pattern."""

    reason: str
    what: str


@dataclass(slots=True, eq=False)
class Type(Form):
    """A value of one of the types in ``mask``."""

    mask: int


@dataclass(slots=True, eq=False)
class Enum(Form):
    """One of the values whose keys are ``keys``."""

    keys: tuple[Any, ...]
    values: tuple[Any, ...] = field(default=(), init=False, repr=False)
    members: frozenset[Any] = field(default=frozenset(), init=False, repr=False)
    mask: int = field(default=0, init=False, repr=False)


@dataclass(slots=True, eq=False)
class Minimum(Form):
    """A lower bound."""

    types = NUMBER
    bound: int | Fraction
    exclusive: bool


@dataclass(slots=True, eq=False)
class Maximum(Form):
    """An upper bound."""

    types = NUMBER
    bound: int | Fraction
    exclusive: bool


@dataclass(slots=True, eq=False)
class Multiple(Form):
    """A multiple of ``of``; an integer is a multiple of 1."""

    types = NUMBER
    of: int | Fraction


@dataclass(slots=True, eq=False)
class MinSize(Form):
    """At least ``size`` characters, items or members, by ``mask``."""

    mask: int
    size: int


@dataclass(slots=True, eq=False)
class MaxSize(Form):
    """At most ``size`` characters, items or members, by ``mask``."""

    mask: int
    size: int


@dataclass(slots=True, eq=False)
class Pattern(Form):
    """A regular expression that is found in the string."""

    types = STRING
    pattern: str


@dataclass(slots=True, eq=False)
class Items(Form):
    """The items from index ``start`` on; only that one if ``single``."""

    types = ARRAY
    start: int
    single: bool
    form: Form


@dataclass(slots=True, eq=False)
class Contains(Form):
    """Between ``low`` and ``high`` items are of ``form``."""

    types = ARRAY
    form: Form
    low: int
    high: int | None


@dataclass(slots=True, eq=False)
class Unique(Form):
    """No two items are equal."""

    types = ARRAY


@dataclass(slots=True, eq=False)
class Required(Form):
    """A member called ``name`` is there."""

    types = OBJECT
    name: str


@dataclass(slots=True, eq=False)
class Property(Form):
    """The member called ``name``, if there is one, is of ``form``."""

    types = OBJECT
    name: str
    form: Form


@dataclass(slots=True, eq=False)
class PatternProperty(Form):
    """Members whose names match ``pattern`` are of ``form``."""

    types = OBJECT
    pattern: str
    form: Form


@dataclass(slots=True, eq=False)
class Additional(Form):
    """Members that neither ``names`` nor ``patterns`` cover are of ``form``."""

    types = OBJECT
    names: frozenset[str]
    patterns: tuple[str, ...]
    form: Form


@dataclass(slots=True, eq=False)
class PropertyNames(Form):
    """The names of all members are of ``form``."""

    types = OBJECT
    form: Form


def negate(form: Form) -> Form:
    """Return NOT ``form``."""
    if isinstance(form, Not):
        return form.form
    if form.negation is None:
        if isinstance(form, Constant):
            form.negation = FALSE if form is TRUE else TRUE
        else:
            form.negation = Not(form)
    return form.negation


def all_of(forms: Iterable[Form]) -> Form:
    """Return the conjunction of ``forms``, flat and without repetition."""
    parts: dict[Form, None] = dict.fromkeys(forms)
    if FALSE in parts:
        return FALSE
    parts.pop(TRUE, None)
    return _joined(All, _flat(All, parts), TRUE)


def any_of(forms: Iterable[Form]) -> Form:
    """Return the disjunction of ``forms``, flat and without repetition."""
    parts: dict[Form, None] = dict.fromkeys(forms)
    if TRUE in parts:
        return TRUE
    parts.pop(FALSE, None)
    return _joined(AnyOf, _listed_once(_flat(AnyOf, parts)), FALSE)


def _flat(kind: type[All | AnyOf], parts: dict[Form, None]) -> dict[Form, None]:
    """Return ``parts`` with those of ``kind`` replaced by their own parts."""
    if kind not in map(type, parts):  # of thousands, and most have none
        return parts
    nested = (each.parts if isinstance(each, kind) else (each,) for each in parts)
    return dict.fromkeys(chain.from_iterable(nested))


def _listed_once(parts: dict[Form, None]) -> dict[Form, None]:
    """Return ``parts`` with all enums as one."""
    enums = [each for each in parts if isinstance(each, Enum)]
    if len(enums) < 2:
        return parts
    merged = enum(value for each in enums for value in each.values)
    return dict.fromkeys(
        merged if each is enums[0] else each
        for each in parts
        if each is enums[0] or not isinstance(each, Enum)
    )


def _joined(kind: type[All | AnyOf], parts: dict[Form, None], none: Form) -> Form:
    if len(parts) > 1:
        return kind(tuple(parts))
    return next(iter(parts), none)


def one_of(forms: Iterable[Form]) -> Form:
    """Return the form of ``oneOf``."""
    parts = tuple(forms)
    if _apart(parts):
        return any_of(parts)
    return One(parts)


def _apart(parts: tuple[Form, ...]) -> bool:
    """Whether surely no value is of two parts: other types, values or tags."""
    total = 0
    for part in parts:
        mask = _mask(part)
        if total & mask:
            break
        total |= mask
    else:
        return True
    if all(isinstance(each, Enum) for each in parts):
        return _different([each for each in parts if isinstance(each, Enum)])
    tags = [_tags(each) for each in parts]
    return any(
        all(name in each for each in tags) and _different([e[name] for e in tags])
        for name in tags[0]
    )


def _mask(form: Form) -> int:
    mask = ANY
    for part in form.parts if isinstance(form, All) else (form,):
        if isinstance(part, Type | Enum):
            mask &= part.mask
    return mask


def _tags(form: Form) -> dict[str, Enum]:
    """Return the members that an object of ``form`` has, of few listed values."""
    parts = form.parts if isinstance(form, All) else (form,)
    if _mask(form) != OBJECT:
        return {}
    required = {each.name for each in parts if isinstance(each, Required)}
    return {
        each.name: inner
        for each in parts
        if isinstance(each, Property) and each.name in required
        for inner in (each.form.parts if isinstance(each.form, All) else (each.form,))
        if isinstance(inner, Enum)
    }


def _different(enums: list[Enum]) -> bool:
    total = sum(len(each.members) for each in enums)
    return len(frozenset().union(*(each.members for each in enums))) == total


def enum(values: Iterable[Any]) -> Enum:
    """Return the form of ``values``, which are exact."""
    by_key = {key(value): value for value in values}
    form = Enum(tuple(by_key))
    if not form.members:
        form.mask = 0
        for value in by_key.values():
            form.mask |= type_of(value)
        form.values = tuple(by_key.values())
        form.members = frozenset(by_key)
    return form


def has(name: str) -> Form:
    """Return the form of an object with a member called ``name``."""
    return all_of((Type(OBJECT), Required(name)))
