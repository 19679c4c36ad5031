"""Pair the nodes of a reader and a writer, and run the rules on each pair."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

from compat.budget import Budget
from compat.formats.avro.checks import CHECKS, RULES, Check, Fault
from compat.formats.avro.matching import candidates, match, same_kind
from compat.formats.avro.model import (
    NO_DEFAULT,
    Array,
    Enum,
    Field,
    Map,
    Named,
    Node,
    Record,
    Union,
)
from compat.formats.avro.rules.record import default_invalid, no_default
from compat.formats.avro.rules.type import type_mismatch
from compat.formats.avro.rules.union import branch_missing
from compat.rules import Rule
from compat.verdict import Severity

__all__ = ["Problem", "Route", "resolve"]

MAX_DEPTH = 60
"""Pairs deeper than this wait in a queue, so that no schema exhausts the stack."""

MAX_PROBLEMS = 1_000
"""How many problems are told, once one of them breaks; nobody reads on."""

_SYMBOLS_PER_STEP = 50


@dataclass(frozen=True, slots=True)
class Route:
    """One step from the writer's root towards the node that a problem is about.

    ``node`` is where the step starts; ``index`` is the field or branch taken,
    None for the items of an array or the values of a map.
    """

    before: Route | None
    node: Node
    index: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault with its rule, its path in the reader and its route in the writer.

    ``reader`` and ``writer`` are the two nodes; ``causes`` are the problems
    inside the nearest branch, when no branch of a union reads the writer.
    """

    rule: Rule
    path: str
    fault: Fault
    message: str
    route: Route | None
    reader: Node
    writer: Node
    causes: tuple[Problem, ...] = ()


def resolve(reader: Node, writer: Node, budget: Budget) -> tuple[list[Problem], bool]:
    """Return the problems of reading ``writer``'s data as ``reader``.

    The flag is whether these are all; it is False only when one breaks.

    Each pair of named types is looked at once, where it is met first. Paths
    are Java's: the root is ``/``, and a writer's branch that a plain reader or
    no branch reads adds its own position.
    """
    walk = _Walk(budget)
    walk.pair(_Place(reader, writer, "", None, None), 0)
    while walk.waiting:
        walk.pair(walk.waiting.pop(0), 0)
    return walk.found, not walk.cut


class _Verdicts:
    """Whether a node reads another: the greatest fixpoint over pairs of types.

    A pair being looked at is taken for readable. When such a pair turns out
    unreadable, what was found readable meanwhile is forgotten and asked again;
    what was found unreadable stays so, for it rests on less.
    """

    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        self._known: dict[tuple[int, int], bool] = {}
        self._open: set[tuple[int, int]] = set()
        self._assumed: set[tuple[int, int]] = set()
        self._waiting: list[tuple[Node, Node]] = []

    def readable(self, reader: Node, writer: Node) -> bool:
        """Whether every datum of ``writer`` is read by ``reader``."""
        while True:
            answer = self._reads(reader, writer, 0)
            while self._waiting:
                self._reads(*self._waiting.pop(), 0)
            known, assumed = self._known, self._assumed
            if all(known.get(pair, True) for pair in assumed):
                self._assumed = set()
                return answer
            self._known = {pair: False for pair, reads in known.items() if not reads}
            self._assumed = set()

    def _reads(self, reader: Node, writer: Node, depth: int) -> bool:
        if _same(reader, writer):
            return True
        self._budget.spend()
        if isinstance(writer, Union):
            return all(self._reads(reader, b, depth + 1) for b in writer.branches)
        if isinstance(reader, Union):
            branches = (reader.branches[i] for i in candidates(reader, writer))
            return any(self._reads(b, writer, depth + 1) for b in branches)
        if isinstance(reader, Named) and isinstance(writer, Named):
            return self._named(reader, writer, depth)
        return self._plain(reader, writer, depth)

    def _plain(self, reader: Node, writer: Node, depth: int) -> bool:
        if not _sound(reader, writer, self._budget):
            return False
        match reader, writer:
            case Array(), Array():
                return self._reads(reader.items, writer.items, depth + 1)
            case Map(), Map():
                return self._reads(reader.values, writer.values, depth + 1)
            case Record(), Record():
                return self._fields(reader, writer, depth)
        return True

    def _fields(self, reader: Record, writer: Record, depth: int) -> bool:
        for field in reader.fields:
            position = match(field, writer)
            if position is not None:
                written = writer.fields[position].type
                if not self._reads(field.type, written, depth + 1):
                    return False
        return True

    def _named(self, reader: Node, writer: Node, depth: int) -> bool:
        pair = id(reader), id(writer)
        known = self._known.get(pair)
        if known is not None:
            return known
        if pair in self._open:
            self._assumed.add(pair)
            return True
        if depth > MAX_DEPTH:
            self._assumed.add(pair)
            self._waiting.append((reader, writer))
            return True
        self._budget.spend(_cost(writer))
        self._open.add(pair)
        try:
            known = self._plain(reader, writer, depth)
        finally:
            self._open.discard(pair)
        self._known[pair] = known
        return known


class _Place(NamedTuple):
    """A pair of nodes, and how the walk came to it.

    ``owner`` is the reader's record and field that hold the reader's node.
    """

    reader: Node
    writer: Node
    path: str
    route: Route | None
    owner: tuple[Record, Field] | None


class _Walk:
    """Collects problems in schema order; ``waiting`` are pairs too deep for now."""

    def __init__(self, budget: Budget) -> None:
        self.found: list[Problem] = []
        self.waiting: list[_Place] = []
        self.cut = False
        self._breaks = False
        self._budget = budget
        self._verdicts: _Verdicts | None = None
        self._seen: set[tuple[int, int]] = set()
        self._explained: set[tuple[int, int]] = set()
        self._open: set[tuple[int, int]] = set()
        self._inside = 0

    def pair(self, at: _Place, depth: int) -> None:
        """Collect the problems of one pair and of all below it."""
        reader, writer = at.reader, at.writer
        if _same(reader, writer):
            return
        if self._enough():
            return
        if depth > MAX_DEPTH:
            self.waiting.append(at)
            return
        self._budget.spend()
        if isinstance(writer, Union):
            self._writers_branches(reader, writer, at, depth)
        elif isinstance(reader, Union):
            self._branch(reader, writer, at, at.path, depth)
        elif isinstance(reader, Named) and isinstance(writer, Named):
            if self._first(reader, writer):
                self._budget.spend(_cost(writer))
                self._open.add((id(reader), id(writer)))
                self._plain(reader, writer, at, depth)
                self._open.discard((id(reader), id(writer)))
        else:
            self._plain(reader, writer, at, depth)

    def _enough(self) -> bool:
        self.cut = self.cut or (self._breaks and len(self.found) >= MAX_PROBLEMS)
        return self.cut

    def _first(self, reader: Named, writer: Named) -> bool:
        """Whether to look at this pair.

        It is, at most once inside a branch that fails, and once elsewhere,
        where its problems count by themselves.
        """
        pair = id(reader), id(writer)
        if pair in self._seen or (self._inside and pair in self._explained):
            return False
        (self._explained if self._inside else self._seen).add(pair)
        return True

    def _writers_branches(
        self, reader: Node, writer: Union, at: _Place, depth: int
    ) -> None:
        for index, branch in enumerate(writer.branches):
            route = Route(at.route, writer, index)
            if isinstance(reader, Union):
                inner = _Place(reader, branch, at.path, route, at.owner)
                self._branch(reader, branch, inner, f"{at.path}/{index}", depth)
            else:
                path = f"{at.path}/{index}"
                self.pair(_Place(reader, branch, path, route, at.owner), depth + 1)

    def _branch(
        self, reader: Union, writer: Node, at: _Place, path: str, depth: int
    ) -> None:
        """Follow the branch that reads ``writer``, or say why none does.

        ``path`` is where a missing branch is reported; what is wrong inside
        the nearest branch follows, at its own place.
        """
        if self._enough():
            return
        self._budget.spend()
        near = candidates(reader, writer)
        if self._verdicts is None:
            self._verdicts = _Verdicts(self._budget)
        readable, branches = self._verdicts.readable, reader.branches
        good = next((i for i in near if readable(branches[i], writer)), None)
        if good is not None:
            self.pair(_inside(at, reader, good), depth + 1)
            return
        if near and (id(branches[near[0]]), id(writer)) in self._open:
            return  # a recursive use: what is wrong is being told right now
        before = len(self.found)
        causes = self._causes(_inside(at, reader, near[0]), depth) if near else None
        told = None if causes is None else [each.fault.message for each in causes]
        for fault in branch_missing(reader, writer, told):
            problem = self._problem(RULES["AVRO_UNION_BRANCH_MISSING"], fault, at, path)
            self.found.insert(before, replace(problem, causes=tuple(causes or ())))

    def _causes(self, at: _Place, depth: int) -> list[Problem]:
        """Collect and return what breaks in a branch that fails.

        Nothing, when that was told before.
        """
        before = len(self.found)
        self._inside += 1
        self.pair(at, depth + 1)
        self._inside -= 1
        found = self.found[before:]
        return [each for each in found if each.rule.severity is Severity.BREAK]

    def _plain(self, reader: Node, writer: Node, at: _Place, depth: int) -> None:
        faults = _faults(reader, writer)
        if isinstance(reader, Record) and isinstance(writer, Record):
            self._record(reader, writer, at, depth, faults)
            return
        for rule, fault in faults:
            self._add(rule, fault, at)
        match reader, writer:
            case Array(), Array():
                inner = (reader.items, writer.items, f"{at.path}/items")
            case Map(), Map():
                inner = (reader.values, writer.values, f"{at.path}/values")
            case _:
                return
        self.pair(_Place(*inner, Route(at.route, writer), at.owner), depth + 1)

    def _record(
        self,
        reader: Record,
        writer: Record,
        at: _Place,
        depth: int,
        faults: list[tuple[Rule, Fault]],
    ) -> None:
        by_field: dict[int, list[tuple[Rule, Fault]]] = {}
        for rule, fault in faults:
            by_field.setdefault(fault.position, []).append((rule, fault))
        for rule, fault in by_field.pop(-1, ()):
            self._add(rule, fault, at)
        for index, r in enumerate(reader.fields):
            position = match(r, writer)
            if position is None:
                told = _lacked(reader, index, self._budget)
            else:
                told = by_field.get(index, [])
            if position is None and not told:
                continue
            if self._breaks and self._enough():
                return
            for rule, fault in told:
                self._add(rule, fault, at)
            if position is None:
                continue
            written = writer.fields[position].type
            if not _same(r.type, written):
                path = f"{at.path}/fields/{index}/type"
                route = Route(at.route, writer, position)
                inner = _Place(r.type, written, path, route, (reader, r))
                self.pair(inner, depth + 1)

    def _add(self, rule: Rule, fault: Fault, at: _Place) -> None:
        path = f"{at.path}{fault.at}" or "/"
        self.found.append(self._problem(rule, fault, at, path))

    def _problem(self, rule: Rule, fault: Fault, at: _Place, path: str) -> Problem:
        self._breaks = self._breaks or rule.severity is Severity.BREAK
        message = fault.message
        if at.owner is not None:
            record, field = at.owner
            message = f"in field {field.name!r} of record {record.full}, {message}"
        return Problem(
            rule, path or "/", fault, message, at.route, at.reader, at.writer
        )


def _inside(at: _Place, reader: Union, index: int) -> _Place:
    branch, path = reader.branches[index], f"{at.path}/{index}"
    return _Place(branch, at.writer, path, at.route, at.owner)


def _same(reader: Node, writer: Node) -> bool:
    """Whether both are one node, or unions of the same: nothing differs then."""
    if isinstance(reader, Union) and isinstance(writer, Union):
        return reader.branches == writer.branches
    return reader is writer


def _faults(reader: Node, writer: Node) -> list[tuple[Rule, Fault]]:
    """Return what the rules find on the two nodes themselves, no unions.

    Of two records, not on the reader's fields that the writer lacks.
    """
    if not same_kind(reader, writer):
        rule = RULES["AVRO_TYPE_MISMATCH"]
        return [(rule, fault) for fault in type_mismatch(reader, writer)]
    return [
        (rule, fault)
        for rule, check in CHECKS.get(type(reader), ())
        for fault in check(reader, writer)
    ]


def _lacked(reader: Record, index: int, budget: Budget) -> list[tuple[Rule, Fault]]:
    """Return what the rules find on the field ``index``, which the writer lacks."""
    if reader.fields[index].default is NO_DEFAULT:
        rule = RULES["AVRO_FIELD_NO_DEFAULT"]
        found = no_default(reader, index)
    else:
        rule = RULES["AVRO_DEFAULT_INVALID"]
        found = default_invalid(reader, index, budget)
    return [(rule, fault) for fault in found]


def _sound(reader: Node, writer: Node, budget: Budget) -> bool:
    """Whether no rule that breaks fires on the two nodes themselves."""
    if not same_kind(reader, writer):
        return False
    if isinstance(reader, Record) and isinstance(writer, Record):
        for index, field in enumerate(reader.fields):
            if match(field, writer) is None and _lacked(reader, index, budget):
                return False
    return not any(
        True for check in _breaking(type(reader)) for _ in check(reader, writer)
    )


def _breaking(kind: type) -> list[Check]:
    if kind not in _BREAKING:
        _BREAKING[kind] = [
            check
            for rule, check in CHECKS.get(kind, ())
            if rule.severity is Severity.BREAK
        ]
    return _BREAKING[kind]


_BREAKING: dict[type, list[Check]] = {}


def _cost(writer: Node) -> int:
    match writer:
        case Record():
            return 1 + len(writer.fields)
        case Enum():
            return 1 + len(writer.symbols) // _SYMBOLS_PER_STEP
        case _:
            return 1
