"""What all versions of one named type ever had, and which stand against a new one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from compat.budget import Budget
from compat.errors import BudgetSpent
from compat.formats.avro.defaults import why_unfit
from compat.formats.avro.model import (
    NO_DEFAULT,
    Definition,
    Enum,
    Field,
    Fixed,
    Named,
    Node,
    Record,
)
from compat.formats.avro.shapes import Shape, faultless
from compat.version_sets import Versions, any_of, mark

__all__ = ["Merged", "ShapeOf", "Types", "merged"]

ShapeOf: TypeAlias = Callable[[Node], Shape]

Types: TypeAlias = Callable[[Node, dict[Shape, Versions]], Versions]
"""Tell which versions' types of these shapes may not go with the new type."""


@dataclass(slots=True)
class Merged:
    """The versions that have a named type, and under which aliases."""

    full: str
    name: str
    versions: Versions = 0
    aliases: dict[tuple[str, ...], Versions] = field(default_factory=dict)

    def note(self, named: Named, version: Versions) -> None:
        """Note that ``version`` has the type ``named``."""
        self.versions |= version
        mark(self.aliases, named.aliases, version)

    def not_meant_by(self, reader: Named) -> Versions:
        """Return the versions whose type the new ``reader`` does not name."""
        meant = reader.name == self.name or self.full in reader.aliases
        return 0 if meant else self.versions

    def not_meaning(self, writer: Named) -> Versions:
        """Return the versions whose type does not name the new ``writer``."""
        if writer.name == self.name:
            return 0
        without = (v for names, v in self.aliases.items() if writer.full not in names)
        return any_of(without)


@dataclass(slots=True)
class MergedFixed(Merged):
    """The fixed types of one full name; one of each kind is kept."""

    kept: dict[Shape, Fixed] = field(default_factory=dict)
    seen: dict[Shape, Versions] = field(default_factory=dict)

    def add(self, fixed: Fixed, version: Versions, _: ShapeOf, __: Budget) -> None:
        """Add a version's type."""
        self.note(fixed, version)
        key = fixed.size, fixed.logical, fixed.aliases
        self.kept.setdefault(key, fixed)
        mark(self.seen, key, version)

    def unread(self, reader: Fixed, _: Types, budget: Budget) -> Versions:
        """Return the versions whose data the new ``reader`` may not read."""
        budget.spend(len(self.kept))
        return any_of(
            self.seen[key]
            for key, each in self.kept.items()
            if not faultless(reader, each)
        )

    def unable(self, writer: Fixed, _: Types, budget: Budget) -> Versions:
        """Return the versions that may not read the new ``writer``'s data."""
        budget.spend(len(self.kept))
        return any_of(
            self.seen[key]
            for key, each in self.kept.items()
            if not faultless(each, writer)
        )


@dataclass(slots=True)
class MergedEnum(Merged):
    """The enums of one full name: who had which symbol."""

    symbols: dict[str, Versions] = field(default_factory=dict)

    def add(self, enum: Enum, version: Versions, _: ShapeOf, __: Budget) -> None:
        """Add a version's type."""
        self.note(enum, version)
        for symbol in enum.symbols:
            mark(self.symbols, symbol, version)

    def unread(self, reader: Enum, _: Types, budget: Budget) -> Versions:
        """Return the versions with a symbol that the new ``reader`` lacks."""
        budget.spend(1 + len(self.symbols) // 10)
        lacking = (v for each, v in self.symbols.items() if each not in reader.known)
        return self.not_meant_by(reader) | any_of(lacking)

    def unable(self, writer: Enum, _: Types, budget: Budget) -> Versions:
        """Return the versions that lack a symbol of the new ``writer``."""
        budget.spend(1 + len(writer.symbols) // 10)
        held = (self.symbols.get(each, 0) for each in writer.symbols)
        return self.not_meaning(writer) | any_of(self.versions & ~v for v in held)


@dataclass(slots=True)
class _Fields:
    """The fields of one name with the same aliases, over the versions.

    ``needed`` are the versions that can't do without: theirs has no default,
    or one that does not fit.
    """

    versions: Versions = 0
    needed: Versions = 0
    shapes: dict[Shape, Versions] = field(default_factory=dict)


@dataclass(slots=True)
class MergedRecord(Merged):
    """The records of one full name: fields by name, and by each name they go by."""

    fields: dict[tuple[str, ...], _Fields] = field(default_factory=dict)
    by_name: dict[str, list[_Fields]] = field(default_factory=dict)
    by_any_name: dict[str, list[_Fields]] = field(default_factory=dict)

    def add(
        self, record: Record, version: Versions, shape_of: ShapeOf, budget: Budget
    ) -> None:
        """Add a version's type."""
        self.note(record, version)
        for each in record.fields:
            fields = self._fields(each)
            fields.versions |= version
            mark(fields.shapes, shape_of(each.type), version)
            if _needed(each, budget):
                fields.needed |= version

    def _fields(self, each: Field) -> _Fields:
        names = _names(each)
        if names not in self.fields:
            made = self.fields[names] = _Fields()
            self.by_name.setdefault(each.name, []).append(made)
            for name in names:
                self.by_any_name.setdefault(name, []).append(made)
        return self.fields[names]

    def unread(self, reader: Record, types: Types, budget: Budget) -> Versions:
        """Return the versions whose data the new ``reader`` may not read."""
        budget.spend(1 + len(reader.fields))
        found = self.not_meant_by(reader)
        claimed: set[str] = set()
        for each in reader.fields:
            once = 0
            for name in _names(each):
                for fields in self.by_name.get(name, ()):
                    # Two of one version's fields for one of the reader's, or the
                    # other way about: aliases leave open which is meant.
                    found |= once & fields.versions
                    once |= fields.versions
                    found |= types(each.type, fields.shapes)
                    if name in claimed:
                        found |= fields.versions
                claimed.add(name)
            lacking = self.versions & ~once
            if lacking and _needed(each, budget):
                found |= lacking
        return found

    def unable(self, writer: Record, types: Types, budget: Budget) -> Versions:
        """Return the versions that may not read the new ``writer``'s data."""
        budget.spend(1 + len(writer.fields) + len(self.fields) // 10)
        found = self.not_meaning(writer)
        matched: set[int] = set()
        for each in writer.fields:
            once = 0
            for fields in self.by_any_name.get(each.name, ()):
                found |= once & fields.versions
                once |= fields.versions
                found |= types(each.type, fields.shapes)
                if id(fields) in matched:
                    found |= fields.versions
                matched.add(id(fields))
        unmatched = (f for f in self.fields.values() if id(f) not in matched)
        return found | any_of(each.needed for each in unmatched)


def merged(named: Definition) -> MergedRecord | MergedEnum | MergedFixed:
    """Return an empty summary for the versions of ``named``."""
    match named:
        case Record():
            return MergedRecord(named.full, named.name)
        case Enum():
            return MergedEnum(named.full, named.name)
        case Fixed():
            return MergedFixed(named.full, named.name)


def _names(each: Field) -> tuple[str, ...]:
    """Return the field's own name, then its aliases."""
    if not each.aliases:
        return (each.name,)
    return tuple(dict.fromkeys((each.name, *each.aliases)))


def _needed(each: Field, budget: Budget) -> bool:
    """Whether no default stands in for the field; also where that is not clear."""
    if each.default is NO_DEFAULT:
        return True
    try:
        return why_unfit(each.type, each.default, budget) is not None
    except BudgetSpent:
        return True
