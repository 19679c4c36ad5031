"""Associations of subjects with resources: read, and what they forbid.

A STRONG association makes a subject one resource's own, a WEAK one may be
one of several. Source: Confluent's associations API.
"""

from __future__ import annotations

from collections.abc import Sequence

from registry.errors import (
    AssociationForSubjectExists,
    NoActiveVersion,
    NotPermitted,
)
from registry.service.names import SubjectName
from registry.service.session import Session
from registry.store.associations import Filter, find_associations, of_subjects
from registry.store.values import StoredAssociation

__all__ = [
    "STRONG",
    "WEAK",
    "associations_by_subject",
    "enabled",
    "list_associations",
    "refuse_associated",
    "refuse_last_of_associated",
    "refuse_owned",
]

STRONG, WEAK = "STRONG", "WEAK"


def enabled(session: Session) -> bool:
    """Whether this server keeps associations."""
    return session.settings.associations != "off"


def list_associations(
    session: Session, wanted: Filter, *, offset: int = 0, limit: int | None = None
) -> Sequence[StoredAssociation]:
    """Return what fits, by namespace, name, id and type."""
    if not enabled(session):
        return []
    return find_associations(session.db, wanted, offset=offset, limit=limit)


def associations_by_subject(
    session: Session, subjects: Sequence[str]
) -> dict[str, list[StoredAssociation]]:
    """Return the associations of each qualified subject that has any."""
    return of_subjects(session.db, subjects) if enabled(session) else {}


def refuse_owned(
    session: Session, referrer: SubjectName, targets: Sequence[tuple[str, int]]
) -> None:
    """Raise `NotPermitted` when a reference would be to a resource's own subject.

    A subject may refer to itself.
    """
    names = [name for name, _ in targets if name != referrer.qualified]
    if not names:
        return
    for name, found in associations_by_subject(session, names).items():
        if any(each.lifecycle == STRONG for each in found):
            raise NotPermitted(
                f"Subject '{name}' has a strong association and cannot be referenced"
            )


def refuse_associated(session: Session, subject: SubjectName) -> None:
    """Raise `AssociationForSubjectExists` when the subject has an association.

    The caller holds the subject's lock.
    """
    for each in _of(session, subject):
        raise AssociationForSubjectExists(subject.qualified, each.resource_id)


def refuse_last_of_associated(session: Session, subject: SubjectName) -> None:
    """Raise `NoActiveVersion` when the last one of an associated subject would go."""
    for each in _of(session, subject):
        raise NoActiveVersion(
            f"Subject '{subject}' must keep an active version while it is associated "
            f"with resource '{each.resource_id}'."
        )


def _of(session: Session, subject: SubjectName) -> Sequence[StoredAssociation]:
    name = subject.qualified
    return associations_by_subject(session, [name]).get(name, [])
