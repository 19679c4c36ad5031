"""Creating, changing and deleting the associations of one resource."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from registry.errors import (
    AssociationExists,
    AssociationForSubjectExists,
    AssociationFrozen,
    AssociationNotFound,
    AssociationsOff,
    InvalidAssociation,
    NoActiveVersion,
    NotPermitted,
    StrongAssociationExists,
    TooManyAssociations,
)
from registry.service import clock, deletion
from registry.service.association_requests import Action, Operation, Resource
from registry.service.associations import STRONG, WEAK, enabled
from registry.service.mode import Mode, mode_of
from registry.service.names import SubjectName
from registry.service.purge import refuse_referenced
from registry.service.register import register_within
from registry.service.session import Registry, Session
from registry.store import associations, contexts, subjects, versions
from registry.store.associations import Filter
from registry.store.subjects import SubjectRow
from registry.store.values import StoredAssociation, StoredVersion

__all__ = ["Associated", "change_associations", "delete_associations"]


@dataclass(frozen=True, slots=True)
class Associated:
    """An association as it is now, and the version of a schema sent along."""

    association: StoredAssociation
    version: StoredVersion | None = None


class _TakenBack(Exception):
    """Rolls a dry run back."""


def change_associations(
    registry: Registry,
    resource: Resource,
    operations: Sequence[Operation],
    *,
    dry_run: bool = False,
) -> Sequence[Associated]:
    """Do all the operations on one resource, or none of them.

    Returns the associations that were created, changed or found as asked.
    Raises what each operation may: see `Action`.
    """
    done: list[Associated] = []

    def work(session: Session) -> None:
        done.clear()
        for each in operations:
            if each.action is Action.DELETE:
                wanted = _of_resource(resource, [each.type])
                _delete(session, wanted, resource.id, cascade=each.cascade)
            else:
                done.append(_put(session, resource, each))

    _write(registry, work, dry_run=dry_run)
    return done


def delete_associations(
    registry: Registry,
    wanted: Filter,
    *,
    cascade: bool = False,
    dry_run: bool = False,
) -> None:
    """Delete what fits; ``cascade`` soft-deletes the subjects that were owned.

    Raises `AssociationNotFound` when there is none, `AssociationFrozen` for a
    frozen one without ``cascade``, `ReferenceExists`.
    """

    def work(session: Session) -> None:
        _delete(session, wanted, wanted.resource_id or "", cascade=cascade)

    _write(registry, work, dry_run=dry_run)


def _write(
    registry: Registry, work: Callable[[Session], None], *, dry_run: bool
) -> None:
    def run(session: Session) -> None:
        if not enabled(session):
            raise AssociationsOff
        work(session)
        if dry_run:
            raise _TakenBack

    try:
        registry.write(run)
    except _TakenBack:
        return


def _of_resource(resource: Resource, types: Sequence[str]) -> Filter:
    return Filter(
        resource_id=resource.id,
        resource_type=resource.type,
        association_types=types,
    )


def _put(session: Session, resource: Resource, asked: Operation) -> Associated:
    old = _existing(session, resource, asked)
    if old is None:
        return _create(session, resource, asked)
    same = (
        asked.subject in (None, SubjectName.parse(old.subject))
        and asked.lifecycle in (None, old.lifecycle)
        and asked.frozen in (None, old.frozen)
    )
    if not same and asked.action is Action.CREATE:
        raise AssociationExists(old.resource_id, old.association_type, old.subject)
    if not same:
        _refuse_change(old, asked)
    subject = SubjectName.parse(old.subject)
    version = _register(session, subject, asked)
    if same:
        return Associated(old, version)
    lifecycle = asked.lifecycle or old.lifecycle
    _own(session, subject, lifecycle, old)
    now = clock.milliseconds()
    associations.set_lifecycle(session.db, old.id, lifecycle, old.frozen, now)
    return Associated(replace(old, lifecycle=lifecycle, updated_at=now), version)


def _existing(
    session: Session, resource: Resource, asked: Operation
) -> StoredAssociation | None:
    """Return the resource's association of the type, by its id and by its name."""
    by_name = Filter(
        resource_namespace=resource.namespace,
        resource_name=resource.name,
        resource_type=resource.type,
        association_types=[asked.type],
    )
    named = associations.find_associations(session.db, by_name)
    found = list(named)
    if resource.id:
        by_id = _of_resource(resource, [asked.type])
        found += associations.find_associations(session.db, by_id)
    for each in found:
        here = (each.resource_namespace, each.resource_name)
        if here != (resource.namespace, resource.name) or (
            resource.id and each.resource_id != resource.id
        ):
            raise AssociationExists(each.resource_id, asked.type, each.subject)
    return found[0] if found else None


def _refuse_change(old: StoredAssociation, asked: Operation) -> None:
    if asked.subject not in (None, SubjectName.parse(old.subject)):
        detail = f"the subject of an association cannot be changed from '{old.subject}'"
        raise InvalidAssociation("subject", detail)
    if asked.frozen not in (None, old.frozen):
        detail = "the frozen attribute of association cannot be changed"
        raise InvalidAssociation("frozen", detail)
    if old.frozen:
        raise AssociationFrozen(old.subject, old.association_type)


def _create(session: Session, resource: Resource, asked: Operation) -> Associated:
    subject = asked.subject or resource.default_subject(asked.type)
    lifecycle, frozen = asked.lifecycle or WEAK, bool(asked.frozen)
    if frozen:
        _refuse_frozen(session, resource, asked, subject)
    version = _register(session, subject, asked)
    _own(session, subject, lifecycle)
    now = clock.milliseconds()
    guid = str(uuid4())
    made = StoredAssociation(
        guid=guid,
        subject=subject.qualified,
        resource_namespace=resource.namespace,
        resource_name=resource.name,
        # A dry run may come before the resource has its id.
        resource_id=resource.id or guid,
        resource_type=resource.type,
        association_type=asked.type,
        lifecycle=lifecycle,
        frozen=frozen,
        created_at=now,
        updated_at=now,
    )
    if not associations.add_association(session.db, made):
        raise AssociationExists(made.resource_id, asked.type, made.subject)
    return Associated(made, version)


def _refuse_frozen(
    session: Session, resource: Resource, asked: Operation, subject: SubjectName
) -> None:
    """Raise unless a frozen association would bring a subject of its own."""
    if asked.lifecycle != STRONG:
        raise InvalidAssociation("frozen", "only a STRONG association can be frozen")
    default = resource.default_subject(asked.type)
    if subject != default:
        detail = f"frozen associations must use subject '{default}'"
        raise InvalidAssociation("subject", detail)
    if asked.schema is None:
        detail = "a frozen association must bring the schema of its subject"
        raise InvalidAssociation("schema", detail)
    if subjects.find_subject(session.db, subject.qualified) is not None:
        detail = f"a frozen association must make its subject; '{subject}' has versions"
        raise InvalidAssociation("subject", detail)


def _register(
    session: Session, subject: SubjectName, asked: Operation
) -> StoredVersion | None:
    subject.validate()
    mode = mode_of(session, subject)
    if mode.read_only:
        raise NotPermitted(Mode.refusal(subject, "is in read-only mode"))
    if asked.schema is None:
        return None
    return register_within(session, subject, asked.schema, normalize=asked.normalize)


def _own(
    session: Session,
    subject: SubjectName,
    lifecycle: str,
    own: StoredAssociation | None = None,
) -> None:
    """Lock the subject, and raise unless the association may be with it.

    A resource may own a subject before its first version: clients associate a
    topic first and register when they have a message.
    """
    db, name = session.db, subject.qualified
    row = subjects.lock_subject(db, name) or _await_first(session, subject)
    others = [
        each
        for each in associations.find_associations(db, Filter(subject=name))
        if own is None or each.id != own.id
    ]
    for each in others:
        if each.lifecycle == STRONG:
            raise StrongAssociationExists(name, each.resource_id)
        if lifecycle == STRONG:
            raise AssociationForSubjectExists(name, each.resource_id)
    if lifecycle != STRONG and (row is None or not row.live):
        raise NoActiveVersion(
            f"Subject '{name}' has no active version; register one first, or send "
            "its 'schema' with the association."
        )
    if len(others) >= session.settings.page_size:
        raise TooManyAssociations(name, len(others))
    if lifecycle == STRONG and row is not None:
        # Who is about to refer to a version holds a share lock on its row.
        versions.lock_versions(db, row.id)
        for version in versions.versions_of(db, name):
            refuse_referenced(db, version, permanent=False, within=name)


def _await_first(session: Session, subject: SubjectName) -> SubjectRow | None:
    """Let nobody else make the subject until the transaction ends.

    Storing a first version takes the same lock of the context, and so does
    another association with a subject that is not there.
    """
    context_id = contexts.ensure_context(session.db, subject.context)
    contexts.lock_ids(session.db, context_id)
    return subjects.lock_subject(session.db, subject.qualified)


def _delete(session: Session, wanted: Filter, resource: str, *, cascade: bool) -> None:
    before = associations.find_associations(session.db, wanted)
    names = sorted({each.subject for each in before})
    rows = {name: subjects.lock_subject(session.db, name) for name in names}
    found = [
        each
        for each in associations.find_associations(session.db, wanted)
        if each.subject in rows
    ]
    if not found:
        raise AssociationNotFound(resource)
    for each in found:
        if each.frozen and not cascade:
            raise AssociationFrozen(each.subject, each.association_type)
    associations.delete_associations(session.db, [each.id for each in found])
    for each in found:
        row = rows[each.subject]
        if cascade and each.lifecycle == STRONG and row is not None and row.live:
            subject = SubjectName.parse(each.subject)
            deletion.delete_subject(session, subject, permanent=False)
