"""Deleting and restoring versions and subjects.

A soft delete hides a version and keeps its number and id; a permanent one
may follow it and forgets the row.
"""

from __future__ import annotations

from collections.abc import Sequence

from registry.errors import (
    NotPermitted,
    SubjectNotFound,
    SubjectNotSoftDeleted,
    SubjectSoftDeleted,
    VersionNotFound,
    VersionNotSoftDeleted,
    VersionSoftDeleted,
)
from registry.service.associations import refuse_associated, refuse_last_of_associated
from registry.service.mode import Mode, mode_of
from registry.service.names import SubjectName
from registry.service.purge import purge_versions, refuse_referenced
from registry.service.session import Session
from registry.store import subjects, versions
from registry.store.subjects import SubjectRow
from registry.store.values import StoredVersion

__all__ = ["delete_subject", "delete_version", "undelete_subject", "undelete_version"]


def delete_version(
    session: Session, subject: SubjectName, number: int | None, *, permanent: bool
) -> int:
    """Delete one version, None for the latest, and return its number."""
    row = _lock(session, subject)
    version = _find(session, subject, row, number)
    if version.deleted and not permanent:
        raise VersionSoftDeleted(subject.qualified, version.number)
    _refuse_read_only(session, subject)
    refuse_referenced(session.db, version, permanent=permanent)
    if permanent:
        if not version.deleted:
            raise VersionNotSoftDeleted(subject.qualified, version.number)
        purge_versions(session.db, subject, row, [version])
    else:
        if row.live == 1:
            refuse_last_of_associated(session, subject)
        _mark(session, row, [version], deleted=True)
    session.note_deletion()
    return version.number


def delete_subject(
    session: Session, subject: SubjectName, *, permanent: bool
) -> Sequence[int]:
    """Delete every version, and return the numbers, oldest first."""
    row = _lock(session, subject)
    if not permanent and not row.live:
        raise SubjectSoftDeleted(subject.qualified)
    _refuse_read_only(session, subject)
    if permanent and row.live:
        raise SubjectNotSoftDeleted(subject.qualified)
    refuse_associated(session, subject)
    found = versions.versions_of(session.db, subject.qualified, deleted=permanent)
    for each in found:
        refuse_referenced(
            session.db, each, permanent=permanent, within=subject.qualified
        )
    if permanent:
        purge_versions(session.db, subject, row, found)
    else:
        _mark(session, row, found, deleted=True)
    session.note_deletion()
    return [each.number for each in found]


def undelete_version(session: Session, subject: SubjectName, number: int) -> int:
    """Restore a soft-deleted version, and return its number.

    Restoring one that is live changes nothing.
    """
    row = _lock(session, subject)
    version = _find(session, subject, row, number)
    _refuse_read_only(session, subject)
    if version.deleted:
        _mark(session, row, [version], deleted=False)
    return version.number


def undelete_subject(session: Session, subject: SubjectName) -> Sequence[int]:
    """Restore every soft-deleted version, and return their numbers."""
    row = _lock(session, subject)
    _refuse_read_only(session, subject)
    every = versions.versions_of(session.db, subject.qualified, deleted=True)
    restored = [each for each in every if each.deleted]
    if restored:
        _mark(session, row, restored, deleted=False)
    return [each.number for each in restored]


def _refuse_read_only(session: Session, subject: SubjectName) -> None:
    if mode_of(session, subject).read_only:
        raise NotPermitted(Mode.refusal(subject, "is in read-only mode"))


def _lock(session: Session, subject: SubjectName) -> SubjectRow:
    row = subjects.lock_subject(session.db, subject.qualified)
    if row is None:
        raise SubjectNotFound(subject.qualified)
    versions.lock_versions(session.db, row.id)
    return row


def _find(
    session: Session, subject: SubjectName, row: SubjectRow, number: int | None
) -> StoredVersion:
    wanted = row.latest if number is None else number
    if wanted is None:
        raise VersionNotFound("latest")
    found = versions.find_version(session.db, subject.qualified, wanted)
    if found is None:
        raise VersionNotFound(wanted)
    return found


def _mark(
    session: Session, row: SubjectRow, found: Sequence[StoredVersion], *, deleted: bool
) -> None:
    numbers = [each.number for each in found]
    versions.mark_deleted(session.db, row.id, numbers, deleted=deleted)
    subjects.recount(session.db, row.id)
