"""Reading versions of a subject."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from registry.errors import SchemaNotFound, SubjectNotFound, VersionNotFound
from registry.service.aliases import aliased, resolve_alias
from registry.service.metadata import properties_of
from registry.service.names import SubjectName
from registry.service.session import Session
from registry.store import schemas, subjects, versions
from registry.store.values import StoredVersion

__all__ = [
    "Listing",
    "find_by_metadata",
    "get_version",
    "latest",
    "list_versions",
    "referenced_by",
]


@dataclass(frozen=True, slots=True)
class Listing:
    """Which versions or subjects a list shows, and which page of it.

    ``deleted_as_negative`` shows soft-deleted numbers below zero and wins
    over the other two; ``deleted_only`` wins over ``deleted``.
    """

    deleted: bool = False
    deleted_only: bool = False
    deleted_as_negative: bool = False
    offset: int = 0
    limit: int | None = None


def list_versions(
    session: Session, subject: SubjectName, listing: Listing
) -> Sequence[int]:
    """Return version numbers, oldest first, or raise `SubjectNotFound`."""
    every = versions.numbers(session.db, subject.qualified)
    if listing.deleted_as_negative:
        found = [-number if deleted else number for number, deleted in every]
    elif listing.deleted_only:
        found = [number for number, deleted in every if deleted]
    else:
        found = [n for n, deleted in every if listing.deleted or not deleted]
    if not found:
        raise SubjectNotFound(subject.qualified)
    return found[listing.offset :][: listing.limit]


def get_version(
    session: Session,
    subject: SubjectName,
    number: int | None,
    *,
    deleted: bool,
    alias: bool = False,
) -> StoredVersion:
    """Return a version, None for the newest undeleted one.

    An unqualified subject that the default context lacks is looked for in
    the others. With ``alias`` it may be an alias of the one that is meant.
    Raises `SubjectNotFound` or `VersionNotFound`.
    """
    if alias:
        found, config = versions.find_with_config(
            session.db, subject.qualified, number, subject.scope
        )
        if found is not None and aliased(subject, config) == subject:
            if deleted or not found.deleted:
                return found
        else:
            subject = resolve_alias(session, subject)
    for name in _places(session, subject):
        found = _find(session, name, number)
        if found is not None and (deleted or not found.deleted):
            return found
    row = subjects.find_subject(session.db, subject.qualified)
    if row is None or not (row.live or deleted):
        raise SubjectNotFound(subject.qualified)
    raise VersionNotFound("latest" if number is None else number)


def latest(session: Session, subject: SubjectName) -> StoredVersion | None:
    """Return the newest undeleted version of exactly this subject, if there is one."""
    return versions.find_latest(session.db, subject.qualified)


def find_by_metadata(
    session: Session,
    subject: SubjectName,
    wanted: Sequence[tuple[Sequence[str], Sequence[str]]],
    *,
    deleted: bool,
) -> StoredVersion:
    """Return the newest version whose properties hold all that is wanted.

    Each pair gives the spellings of a key and of its value, of which any
    may match: clients encode them once or twice.
    """
    row = subjects.find_subject(session.db, subject.qualified)
    if row is None or not (row.live or deleted):
        raise SubjectNotFound(subject.qualified)
    every = versions.versions_of(session.db, subject.qualified, deleted=deleted)
    for each in reversed(every):
        properties = properties_of(each.schema.metadata)
        if all(
            any(properties.get(key) in values for key in keys)
            for keys, values in wanted
        ):
            return each
    raise SchemaNotFound


def referenced_by(
    session: Session, subject: SubjectName, number: int | None, *, deleted: bool
) -> Sequence[int]:
    """Return the ids of the schemas that refer to a version, by context and id.

    Referrers without a live version count only with ``deleted``; the version
    itself may be soft-deleted.
    """
    version = get_version(session, subject, number, deleted=True)
    found = schemas.referrers(session.db, version.subject, version.number)
    return [id for _, id, key in found if deleted or versions.lived(session.db, key)]


def _places(session: Session, subject: SubjectName) -> Iterator[str]:
    own = subject.qualified
    yield own
    if own == subject.name and subjects.find_subject(session.db, own) is None:
        yield from subjects.same_name_elsewhere(session.db, subject.name)


def _find(session: Session, subject: str, number: int | None) -> StoredVersion | None:
    if number is None:
        return versions.find_latest(session.db, subject)
    return versions.find_version(session.db, subject, number)
