"""Which version of a subject holds a schema already, in whatever spelling."""

from __future__ import annotations

from collections.abc import Sequence

from registry.service.candidate import Candidate
from registry.service.identity import VERSION_PROPERTY
from registry.service.metadata import properties_of
from registry.service.session import Session
from registry.store import versions
from registry.store.values import StoredVersion

__all__ = ["choose", "find_same"]


def find_same(
    session: Session, subject: str, candidate: Candidate, *, deleted: bool = False
) -> StoredVersion | None:
    """Return the version of ``subject`` that holds the candidate's schema."""
    like = versions.all_like(session.db, subject, candidate.likeness, deleted=deleted)
    return choose(candidate, like)


def choose(candidate: Candidate, like: Sequence[StoredVersion]) -> StoredVersion | None:
    """Return the one of exactly the candidate's content, or else the newest.

    A candidate that names its version in `confluent:version` is held only by
    a version that has the same, or that has none and is of that number.
    """
    asked = properties_of(candidate.metadata).get(VERSION_PROPERTY)
    fitting = [each for each in like if asked in (None, _named(each))]
    guid = candidate.guid if len(fitting) > 1 else ""
    return max(
        fitting, key=lambda each: (each.schema.guid == guid, each.number), default=None
    )


def _named(version: StoredVersion) -> str:
    own = properties_of(version.schema.metadata).get(VERSION_PROPERTY)
    return str(version.number) if own is None else own
