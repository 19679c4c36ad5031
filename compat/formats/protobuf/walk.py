"""Pairs the messages of two schemas, asks every rule, and confirms what it says."""

from __future__ import annotations

from collections.abc import Iterator

from compat.budget import Budget
from compat.errors import BudgetSpent
from compat.formats.protobuf import rules as _declared  # noqa: F401 (its rules)
from compat.formats.protobuf.carrier import CARRIER, carrying
from compat.formats.protobuf.envelope import unopened
from compat.formats.protobuf.model import Enum, File, Message
from compat.formats.protobuf.pairs import Enums, Pair, Slot
from compat.formats.protobuf.problem import Problem
from compat.formats.protobuf.ruling import ENUM, FIELD, FILE, MESSAGE, TYPE
from compat.formats.protobuf.schema import ProtobufSchema
from compat.formats.protobuf.witness import Witnesses
from compat.rules import Rule
from compat.verdict import Finding, Reading, Severity, Witness

__all__ = ["can_read"]
_DATUM = 5  # steps that a datum costs, beside 1 for a pair of fields
_FINDING = 5  # steps that a finding costs
_DIFFERENCE = 3  # steps that two unequal fields cost
_WITNESSES = 200  # findings of one answer that are tried on data
_FINDINGS = 1_000  # findings that are told once one breaks; nobody reads on


def can_read(reader: ProtobufSchema, writer: ProtobufSchema, budget: Budget) -> Reading:
    """Find each way in which ``reader`` refuses or misreads ``writer``'s data."""
    return _Walk(reader, writer, budget).read()


class _Enough(Exception):
    """There are more findings than anyone reads, and one of them breaks."""


class _Walk:
    """One question: the pairs met so far, and what was found in each."""

    def __init__(
        self, reader: ProtobufSchema, writer: ProtobufSchema, budget: Budget
    ) -> None:
        self.reader: File = reader.model
        self.writer: File = writer.model
        self.schemas = reader, writer
        self.budget = budget
        self.met: dict[tuple[str, str], None] = {}
        self.waiting: list[Pair] = []
        self.enums: dict[tuple[str, str], Enums] = {}
        self.findings: dict[tuple[str, str], Finding] = {}
        self.unknown: dict[str, None] = {}
        self.tries = 0
        self.breaks = False

    def read(self) -> Reading:
        """Return all that is found, or what there was when there was enough."""
        try:
            self._walk()
        except _Enough:
            told = f"what follows the first {len(self.findings)} findings"
            self.unknown[told] = None
        except BudgetSpent as spent:
            if not self.breaks:
                raise
            self.unknown[f"further differences: the search {spent}"] = None
        return Reading(tuple(self.findings.values()), tuple(self.unknown))

    def _walk(self) -> None:
        """Walk from the reader's own messages to all that their fields use."""
        for rule, problem in FILE.run(self.reader, self.writer):
            self._report(rule, problem, None)
        for pair in self._declared():
            self._meet(pair)
            while self.waiting:
                self._compare(self.waiting.pop(0))
        for name, enum in self.reader.enums.items():
            if name in self.writer.enums:
                self._meet_enums(enum, self.writer.enums[name], None)
        for enums in self.enums.values():
            self.budget.spend(len(enums.reader.values))
            for rule, problem in ENUM.run(enums):
                self._report(rule, problem, enums)

    def _declared(self) -> Iterator[Pair]:
        """Yield the messages of one name; one that moved to an import as well."""
        for name, reader in self.reader.messages.items():
            if name in self.writer.messages:
                yield self._pair(reader, self.writer.messages[name])
        for name, writer in self.writer.messages.items():
            if name not in self.reader.messages and name in self.reader.imported:
                moved = self.reader.all_messages[self.reader.imported[name]]
                yield self._pair(moved, writer)

    def _pair(self, reader: Message, writer: Message) -> Pair:
        return Pair(reader, writer, self.reader, self.writer)

    def _meet(self, pair: Pair) -> None:
        key = pair.reader.full_name, pair.writer.full_name
        if key not in self.met:
            self.met[key] = None
            self.waiting.append(pair)

    def _compare(self, pair: Pair) -> None:
        for message in (pair.reader, pair.writer):
            if message.unsupported:
                self.unknown[message.unsupported] = None
        self.budget.spend(1 + len(pair.writer.fields))
        if pair.reader is not pair.writer:
            for rule, problem in MESSAGE.run(pair):
                self._report(rule, problem, pair)
        for number, field in pair.reader.fields.items():
            written = pair.writer.fields.get(number)
            if written is not None:
                self._compare_fields(Slot(pair, field, written))

    def _compare_fields(self, slot: Slot) -> None:
        for part in (slot, *_parts(slot)):
            self._follow(part)
            # Equal fields differ only where their enums do.
            if part.reader != part.writer or part.reader.kind == "enum":
                for rule, problem in TYPE.run(part):
                    self._report(rule, problem, slot.pair)
        if slot.reader != slot.writer:
            self.budget.spend(_DIFFERENCE)
            for rule, problem in FIELD.run(slot):
                self._report(rule, problem, slot.pair)

    def _follow(self, slot: Slot) -> None:
        """Meet the messages or enums that are the types of ``slot``."""
        reader, writer = slot.reader, slot.writer
        if not (reader.type and writer.type):
            return
        messages = self.reader.all_messages, self.writer.all_messages
        if reader.type in messages[0] and writer.type in messages[1]:
            self._meet(self._pair(messages[0][reader.type], messages[1][writer.type]))
        elif slot.reader_enum is not None and slot.writer_enum is not None:
            self._meet_enums(slot.reader_enum, slot.writer_enum, slot)

    def _meet_enums(self, reader: Enum, writer: Enum, slot: Slot | None) -> None:
        own = self.reader.enums.get(reader.name) is reader
        path = reader.name if own else reader.full_name
        key = reader.full_name, writer.full_name
        self.enums.setdefault(key, Enums(path, reader, writer, slot))

    def _report(self, rule: Rule, problem: Problem, where: Pair | Enums | None) -> None:
        if (rule.id, problem.path) in self.findings:
            return
        if len(self.findings) >= _FINDINGS:
            if self.breaks:
                raise _Enough
            if rule.severity is Severity.NOTE:
                return
        self.budget.spend(_FINDING)
        self.breaks = self.breaks or rule.severity is Severity.BREAK
        found = None
        tried = problem.data or problem.types
        if tried and self.tries < _WITNESSES:
            self.tries += 1
            self.budget.spend(_DATUM * len(tried))
            found = self._witness(where, problem)
        self.findings[rule.id, problem.path] = Finding(
            rule.id,
            rule.severity,
            problem.path,
            problem.message,
            problem.reader,
            problem.writer,
            witness=found,
        )

    def _witness(self, where: Pair | Enums | None, problem: Problem) -> Witness | None:
        reader, writer = self.schemas
        data = problem.data
        if where is None:
            return unopened(problem.types, writer.pool, reader.pool)
        if isinstance(where, Enums) and where.slot is None:
            reading = carrying(reader, where.reader.full_name)
            tried = Witnesses(carrying(writer, where.writer.full_name), reading)
            return tried.find(CARRIER, CARRIER, data)
        pair = where.slot.pair if isinstance(where, Enums) and where.slot else where
        assert isinstance(pair, Pair)  # noqa: S101
        tried = Witnesses(writer.pool, reader.pool)
        return tried.find(pair.writer.full_name, pair.reader.full_name, data)


def _parts(slot: Slot) -> Iterator[Slot]:
    """Yield the keys and the values, where both fields are maps."""
    if slot.reader.map and slot.writer.map:
        outer = slot.reader, slot.writer
        reader, writer = slot.reader.map, slot.writer.map
        yield Slot(slot.pair, reader.key, writer.key, "key", outer)
        yield Slot(slot.pair, reader.value, writer.value, "value", outer)
