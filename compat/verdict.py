"""What a check reports: findings with their witnesses, and the verdict.

Every value here is frozen, and `Report.to_json` is the one shape that the
server, the command line, the client and the pages show.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

__all__ = [
    "Direction",
    "Finding",
    "Fix",
    "Location",
    "Proof",
    "Reading",
    "Report",
    "Severity",
    "Verdict",
    "Witness",
]


class Verdict(StrEnum):
    """The answer of a check."""

    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    UNKNOWN = "unknown"


class Proof(StrEnum):
    """What the verdict rests on."""

    EXHAUSTED = "exhausted"  # every case was looked at, none breaks
    WITNESS = "witness"  # a datum shows it, confirmed by the format's library
    RULE = "rule"  # the format's rules say so, and no datum can show it


class Severity(StrEnum):
    """What becomes of data that the finding is about."""

    BREAK = "break"  # the reader refuses it, or takes it for something else
    LOSSY = "lossy"  # the reader accepts it, changed or incomplete
    NOTE = "note"  # worth knowing; no datum is harmed


class Direction(StrEnum):
    """Which of the two schemas is the reader."""

    BACKWARD = "backward"  # the new schema reads old data
    FORWARD = "forward"  # the old schema reads new data


@dataclass(frozen=True, slots=True)
class Location:
    """A place in the reader's text; both numbers count from 1."""

    line: int
    column: int

    def to_json(self) -> dict[str, int]:
        """Return ``{"line", "column"}``."""
        return {"line": self.line, "column": self.column}


@dataclass(frozen=True, slots=True)
class Witness:
    """A datum that the writer's schema allows and the reader's refuses or misreads.

    ``value`` is the datum as a JSON value. ``bytes`` is its encoding under
    the writer's schema in hex, for formats that have one. ``outcome`` says in
    one sentence what the reader did with it, and ``confirmed_by`` names the
    libraries that did it, such as ``fastavro 1.13.1``.
    """

    value: Any
    outcome: str
    confirmed_by: tuple[str, ...]
    bytes: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return ``{"value", "bytes"?, "outcome", "confirmedBy"}``."""
        shown: dict[str, Any] = {"value": self.value}
        if self.bytes is not None:
            shown["bytes"] = self.bytes
        shown["outcome"] = self.outcome
        shown["confirmedBy"] = list(self.confirmed_by)
        return shown


@dataclass(frozen=True, slots=True)
class Fix:
    """How to make the break go away.

    ``schema`` is the new schema's text with the advice followed, present
    only when the engine re-checked it and the finding was gone.
    """

    advice: str
    schema: str | None = None

    def to_json(self) -> dict[str, str]:
        """Return ``{"advice", "schema"?}``."""
        shown = {"advice": self.advice}
        if self.schema is not None:
            shown["schema"] = self.schema
        return shown


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason why a reader cannot read, or misreads, what a writer wrote.

    ``path`` is a JSON Pointer into the reader's schema (``Message.field``
    for Protobuf). ``reader`` and ``writer`` are the two values that differ,
    as JSON values; None where a side has nothing there.
    """

    rule: str
    severity: Severity
    path: str
    message: str
    reader: Any = None
    writer: Any = None
    fix: Fix | None = None
    witness: Witness | None = None
    location: Location | None = None
    direction: Direction = Direction.BACKWARD
    version: int | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON members, absent ones left out."""
        shown: dict[str, Any] = {
            "rule": self.rule,
            "severity": self.severity.value,
            "direction": self.direction.value,
        }
        if self.version is not None:
            shown["version"] = self.version
        shown["path"] = self.path
        if self.location is not None:
            shown["location"] = self.location.to_json()
        shown |= {"message": self.message, "reader": self.reader, "writer": self.writer}
        if self.fix is not None:
            shown["fix"] = self.fix.to_json()
        if self.witness is not None:
            shown["witness"] = self.witness.to_json()
        return shown


@dataclass(frozen=True, slots=True)
class Reading:
    """A format's answer to whether one reader can read one writer.

    ``findings`` are all of them, in schema order. ``unknown`` names the
    constructs that the answer could not take into account; with any, and no
    finding that blocks, the verdict is unknown.
    """

    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """The verdict of one check, with every finding in a stable order."""

    verdict: Verdict
    proof: Proof | None
    findings: tuple[Finding, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def compatible(self) -> bool:
        """Whether the verdict is *compatible*; unknown is not."""
        return self.verdict is Verdict.COMPATIBLE

    def to_json(self) -> dict[str, Any]:
        """Return ``{"verdict", "proof", "findings", "unknown"?}``."""
        shown: dict[str, Any] = {
            "verdict": self.verdict.value,
            "proof": self.proof.value if self.proof else None,
            "findings": [each.to_json() for each in self.findings],
        }
        if self.unknown:
            shown["unknown"] = list(self.unknown)
        return shown
