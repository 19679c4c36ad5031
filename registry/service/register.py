"""Registering a schema: found again, or checked and stored.

Parsing and the compatibility check run before any lock is taken. Under the
locks only what they rested on is looked at again; if it changed in between,
all is done once more there. Order of checks: confluent-api, "register".
"""

from __future__ import annotations

from functools import partial

from registry.errors import InvalidSubject
from registry.service.aliases import find_aliased
from registry.service.names import SubjectName
from registry.service.planning import Plan, plan
from registry.service.requests import SchemaRequest
from registry.service.session import Registry, Session
from registry.service.storing import store, store_next
from registry.store import contexts, subjects
from registry.store.basis import find_basis
from registry.store.subjects import SubjectRow
from registry.store.values import StoredVersion

__all__ = ["register", "register_within"]


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
    alias: bool = False,
) -> StoredVersion:
    """Register a schema under ``subject``, and return the version that holds it.

    A schema that the subject holds already, in whatever spelling, is returned
    as it is. ``normalize`` None leaves that to the config; ``force`` skips
    the compatibility check; ``dry_run`` does all of it and then takes it
    back, so that the answer is what would have happened; with ``alias`` the
    subject may be an alias of the one that is meant. Raises
    `Incompatible` with the findings, `InvalidSchemaText`, `InvalidSubject`,
    `NotPermitted`, `SchemaTooLarge`.
    """
    with registry.reading() as session:
        subject, basis = find_aliased(session, subject, alias=alias)
        subject.validate()
        if registry.settings.reject_empty_subject and not subject.name:
            raise InvalidSubject(subject.qualified)
        planned = plan(session, subject, request, normalize, force=force, basis=basis)
        if isinstance(planned, StoredVersion):
            return planned
        commit = partial(
            _commit,
            subject=subject,
            request=request,
            planned=planned,
            normalize=normalize,
            force=force,
            dry_run=dry_run,
        )
        try:
            made = registry.write(commit, after=session)
        except _TakenBack as taken_back:
            return taken_back.version
        # The next version of the subject will be checked against it.
        session.parsed.keep(made.schema, planned.candidate.parsed)
        return made


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
    planned = plan(session, subject, request, normalize, force=False)
    if isinstance(planned, StoredVersion):
        return planned
    return store(session, subject, context_id, row, request, planned.candidate)


def _commit(
    session: Session,
    *,
    subject: SubjectName,
    request: SchemaRequest,
    planned: Plan,
    normalize: bool | None,
    force: bool,
    dry_run: bool,
) -> StoredVersion:
    """Store what was planned, or plan again where its basis does not hold."""
    if not dry_run:
        stored = store_next(session, subject, request, planned)
        if stored is not None:
            return stored
    context_id, row = _locked(session, subject)
    basis = find_basis(session.db, subject.qualified, subject.scopes)
    final: Plan | StoredVersion = planned
    if not basis.same_as(planned.basis):
        final = plan(session, subject, request, normalize, force=force, basis=basis)
    if isinstance(final, StoredVersion):
        return final
    made = store(session, subject, context_id, row, request, final.candidate)
    if dry_run:
        raise _TakenBack(made)
    return made


def _locked(session: Session, subject: SubjectName) -> tuple[int, SubjectRow]:
    context_id = contexts.ensure_context(session.db, subject.context)
    row = subjects.ensure_subject(
        session.db, context_id, subject.qualified, subject.name
    )
    return context_id, row
