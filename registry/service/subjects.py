"""Lists of subjects, over one context or all."""

from __future__ import annotations

from collections.abc import Sequence

from registry.service.names import DEFAULT_CONTEXT, SubjectName
from registry.service.session import Session
from registry.service.versions import Listing
from registry.store import subjects
from registry.store.subject_pages import STRIDE, Listed
from registry.store.subjects import Scope

__all__ = ["list_subjects", "scope_of"]


def scope_of(prefix: str) -> Scope:
    """Return what a `subjectPrefix` means.

    Empty is the default context, `:*:` every context, `:.ctx:` one of them;
    what follows narrows to names that start so.
    """
    if prefix.startswith(":*:"):
        # Names of any context that start so: a filter over all of them.
        return Scope(name_prefix=prefix.removeprefix(":*:"))
    named = SubjectName.parse(prefix)
    if named.context == DEFAULT_CONTEXT:
        return Scope(named.name, default_only=True)
    return Scope(named.qualified)


def list_subjects(session: Session, prefix: str, listing: Listing) -> Sequence[str]:
    """Return qualified names, sorted by code point."""
    scope, offset, limit = scope_of(prefix), listing.offset, listing.limit
    deleted, deleted_only = listing.deleted, listing.deleted_only
    if offset > STRIDE and limit is not None:
        wanted = Listed(scope, deleted=deleted, deleted_only=deleted_only)
        return session.subject_marks.page(session.db, wanted, offset, limit)
    return subjects.names(
        session.db,
        scope,
        deleted=deleted,
        deleted_only=deleted_only,
        offset=offset,
        limit=limit,
    )
