"""One schema file against its earlier versions: from texts to a `Result`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from compat import (
    Direction,
    Finding,
    InvalidSchema,
    Level,
    Location,
    Policy,
    Report,
    Severity,
    UnresolvedReference,
    Verdict,
    check,
)
from registry.cli.console import Failure
from registry.cli.project import Project
from registry.cli.proposals import proposal
from registry.cli.results import Grade, Issue, Outcome, Result
from registry.cli.workspace import Source

__all__ = ["BASELINE_INVALID", "Earlier", "Terms", "failed", "invalid", "judge"]

BASELINE_INVALID = "BASELINE_INVALID"
INVALID = "SCHEMA_INVALID"
FORMAT_CHANGED = "FORMAT_CHANGED"
UNKNOWN = "CHECK_UNKNOWN"

_OUTCOMES = {
    Verdict.COMPATIBLE: Outcome.COMPATIBLE,
    Verdict.INCOMPATIBLE: Outcome.INCOMPATIBLE,
    Verdict.UNKNOWN: Outcome.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier version: what a person calls it, and its text."""

    label: str
    source: Source


@dataclass(frozen=True, slots=True)
class Terms:
    """What one file is held to; ``path`` is how the project file sees it."""

    path: str
    level: Level
    policy: Policy
    project: Project
    today: date
    subject: str | None = None


def judge(file: str, new: Source, history: Sequence[Earlier], terms: Terms) -> Result:
    """Check ``new`` against ``history``, oldest first; ``file`` is shown."""
    about = Result(
        file,
        Outcome.NEW,
        type=new.format.name,
        subject=terms.subject,
        level=terms.level.value,
        against=tuple(each.label for each in history),
    )
    if history and all(new.same_as(each.source) for each in history):
        return replace(about, outcome=Outcome.COMPATIBLE)
    for earlier in history:
        if earlier.source.format.name != new.format.name:
            changed = _format_changed(file, new, earlier)
            return replace(about, outcome=Outcome.INCOMPATIBLE, issues=(changed,))
    try:
        parsed = new.parse(strict=True)
    except InvalidSchema as error:
        return replace(about, outcome=Outcome.FAILED, issues=(invalid(file, error),))
    issues: list[Issue] = []
    old: list[tuple[int | None, Any]] = []
    labels: dict[int, Earlier] = {}
    for number, earlier in enumerate(history, 1):
        labels[number] = earlier
        try:
            old.append((number, earlier.source.parse(strict=False)))
        except InvalidSchema as error:
            issues.append(_bad_baseline(file, earlier, error))
    if any(each.grade is Grade.ERROR for each in issues):
        return replace(about, outcome=Outcome.FAILED, issues=tuple(issues))
    if not old:
        return replace(about, issues=tuple(issues))
    report = check(new.format, parsed, old, _every(terms.level), policy=terms.policy)
    schemas = dict(old)
    for finding in report.findings:
        earlier = labels[finding.version or 0]
        pair = (parsed, schemas[finding.version])
        issues.append(_issue(file, finding, earlier, pair, new, terms))
    issues += [_unknown(file, reason) for reason in report.unknown]
    return replace(about, outcome=_outcome(report, issues), issues=tuple(issues))


def invalid(file: str, error: InvalidSchema) -> Issue:
    """Return the issue of a text that is no schema."""
    place = error.line and Location(error.line, error.column or 1)
    advice = ""
    if isinstance(error, UnresolvedReference):
        advice = (
            "Add the file that defines it to the repository, or name the folder "
            "that its path starts in under roots in dovetail.toml."
        )
    return Issue(
        INVALID,
        Grade.ERROR,
        file,
        f"not a valid {error.format} schema: {error.reason}",
        title="The file is not a valid schema.",
        advice=advice,
        at=error.path,
        location=place or None,
    )


def failed(
    file: str,
    failure: Failure,
    *,
    rule: str = INVALID,
    title: str = "The file cannot be read as a schema.",
) -> Result:
    """Return the result of a file that cannot be checked at all."""
    issue = Issue(
        rule,
        Grade.ERROR,
        file,
        failure.message,
        title=title,
        advice=failure.advice,
    )
    return Result(file, Outcome.FAILED, (issue,))


def _format_changed(file: str, new: Source, earlier: Earlier) -> Issue:
    old = earlier.source.format.name
    return Issue(
        FORMAT_CHANGED,
        Grade.ERROR,
        file,
        f"the schema is {new.format.name}, and the one in {earlier.label} is {old}",
        title="The schema changed its format.",
        why="Data of one format cannot be read with a schema of another.",
        advice="Use another subject for the new format.",
        against=earlier.label,
        old_file=earlier.source.path,
    )


def _bad_baseline(file: str, earlier: Earlier, error: InvalidSchema) -> Issue:
    """An invalid version wrote no data; an incomplete one may have."""
    unresolved = isinstance(error, UnresolvedReference)
    return Issue(
        BASELINE_INVALID,
        Grade.ERROR if unresolved else Grade.WARNING,
        file,
        f"the version in {earlier.label} "
        + ("cannot be read" if unresolved else "is not a valid schema, and is left out")
        + f": {error.reason}",
        title="An earlier version cannot be compared with.",
        at=error.path,
        against=earlier.label,
        old_file=earlier.source.path,
    )


def _issue(
    file: str,
    finding: Finding,
    earlier: Earlier,
    schemas: tuple[Any, Any],
    new: Source,
    terms: Terms,
) -> Issue:
    parsed, old = schemas
    reader = parsed if _backward(finding) else old
    rules = new.format.rules
    rule = rules[finding.rule]
    blocks = terms.policy.blocks(finding, rules)
    grade = Grade.ERROR if blocks else Grade.WARNING
    if finding.severity is Severity.NOTE:
        grade = Grade.NOTE
    accepted, expired = _acceptance(finding, terms) if blocks else (None, "")
    place = finding.location or new.format.locate(reader, finding.path)
    return Issue(
        finding.rule,
        Grade.NOTE if accepted else grade,
        file,
        finding.message + expired,
        title=rule.title,
        why=_paragraph(rule.doc, "Why:"),
        advice=(finding.fix.advice if finding.fix else "") or rule.advice,
        at=finding.path,
        location=place if _backward(finding) else None,
        against=earlier.label,
        old_file=earlier.source.path,
        old_location=None if _backward(finding) else place,
        finding=finding,
        accepted=accepted,
        proposal=proposal(new.text, parsed.canonical, finding.fix),
    )


def _every(level: Level) -> Level:
    """Return ``level`` for all of a history: the caller chose what counts."""
    if level is Level.NONE or level.transitive:
        return level
    return Level(f"{level.value}_TRANSITIVE")


def _acceptance(finding: Finding, terms: Terms) -> tuple[str | None, str]:
    """Return the reason it is accepted, or what to add to the message."""
    entry = terms.project.acceptance(finding.rule, terms.path, finding.path)
    if entry is None:
        return None, ""
    if terms.today > entry.expires:
        return None, f" (it was accepted until {entry.expires}: {entry.reason})"
    return f"{entry.reason} (until {entry.expires})", ""


def _unknown(file: str, reason: str) -> Issue:
    return Issue(
        UNKNOWN,
        Grade.ERROR,
        file,
        f"could not decide: {reason}",
        title="The check could not decide.",
        why="Dovetail never says compatible when it does not know.",
        advice="Simplify that part of the schema, or keep it as it was.",
    )


def _outcome(report: Report, issues: Sequence[Issue]) -> Outcome:
    """An incompatible schema whose breaks are all accepted is compatible."""
    errors = [each for each in issues if each.grade is Grade.ERROR]
    if any(each.finding for each in errors):
        return Outcome.INCOMPATIBLE
    if report.unknown:
        return Outcome.UNKNOWN
    if report.verdict is Verdict.INCOMPATIBLE:
        return Outcome.COMPATIBLE
    return _OUTCOMES[report.verdict]


def _backward(finding: Finding) -> bool:
    return finding.direction is Direction.BACKWARD


def _paragraph(doc: str, label: str) -> str:
    _, _, rest = doc.partition(f"\n{label}")
    for end in ("\nWhy:", "\nFix:", "\nSpec:", "\n\n"):
        rest = rest.partition(end)[0]
    return " ".join(rest.split())
