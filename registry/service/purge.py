"""Deleting for good: version rows, and what nothing holds any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from registry.errors import ReferenceExists
from registry.service.names import SubjectName
from registry.store import configs, contexts, modes, schemas, subjects, versions
from registry.store.subjects import SubjectRow
from registry.store.values import StoredVersion

__all__ = ["purge_soft_deleted", "purge_versions", "refuse_referenced"]


def purge_versions(
    db: Connection,
    subject: SubjectName,
    row: SubjectRow,
    gone: Sequence[StoredVersion],
) -> None:
    """Delete ``gone`` for good; the caller holds the subject's lock.

    Content that no version holds goes too; its id is never allotted again.
    With its last version the subject goes, and its config and mode.
    """
    context_id = contexts.find_context(db, subject.context)
    if context_id is not None:
        contexts.lock_ids(db, context_id)
    versions.delete_versions(db, row.id, [each.number for each in gone])
    for key in dict.fromkeys(each.schema.key for each in gone):
        schemas.delete_if_unused(db, key)
    if versions.highest(db, row.id):
        subjects.recount(db, row.id)
        return
    subjects.delete_subject(db, row.id)
    configs.delete_config(db, subject.scope)
    modes.delete_mode(db, subject.scope)


def purge_soft_deleted(db: Connection, subject: SubjectName) -> None:
    """Delete the subject's soft-deleted versions for good.

    Raises `ReferenceExists` when a schema refers to one.
    """
    row = subjects.lock_subject(db, subject.qualified)
    if row is None:
        return
    every = versions.versions_of(db, subject.qualified, deleted=True)
    gone = [each for each in every if each.deleted]
    for each in gone:
        refuse_referenced(db, each, permanent=True, within=subject.qualified)
    if gone:
        purge_versions(db, subject, row, gone)


def refuse_referenced(
    db: Connection, version: StoredVersion, *, permanent: bool, within: str = ""
) -> None:
    """Raise `ReferenceExists` when a schema refers to ``version``.

    A soft delete minds referrers that have a live version, a permanent one
    all of them. Referrers that only the subject ``within`` holds do not count.
    """
    for _, _, key in schemas.referrers(db, version.subject, version.number):
        holders = versions.of_schema(db, key, deleted=permanent)
        if any(subject != within for subject, _, _ in holders):
            raise ReferenceExists(version.subject, version.number)
