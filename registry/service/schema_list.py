"""The list of schemas: versions over one context or all, narrowed in many ways."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from registry.service import rule_sets
from registry.service.associations import list_associations
from registry.service.names import SubjectName
from registry.service.session import Session
from registry.service.subjects import scope_of
from registry.service.versions import Listing
from registry.store import configs, versions
from registry.store.associations import Filter
from registry.store.values import StoredAssociation, StoredVersion

__all__ = ["NONE", "ListedSchema", "Narrowing", "list_schemas"]

NONE = "NONE"
"""The lifecycle of a subject that has no association."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which schemas a list is of.

    ``rule_type`` keeps those with a rule of that type, after ``latest_only``.
    The next three keep those whose subject has such an association, or none
    where ``lifecycles`` has NONE. ``aliases`` adds the subjects that aliases
    under ``prefix`` stand for.
    """

    prefix: str = ""
    latest_only: bool = False
    rule_type: str | None = None
    resource_type: str | None = None
    association_types: Sequence[str] = ()
    lifecycles: Sequence[str] = ()
    aliases: bool = False

    @property
    def by_association(self) -> bool:
        """Whether associations decide."""
        return bool(self.resource_type or self.association_types or self.lifecycles)


@dataclass(frozen=True, slots=True)
class ListedSchema:
    """A version, the aliases that led to it, and the associations asked for."""

    version: StoredVersion
    aliases: Sequence[str] = ()
    associations: Sequence[StoredAssociation] = ()


def list_schemas(
    session: Session, wanted: Narrowing, listing: Listing
) -> Sequence[ListedSchema]:
    """Return versions by subject and number; what is narrowed is so before the page."""
    if not (wanted.rule_type or wanted.by_association or wanted.aliases):
        found = versions.page(
            session.db,
            scope_of(wanted.prefix),
            deleted=listing.deleted,
            latest_only=wanted.latest_only,
            offset=listing.offset,
            limit=listing.limit,
        )
        return [ListedSchema(each) for each in found]
    end = None if listing.limit is None else listing.offset + listing.limit
    return list(islice(_narrowed(session, wanted, listing), listing.offset, end))


def _narrowed(
    session: Session, wanted: Narrowing, listing: Listing
) -> Iterator[ListedSchema]:
    aliases = _aliases(session, wanted) if wanted.aliases else {}
    associations = _associations(session, wanted) if wanted.by_association else {}
    rule_type = wanted.rule_type
    for each in _versions(session, wanted, listing, aliases):
        if rule_type and not rule_sets.has_rule_of_type(
            each.schema.rule_set, rule_type
        ):
            continue
        tied = associations.get(each.subject, [])
        lifecycles = wanted.lifecycles
        fitting = [a for a in tied if not lifecycles or a.lifecycle in lifecycles]
        if not wanted.by_association or fitting or (not tied and NONE in lifecycles):
            yield ListedSchema(each, aliases.get(each.subject, ()), fitting)


def _versions(
    session: Session,
    wanted: Narrowing,
    listing: Listing,
    aliases: dict[str, list[str]],
) -> Iterator[StoredVersion]:
    scope = scope_of(wanted.prefix)
    found = versions.page(
        session.db, scope, deleted=listing.deleted, latest_only=wanted.latest_only
    )
    elsewhere = [
        each for each in aliases if not scope.holds(each, SubjectName.parse(each).name)
    ]
    if not elsewhere:
        yield from found
        return
    every = list(found)
    for subject in elsewhere:
        held = versions.versions_of(session.db, subject, deleted=listing.deleted)
        every += held[-1:] if wanted.latest_only else held
    yield from sorted(every, key=lambda each: (each.subject, each.number))


def _aliases(session: Session, wanted: Narrowing) -> dict[str, list[str]]:
    """Return the aliases under the prefix by the subject that they stand for."""
    scope = scope_of(wanted.prefix)
    found: dict[str, list[str]] = {}
    for name, alias in configs.aliases(session.db):
        subject = SubjectName.parse(name)
        in_scope = scope.holds(subject.qualified, subject.name)
        if in_scope and not subject.is_context and alias:
            found.setdefault(subject.sibling(alias).qualified, []).append(name)
    return found


def _associations(
    session: Session, wanted: Narrowing
) -> dict[str, list[StoredAssociation]]:
    found: dict[str, list[StoredAssociation]] = {}
    fitting = Filter(
        resource_type=wanted.resource_type, association_types=wanted.association_types
    )
    for each in list_associations(session, fitting):
        found.setdefault(each.subject, []).append(each)
    return found
