"""A reading of Avro data: the problems, told as findings."""

from __future__ import annotations

from collections.abc import Iterator

from compat.budget import Budget
from compat.formats.avro.checks import RULES
from compat.formats.avro.resolve import Problem, resolve
from compat.formats.avro.rules.union import branches_merged
from compat.formats.avro.schema import AvroSchema
from compat.formats.avro.witness import Witnesses
from compat.verdict import Finding, Reading, Severity, Witness

__all__ = ["can_read"]

BREAK = Severity.BREAK

_NOTHING = Reading()


def can_read(reader: AvroSchema, writer: AvroSchema, budget: Budget) -> Reading:
    """Return all that keeps ``reader`` from reading ``writer``'s data as it is.

    Raises `BudgetSpent`.
    """
    problems, complete = resolve(reader.root, writer.root, budget)
    problems += _merged(reader, writer)
    unknown = () if complete else (f"what follows the first {len(problems)} problems",)
    if not problems:
        return _NOTHING
    if not budget.witnesses:
        return Reading(tuple(_finding(each, None) for each in problems), unknown)
    witnesses = Witnesses(reader.root, writer.root)
    # Those that break come first, as the number of witnesses is bounded.
    found = {
        id(each): witnesses.find(each)
        for each in sorted(problems, key=lambda p: p.rule.severity is not BREAK)
    }
    findings = tuple(_finding(each, found[id(each)]) for each in problems)
    return Reading(findings, unknown)


def _merged(reader: AvroSchema, writer: AvroSchema) -> Iterator[Problem]:
    """Yield what is wrong with the two schemas as wholes, not at one place."""
    rule = RULES["AVRO_UNION_BRANCHES_MERGED"]
    for fault in branches_merged(reader, writer):
        message, whole = fault.message, (reader.root, writer.root)
        yield Problem(rule, fault.at, fault, message, None, *whole)


def _finding(problem: Problem, witness: Witness | None) -> Finding:
    fault = problem.fault
    return Finding(
        problem.rule.id,
        problem.rule.severity,
        problem.path,
        problem.message,
        reader=fault.reader,
        writer=fault.writer,
        witness=witness,
    )
