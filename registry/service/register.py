"""Registering a schema: found again, or checked and stored.

Parsing and the compatibility check run before any lock is taken. Under the
locks only what they rested on is looked at again; if it changed in between,
all is done once more there. Order of checks: confluent-api, "register".
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from registry.errors import (
    Incompatible,
    InvalidSchemaText,
    InvalidSubject,
    NotPermitted,
)
from registry.service import clock, contracts, metadata, tags
from registry.service.associations import refuse_owned
from registry.service.candidate import Candidate, read_candidate
from registry.service.compatibility import check_candidate, versions_to_check
from registry.service.config import Config, effective_config
from registry.service.identity import VERSION_PROPERTY
from registry.service.metadata import properties_of
from registry.service.mode import Mode, mode_of
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest
from registry.service.session import Registry, Session
from registry.store import contexts, schemas, subjects, versions
from registry.store.subjects import SubjectRow
from registry.store.values import StoredSchema, StoredVersion

__all__ = ["register", "register_within"]


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a plan rests on, besides its request."""

    subject: tuple[int, int] | None
    """The row id, which is never reused, and the revision of the subject."""

    config: dict[str, Any]
    mode: Mode


@dataclass(frozen=True, slots=True)
class Plan:
    """A candidate that may be stored as long as its basis holds."""

    basis: Basis
    candidate: Candidate


class _TakenBack(Exception):
    """Rolls a dry run back, and carries what it came to."""

    def __init__(self, version: StoredVersion) -> None:
        super().__init__()
        self.version = version


def register(
    registry: Registry,
    subject: SubjectName,
    request: SchemaRequest,
    *,
    normalize: bool | None = None,
    force: bool = False,
    dry_run: bool = False,
) -> StoredVersion:
    """Register a schema under ``subject``, and return the version that holds it.

    A schema that the subject holds already, in whatever spelling, is returned
    as it is. ``normalize`` None leaves that to the config; ``force`` skips
    the compatibility check; ``dry_run`` does all of it and then takes it
    back, so that the answer is what would have happened. Raises
    `Incompatible` with the findings, `InvalidSchemaText`, `InvalidSubject`,
    `NotPermitted`, `SchemaTooLarge`.
    """
    subject.validate()
    if registry.settings.reject_empty_subject and not subject.name:
        raise InvalidSubject(subject.qualified)
    with registry.reading() as session:
        planned = _plan(session, subject, request, normalize, force=force)
    if isinstance(planned, StoredVersion):
        return planned

    def commit(session: Session) -> StoredVersion:
        context_id, row = _locked(session, subject)
        plan: Plan | StoredVersion = planned
        if (
            _basis(session, subject, effective_config(session, subject))
            != planned.basis
        ):
            plan = _plan(session, subject, request, normalize, force=force)
        if isinstance(plan, StoredVersion):
            return plan
        made = _store(session, subject, context_id, row, request, plan.candidate)
        if dry_run:
            raise _TakenBack(made)
        return made

    try:
        return registry.write(commit)
    except _TakenBack as taken_back:
        return taken_back.version


def register_within(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    *,
    normalize: bool | None = None,
) -> StoredVersion:
    """Register as `register` does, as a part of the session's transaction."""
    subject.validate()
    context_id, row = _locked(session, subject)
    plan = _plan(session, subject, request, normalize, force=False)
    if isinstance(plan, StoredVersion):
        return plan
    return _store(session, subject, context_id, row, request, plan.candidate)


def _locked(session: Session, subject: SubjectName) -> tuple[int, SubjectRow]:
    context_id = contexts.ensure_context(session.db, subject.context)
    row = subjects.ensure_subject(
        session.db, context_id, subject.qualified, subject.name
    )
    return context_id, row


def _plan(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    normalize: bool | None,
    *,
    force: bool,
) -> Plan | StoredVersion:
    config = effective_config(session, subject)
    basis = _basis(session, subject, config)
    normal = config.normalize if normalize is None else normalize
    rewritten = config.rewrites or request.retags
    unlike = None
    if request.text and request.version == 0 and not rewritten:
        # Posting again what is there works in every mode, and is never checked.
        known = read_candidate(
            session, subject, request, strict=False, normalize=normal
        )
        found = versions.find_like(session.db, subject.qualified, known.likeness)
        if found and request.id in (None, found.schema.id):
            return found
        unlike = None if found else known.likeness
    _refuse_mode(subject, basis.mode, request)
    importing = basis.mode.imports
    if not importing:
        request = _inherited(session, subject, request, config)
    if request.retags:
        propagate = request.propagate_tags and not importing
        request = tags.applied(session, subject, request, propagate=propagate)
    candidate = read_candidate(
        session,
        subject,
        request,
        strict=config.validate_new_schemas and request.id is None,
        normalize=normal and not importing,
    )
    refuse_owned(session, subject, candidate.targets)
    # Filled in with nothing, it is what was looked for before.
    known_new = request.version == 0 and candidate.likeness == unlike
    if request.version <= 0 and not importing and not known_new:
        found = _found_again(session, subject, request, candidate)
        if found is not None:
            return found
    if not importing and not force:
        old = versions_to_check(session, subject, candidate, config)
        outcome = check_candidate(session, candidate, old, config)
        if outcome.blocks:
            raise Incompatible(
                subject.qualified, outcome.messages, outcome.report.to_json()
            )
    return Plan(basis, candidate)


def _basis(session: Session, subject: SubjectName, config: Config) -> Basis:
    row = subjects.find_subject(session.db, subject.qualified)
    # A row without a version is one that this very transaction has just made.
    state = (row.id, row.revision) if row and row.revision else None
    return Basis(state, config.stored, mode_of(session, subject))


def _refuse_mode(subject: SubjectName, mode: Mode, request: SchemaRequest) -> None:
    if mode.read_only:
        raise NotPermitted(Mode.refusal(subject, "is in read-only mode"))
    if request.id is not None and not mode.imports:
        raise NotPermitted(Mode.refusal(subject, "is not in import mode"))
    if request.id is None and mode.imports:
        raise NotPermitted(Mode.refusal(subject, "is not in read-write mode"))


def _inherited(
    session: Session, subject: SubjectName, request: SchemaRequest, config: Config
) -> SchemaRequest:
    """Fill in what the request leaves to the latest version and the config."""
    latest = None
    if not request.text or request.metadata is None or request.rule_set is None:
        latest = versions.find_latest(session.db, subject.qualified)
    if not request.text:
        if latest is None:
            raise InvalidSchemaText("Empty schema")
        request = replace(
            request,
            text=latest.schema.text,
            type=latest.schema.type,
            references=latest.schema.references,
        )
    own_metadata, own_rules = contracts.merged(
        request.metadata, request.rule_set, latest, config
    )
    return replace(request, metadata=own_metadata, rule_set=own_rules)


def _found_again(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    candidate: Candidate,
) -> StoredVersion | None:
    if request.version == -1:
        latest = versions.find_latest(session.db, subject.qualified)
        if latest is None:
            return None
        like = versions.find_like(session.db, subject.qualified, candidate.likeness)
        return latest if like and like.number == latest.number else None
    return versions.find_like(session.db, subject.qualified, candidate.likeness)


def _store(
    session: Session,
    subject: SubjectName,
    context_id: int,
    row: SubjectRow,
    request: SchemaRequest,
    candidate: Candidate,
) -> StoredVersion:
    """Write the version; the caller holds the subject's lock."""
    db = session.db
    for target, version in candidate.targets:
        if not versions.hold_version(db, target, version):
            raise InvalidSchemaText(
                "Invalid schema, details: No schema reference found for subject "
                f'"{target}" and version {version}'
            )
    # The rows just locked keep the targets as they are from here on.
    refuse_owned(session, subject, candidate.targets)
    number = versions.highest(db, row.id) + 1
    if request.id is not None and request.version > 0:
        number = request.version
    elif request.version > 0 and request.version != number:
        raise InvalidSchemaText("Version is not one more than previous version")
    candidate = _numbered(request, candidate, number)
    contexts.lock_ids(db, context_id)
    existing = versions.find_version(db, subject.qualified, number)
    if existing is not None:
        return _imported_again(subject, request, candidate, existing)
    schema = _content(session, subject, context_id, request, candidate)
    now = clock.milliseconds()
    versions.add_version(db, row.id, number, schema.key, now)
    _drop_replaced(session, subject, row, schema, number)
    subjects.recount(db, row.id)
    return StoredVersion(subject.qualified, number, False, now, schema)


def _numbered(request: SchemaRequest, candidate: Candidate, number: int) -> Candidate:
    """Write the number into the metadata where it is asked for, or was before."""
    asked = request.version != 0 and request.id is None
    if not asked and VERSION_PROPERTY not in properties_of(candidate.metadata):
        return candidate
    if request.id is not None:
        return candidate
    return candidate.with_contract(
        metadata.with_version(candidate.metadata, number), candidate.rule_set
    )


def _imported_again(
    subject: SubjectName,
    request: SchemaRequest,
    candidate: Candidate,
    existing: StoredVersion,
) -> StoredVersion:
    same = existing.schema.guid == candidate.guid
    if same and existing.schema.id == request.id and not existing.deleted:
        return existing
    raise NotPermitted(
        f"Version {existing.number} of subject {subject.qualified} exists with schema "
        f"id {existing.schema.id}; an import does not overwrite it"
    )


def _content(
    session: Session,
    subject: SubjectName,
    context_id: int,
    request: SchemaRequest,
    candidate: Candidate,
) -> StoredSchema:
    """Return the content's row, made if it is new; under `contexts.lock_ids`."""
    db, digest = session.db, candidate.digest
    if request.id is None:
        if (known := schemas.find_by_digest(db, context_id, digest)) is not None:
            return known
        id = contexts.allot_id(db, context_id)
    else:
        id = request.id
        held = schemas.find_by_id(db, subject.context, id)
        if held is not None:
            if held.guid == candidate.guid and held.type == candidate.type:
                return held
            context = "" if subject.context == "." else f":{subject.context}:"
            raise NotPermitted(
                f"Overwrite new schema with id {id} in context {context} "
                "is not permitted."
            )
        contexts.raise_last_id(db, context_id, id)
    now = clock.milliseconds()
    made = StoredSchema(
        0,
        subject.context,
        id,
        candidate.guid,
        candidate.type,
        candidate.text,
        candidate.references,
        candidate.metadata,
        candidate.rule_set,
        now,
    )
    key = schemas.add_schema(
        db, context_id, made, digest, candidate.likeness, candidate.targets, now
    )
    return replace(made, key=key)


def _drop_replaced(
    session: Session,
    subject: SubjectName,
    row: SubjectRow,
    schema: StoredSchema,
    number: int,
) -> None:
    """Remove soft-deleted versions of the same content, unless referred to."""
    held = versions.of_schema(session.db, schema.key, deleted=True)
    replaced = [
        old
        for name, old, deleted in held
        if name == subject.qualified
        and deleted
        and old < number
        and not schemas.referrers(session.db, name, old)
    ]
    if replaced:
        versions.delete_versions(session.db, row.id, replaced)
