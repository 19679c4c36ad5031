"""All earlier versions at once: which of them a new schema may not stand against."""

from __future__ import annotations

from typing import Any, TypeAlias

from compat.budget import Budget
from compat.errors import BudgetSpent
from compat.formats.avro.merged import merged
from compat.formats.avro.model import Definition, Node, Primitive, Record
from compat.formats.avro.renaming import aliases_of, clash, unions_of
from compat.formats.avro.schema import AvroSchema
from compat.formats.avro.shapes import Shape, named_within, reads_shape, shape
from compat.verdict import Direction
from compat.version_sets import Versions, any_of, mark, places

__all__ = ["MAX_STEPS", "AvroHistory"]

MAX_STEPS = 100_000
"""How much one question may cost; above it every version is a suspect.

So may looking at a version's defaults; those above it stand in for nothing.
"""

_Key: TypeAlias = tuple[str, str]
"""A named type: its kind and its full name."""


class AvroHistory:
    """The shapes of the roots, and what each named type ever had.

    A question costs as much as the new schema is large, however many versions
    there are, as long as fields seldom change their shapes. Versions that are
    not `suspects` are proved to have no finding at all against the new
    schema, notes included; a suspect may be innocent.

    The proof: each pair of types of one name that both sides have, and each
    that shapes lead to, is faultless; so no walk from the roots meets a fault.
    A type counts even where its version uses it at another place.
    """

    def __init__(self) -> None:
        self._count = 0
        self._odd: Versions = 0
        self._roots: dict[Shape, Versions] = {}
        self._nodes: dict[Shape, Node] = {}
        self._named: dict[_Key, Any] = {}
        self._unions: dict[tuple[str, ...], Versions] = {}
        self._aliases: dict[tuple[tuple[str, str], ...], Versions] = {}

    def __len__(self) -> int:
        return self._count

    def extend(self, schema: AvroSchema) -> None:
        """Add the next version."""
        version = 1 << self._count
        self._count += 1
        definitions = _definitions(schema.root)
        if definitions is None:
            self._odd |= version
            return
        mark(self._roots, self._shape(schema.root), version)
        for names in unions_of(schema.root):
            mark(self._unions, names, version)
        if renamed := _renamed(schema):
            mark(self._aliases, tuple(renamed.items()), version)
        budget = Budget(MAX_STEPS)
        for key, named in definitions.items():
            if key not in self._named:
                self._named[key] = merged(named)
            self._named[key].add(named, version, self._shape, budget)

    def suspects(self, schema: AvroSchema, direction: Direction) -> frozenset[int]:
        """Return the places of versions that may not go with ``schema``.

        Counted from 0 in the order of `extend`. ``schema`` is the reader when
        ``direction`` is BACKWARD, the writer when it is FORWARD.
        """
        definitions = _definitions(schema.root)
        if definitions is None:
            return frozenset(range(self._count))
        question = _Question(self._nodes, self._named, direction)
        try:
            found = question.types(schema.root, self._roots)
            for key, named in definitions.items():
                question.meet(named, key)
            found |= question.answer() | self._merged(schema, direction)
            return places(found | self._odd)
        except BudgetSpent:
            return frozenset(range(self._count))

    def _merged(self, schema: AvroSchema, direction: Direction) -> Versions:
        """Return the versions whose unions get one name twice, or give it."""
        if direction is Direction.BACKWARD:
            own = _renamed(schema)
            unions = self._unions.items() if own else ()
            return any_of(found for names, found in unions if clash(names, own))
        mine = [*unions_of(schema.root)] if self._aliases else []
        return any_of(
            found
            for renamed, found in self._aliases.items()
            if any(clash(names, dict(renamed)) for names in mine)
        )

    def _shape(self, node: Node) -> Shape:
        found = shape(node)
        self._nodes.setdefault(found, node)
        return found


class _Question:
    """One new schema against the summary; pairs of named types wait in a list."""

    def __init__(
        self, nodes: dict[Shape, Node], named: dict[_Key, Any], direction: Direction
    ) -> None:
        self._nodes = nodes
        self._named = named
        self._backward = direction is Direction.BACKWARD
        self._budget = Budget(MAX_STEPS)
        self._proved: dict[tuple[Shape, Shape], bool] = {}
        self._waiting: list[tuple[Definition, _Key]] = []
        self._met: set[tuple[int, _Key]] = set()

    def meet(self, new: Definition, old: _Key) -> None:
        """Ask about a new named type and the versions of an old one."""
        if old in self._named and (id(new), old) not in self._met:
            self._met.add((id(new), old))
            self._waiting.append((new, old))

    def answer(self) -> Versions:
        """Return the suspects of all pairs met, and of those that they lead to."""
        found = 0
        while self._waiting:
            new, key = self._waiting.pop()
            old = self._named[key]
            ask = old.unread if self._backward else old.unable
            found |= ask(new, self.types, self._budget)
        return found

    def types(self, new: Node, old: dict[Shape, Versions]) -> Versions:
        """Return the versions whose type, of a shape in ``old``, may not go."""
        own = shape(new)
        if len(old) > 1:
            self._budget.spend(len(old))
        found = 0
        for each, versions in old.items():
            if each != own and not self._goes(new, own, each):
                found |= versions
        return found

    def _goes(self, new: Node, own: Shape, old: Shape) -> bool:
        known = self._proved.get((own, old))
        if known is not None:
            return known
        pairs: list[tuple[Any, Any]] = []
        node = self._nodes[old]
        reader, writer = (new, node) if self._backward else (node, new)
        goes = reads_shape(reader, writer, pairs, self._budget)
        self._proved[own, old] = goes
        if goes:
            for r, w in pairs:
                mine, other = (r, w) if self._backward else (w, r)
                self.meet(mine, _key(other))
        return goes


def _renamed(schema: AvroSchema) -> dict[str, str]:
    """Return the full names that ``schema`` has for its aliases."""
    if not any(each.aliases for each in schema.types.values()):
        return {}
    return {name: each.full for name, each in aliases_of(schema.root).items()}


def _definitions(root: Node) -> dict[_Key, Definition] | None:
    """Return the named types that ``root`` reaches; None when two share a name."""
    found: dict[_Key, Definition] = {}
    done: set[int] = set()
    waiting = named_within(root)
    while waiting:
        named = waiting.pop()
        known = found.setdefault(_key(named), named)
        if known is not named:
            return None
        if id(named) in done:
            continue
        done.add(id(named))
        if isinstance(named, Record):
            for field in named.fields:
                if not isinstance(field.type, Primitive):
                    waiting += named_within(field.type)
    return found


def _key(named: Definition) -> _Key:
    return named.type, named.full
