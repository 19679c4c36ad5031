"""Compatibility of a candidate with what a subject holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from compat import (
    Direction,
    Finding,
    Proof,
    Report,
    Severity,
    Verdict,
    format_named,
)
from compat import check as compare
from compat.plugin import Summary
from registry.errors import InvalidSchemaText, VersionNotFound
from registry.service.aliases import find_aliased
from registry.service.candidate import Candidate, read_candidate
from registry.service.config import Config, config_stored, effective_config
from registry.service.earlier import Earlier, ParsedWhenRead
from registry.service.messages import DIFFERENT_TYPE, messages_of
from registry.service.metadata import properties_of
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest
from registry.service.reserved import refuse_reserved_prefix, reserved_findings
from registry.service.session import Session
from registry.store import versions
from registry.store.values import StoredSchema, VersionHead

__all__ = [
    "Outcome",
    "check_candidate",
    "check_subject",
    "check_version",
    "invalid_outcome",
    "versions_to_check",
]

# Schemas that are read together where each has to be compared.
_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Outcome:
    """A report, and Confluent's lines for it (none when nothing blocks)."""

    report: Report
    blocks: bool
    messages: list[str]

    def to_json(self, *, verbose: bool) -> dict[str, Any]:
        """Return Confluent's CompatibilityCheckResponse with our report beside it."""
        shown: dict[str, Any] = {"is_compatible": not self.blocks}
        if verbose:
            shown["messages"] = self.messages
        return shown | self.report.to_json()


def check_subject(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    *,
    normalize: bool | None,
    alias: bool = False,
) -> Outcome:
    """Check against all live versions that the subject's level asks for.

    With ``alias`` the subject may be an alias of the one that is meant.
    """
    subject, basis = find_aliased(session, subject, alias=alias)
    config = config_stored(basis.configs, subject, session.settings)
    candidate = _candidate(session, subject, request, config, normalize)
    old = versions_to_check(session, subject, candidate, config)
    return check_candidate(session, candidate, old, config)


def versions_to_check(
    session: Session, subject: SubjectName, candidate: Candidate, config: Config
) -> Earlier:
    """Return the versions that the subject's level asks for, oldest first.

    One alone unless the level is transitive, however long the history is: the
    newest, of the candidate's compatibility group where there are groups.
    """
    name = subject.qualified
    if config.level.transitive:
        return Earlier(session, name, versions.heads(session.db, name))
    if config.group is None:
        latest = versions.find_latest(session.db, name)
        return Earlier.of(session, name, *([latest] if latest else []))
    for each in versions.newest_first(session.db, name):
        if _group(each.schema, config.group) == _group(candidate, config.group):
            return Earlier.of(session, name, each)
    return Earlier(session, name, ())


def check_version(
    session: Session,
    subject: SubjectName,
    version: int | None,
    request: SchemaRequest,
    *,
    normalize: bool | None,
) -> Outcome:
    """Check against one version, None for the latest, at the subject's level.

    A number that is not there raises `VersionNotFound`; without a latest
    version everything is compatible.
    """
    config = effective_config(session, subject)
    if version is None:
        found = versions.find_latest(session.db, subject.qualified)
    else:
        found = versions.find_version(session.db, subject.qualified, version)
        if found is None or found.deleted:
            raise VersionNotFound(version)
    candidate = _candidate(session, subject, request, config, normalize)
    old = Earlier.of(session, subject.qualified, *([found] if found else []))
    return check_candidate(session, candidate, old, config)


def check_candidate(
    session: Session,
    candidate: Candidate,
    old: Earlier,
    config: Config,
) -> Outcome:
    """Check a candidate against ``old`` versions."""
    if (group := config.group) is not None:
        wanted = _group(candidate, group)
        old = old.only([h for h, row in old.rows() if _group(row, group) == wanted])
    if not config.level.transitive:
        old = old.only(old.heads[-1:])
    same = old.only([each for each in old.heads if each.type == candidate.type])
    with session.engine_time.of(candidate.type, "check"):
        history = _history(session, candidate, same, config)
        report = compare(
            format_named(candidate.type),
            candidate.parsed,
            ParsedWhenRead(same, at_once=_AT_ONCE if history is None else 1),
            config.level,
            policy=config.policy,
            steps=session.settings.check_steps,
            cache=session.verdicts,
            history=history,
        )
    extra = _different_types(candidate, old.heads, config)
    if config.validate_fields:
        before = [(head.number, row.metadata) for head, row in same.rows()]
        extra += reserved_findings(candidate, before)
    return _outcome(session, candidate, _joined(report, extra), old, config)


def _history(
    session: Session,
    candidate: Candidate,
    same: Earlier,
    config: Config,
) -> Summary | None:
    """Return what is known of all versions together, if all are to be checked.

    Of one alone there is nothing to know: it may have been picked out of many.
    """
    if not config.level.transitive or config.group is not None or len(same.heads) < 2:
        return None
    return session.histories.of(same.subject, candidate.type, same.heads, same.parsed)


def _candidate(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    config: Config,
    normalize: bool | None,
) -> Candidate:
    candidate = read_candidate(
        session,
        subject,
        request,
        strict=config.validate_new_schemas,
        normalize=config.normalize if normalize is None else normalize,
    )
    if config.validate_fields:
        refuse_reserved_prefix(candidate)
    return candidate


def _group(content: Candidate | StoredSchema, group: str) -> str | None:
    return properties_of(content.metadata).get(group)


def _different_types(
    candidate: Candidate, old: Sequence[VersionHead], config: Config
) -> list[Finding]:
    """Return a finding for each version of another format, the newest first."""
    if not config.level.directions:
        return []
    return [
        Finding(
            "SCHEMA_TYPE_CHANGED",
            Severity.BREAK,
            "",
            DIFFERENT_TYPE,
            reader=candidate.type,
            writer=each.type,
            direction=config.level.directions[0],
            version=each.number,
        )
        for each in reversed(old)
        if each.type != candidate.type
    ]


def _joined(report: Report, extra: Sequence[Finding]) -> Report:
    if not extra:
        return report
    proof = report.proof if report.verdict is Verdict.INCOMPATIBLE else Proof.RULE
    found = (*extra, *report.findings)
    return Report(Verdict.INCOMPATIBLE, proof, found, report.unknown)


def _outcome(
    session: Session,
    candidate: Candidate,
    report: Report,
    old: Earlier,
    config: Config,
) -> Outcome:
    undecided = report.verdict is Verdict.UNKNOWN
    blocks = report.verdict is Verdict.INCOMPATIBLE or (
        undecided and session.settings.on_unknown == "reject"
    )
    if not blocks:
        return Outcome(report, False, [])
    rules = format_named(candidate.type).rules
    blocking = [
        each
        for each in report.findings
        if each.rule not in rules or config.policy.blocks(each, rules)
    ]
    named = {each.version for each in blocking}
    shown = old.only([each for each in old.heads if each.number in named])
    texts = {head.number: row.text for head, row in shown.rows()}
    lines = messages_of(candidate.type, report, blocking, texts, config)
    return Outcome(report, True, lines)


def invalid_outcome(error: InvalidSchemaText) -> Outcome:
    """Return what a verbose check answers for a schema that can't be parsed."""
    report = Report(
        Verdict.INCOMPATIBLE,
        Proof.RULE,
        (
            Finding(
                "SCHEMA_INVALID",
                Severity.BREAK,
                "",
                str(error),
                direction=Direction.BACKWARD,
            ),
        ),
    )
    return Outcome(report, True, [str(error)])
