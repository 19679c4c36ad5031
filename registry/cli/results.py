"""What a check or a lint found, file by file: the input of every output."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from compat import Finding, Location

__all__ = ["Grade", "Issue", "Outcome", "Result"]


class Outcome(StrEnum):
    """What became of one file."""

    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    UNKNOWN = "unknown"  # the check ran out of steps, or of understanding
    FAILED = "failed"  # there is no schema to check, or none to compare with
    NEW = "new"  # a valid schema without an earlier version
    PASSED = "passed"  # the linter has no error
    REFUSED = "refused"  # the linter has


class Grade(StrEnum):
    """How much an issue matters."""

    ERROR = "error"  # fails the command
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Issue:
    """One thing that is wrong with a file, or worth knowing.

    ``location`` is in ``file`` as it is now; ``old_location`` in the version
    that it was compared with, which ``against`` names. ``accepted`` is the
    reason for which the project file lets it pass. ``proposal`` is a change of
    the file that was checked to remove the issue, as lines of a diff.
    """

    rule: str
    grade: Grade
    file: str
    message: str
    title: str = ""
    why: str = ""
    advice: str = ""
    at: str = ""
    location: Location | None = None
    against: str | None = None
    old_file: str | None = None
    old_location: Location | None = None
    finding: Finding | None = None
    accepted: str | None = None
    proposal: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """One file: what it was compared with, and what came of it."""

    file: str
    outcome: Outcome
    issues: tuple[Issue, ...] = ()
    type: str | None = None
    subject: str | None = None
    level: str | None = None
    against: tuple[str, ...] = ()
