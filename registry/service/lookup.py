"""Looking a schema up by its content, under one subject."""

from __future__ import annotations

from collections.abc import Iterator

from registry.errors import SchemaNotFound, SubjectNotFound
from registry.service import contracts
from registry.service.candidate import read_candidate
from registry.service.config import effective_config
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest
from registry.service.sameness import find_same
from registry.service.session import Session
from registry.store import subjects, versions
from registry.store.values import StoredVersion

__all__ = ["lookup"]


def lookup(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    *,
    normalize: bool | None,
    deleted: bool,
) -> StoredVersion:
    """Return the newest version of ``subject`` that holds the request's schema.

    An unqualified subject is looked for in the other contexts too. Raises
    `SubjectNotFound` when it has no version, `SchemaNotFound` when none fits.
    """
    row = subjects.find_subject(session.db, subject.qualified)
    # No version holds an empty text, so that is an answer rather than an error.
    for each in _places(session, subject) if request.text else ():
        found = _find(session, each, request, normalize=normalize, deleted=deleted)
        if found is not None:
            return found
    if row is None or not (row.live or deleted):
        raise SubjectNotFound(subject.qualified)
    raise SchemaNotFound


def _places(session: Session, subject: SubjectName) -> Iterator[SubjectName]:
    yield subject
    if subject.qualified == subject.name:
        for name in subjects.same_name_elsewhere(session.db, subject.name):
            yield SubjectName.parse(name)


def _find(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    *,
    normalize: bool | None,
    deleted: bool,
) -> StoredVersion | None:
    config = effective_config(session, subject)
    candidate = read_candidate(
        session,
        subject,
        request,
        strict=False,
        normalize=config.normalize if normalize is None else normalize,
        deleted=True,
    )
    name = subject.qualified
    found = find_same(session, name, candidate, deleted=deleted)
    if found is not None:
        return found
    latest = versions.find_latest(session.db, name)
    if latest is None:
        return None
    filled = candidate.with_contract(
        *contracts.merged(request.metadata, request.rule_set, latest, config)
    )
    return find_same(session, name, filled, deleted=deleted)
