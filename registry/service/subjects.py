"""Lists of subjects and of schemas, over one context or all."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from registry.service import rule_sets
from registry.service.names import DEFAULT_CONTEXT, SubjectName
from registry.service.session import Session
from registry.service.versions import Listing
from registry.store import subjects, versions
from registry.store.subjects import Scope
from registry.store.values import StoredVersion

__all__ = ["list_schemas", "list_subjects", "scope_of"]


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
    return subjects.names(
        session.db,
        scope_of(prefix),
        deleted=listing.deleted,
        deleted_only=listing.deleted_only,
        offset=listing.offset,
        limit=listing.limit,
    )


def list_schemas(
    session: Session,
    prefix: str,
    listing: Listing,
    *,
    latest_only: bool = False,
    rule_type: str | None = None,
) -> Sequence[StoredVersion]:
    """Return versions by subject and number.

    ``rule_type`` keeps those whose rule set has a rule of that type; it is
    applied after ``latest_only``, and before the page is cut.
    """
    scope = scope_of(prefix)
    if rule_type is None:
        found = versions.page(
            session.db,
            scope,
            deleted=listing.deleted,
            latest_only=latest_only,
            offset=listing.offset,
            limit=listing.limit,
        )
        return list(found)
    every = versions.page(
        session.db, scope, deleted=listing.deleted, latest_only=latest_only
    )
    kept = (
        each
        for each in every
        if rule_sets.has_rule_of_type(each.schema.rule_set, rule_type)
    )
    end = None if listing.limit is None else listing.offset + listing.limit
    return list(islice(kept, listing.offset, end))
