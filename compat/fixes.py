"""Fixes that are proven: a proposal is shown only after a second check."""

from __future__ import annotations

from typing import Any

from compat.budget import Budget
from compat.errors import BudgetSpent, InvalidSchema
from compat.plugin import Edit, Format
from compat.verdict import Direction, Finding, Fix, Reading, Severity

__all__ = ["advised_fix", "proven_fix"]

_CHARACTERS_PER_STEP = 10
"""How much text is parsed in the time of one step."""

_COUNTED = 1_000
"""Above so many findings nobody mends one after the other."""

Key = tuple[str, str, str]
"""A finding's rule, its place, and what the reader has there."""


def proven_fix(
    format: Format,
    reader: Any,
    writer: Any,
    finding: Finding,
    reading: Reading,
    allowance: Budget,
) -> Fix:
    """Return the first proposal that removes ``finding`` and adds no other.

    Only the new schema may be edited: the reader when ``finding`` looks
    backward, the writer when it looks forward. With no such proposal the
    rule's own advice is the fix, without a schema. All checks of proposals
    come out of one ``allowance``; with nothing left, none is made, and none
    for one of more than 1,000 findings.
    """
    if allowance.left <= 0 or len(reading.findings) > _COUNTED:
        return advised_fix(format, finding)
    edited = reader if finding.direction is Direction.BACKWARD else writer
    if len(edited.text) // _CHARACTERS_PER_STEP > allowance.left:
        return advised_fix(format, finding)
    before = _breaks(reading)
    for edit in format.edits(reader, writer, finding):
        if allowance.left <= 0:
            break
        if edit.side is not finding.direction:
            continue
        after = _breaks_after(format, reader, writer, edit, allowance)
        if after is not None and after < before and _key(finding) not in after:
            return Fix(edit.advice, edit.text)
    return advised_fix(format, finding)


def advised_fix(format: Format, finding: Finding) -> Fix:
    """Return the finding's own advice, else its rule's, without a schema."""
    return finding.fix or Fix(format.rules[finding.rule].advice)


def _breaks_after(
    format: Format, reader: Any, writer: Any, edit: Edit, allowance: Budget
) -> frozenset[Key] | None:
    """Return what still breaks with ``edit`` in place; None when unknown."""
    backward = edit.side is Direction.BACKWARD
    edited = reader if backward else writer
    try:
        size = len(edit.text) + sum(map(len, edited.references.values()))
        allowance.spend(size // _CHARACTERS_PER_STEP)
        schema = format.parse(edit.text, edited.references)
        pair = (schema, writer) if backward else (reader, schema)
        after = format.can_read(*pair, allowance)
    except (InvalidSchema, BudgetSpent):
        return None
    return None if after.unknown else _breaks(after)


def _breaks(reading: Reading) -> frozenset[Key]:
    return frozenset(
        _key(each) for each in reading.findings if each.severity is not Severity.NOTE
    )


def _key(finding: Finding) -> Key:
    # An index moves when an element before it goes, so the value stands for it.
    parent, _, last = finding.path.rpartition("/")
    place = parent if last.isdigit() else finding.path
    return finding.rule, place, repr(finding.reader)
