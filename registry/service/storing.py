"""Writing a version whose candidate has been checked, under the subject's lock."""

from __future__ import annotations

from dataclasses import replace

from registry.errors import InvalidSchemaText, NotPermitted
from registry.service import clock, metadata
from registry.service.associations import refuse_owned
from registry.service.candidate import Candidate
from registry.service.identity import VERSION_PROPERTY
from registry.service.metadata import properties_of
from registry.service.names import SubjectName
from registry.service.planning import Plan
from registry.service.requests import SchemaRequest
from registry.service.session import Session
from registry.store import contexts, schemas, subjects, versions
from registry.store.next_version import add_next
from registry.store.subjects import SubjectRow
from registry.store.values import HIGHEST, StoredSchema, StoredVersion

__all__ = ["store", "store_next"]


def store_next(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    planned: Plan,
) -> StoredVersion | None:
    """Write the usual case at once: new content as the next version.

    None, with nothing written, for any other case, and when the basis does not
    hold any more; `store` then does it step by step.
    """
    basis, candidate = planned.basis, planned.candidate
    usual = request.id is None and request.version == 0 and not candidate.targets
    exists = basis.subject is not None and basis.subject.revision > 0
    numbered = VERSION_PROPERTY in properties_of(candidate.metadata)
    if not usual or not exists or numbered:
        return None
    now = clock.milliseconds()
    made = _new_schema(subject, 0, candidate, now)
    digest, likeness = candidate.digest, candidate.likeness
    added = add_next(session.db, basis, subject.scopes, made, digest, likeness)
    if added is None:
        return None
    schema = replace(made, key=added.key, id=added.id)
    return StoredVersion(subject.qualified, added.number, False, now, schema)


def store(
    session: Session,
    subject: SubjectName,
    context_id: int,
    row: SubjectRow,
    request: SchemaRequest,
    candidate: Candidate,
) -> StoredVersion:
    """Write the version; the caller holds the subject's lock."""
    db = session.db
    for target, version in candidate.targets:
        if not versions.hold_version(db, target, version):
            raise InvalidSchemaText(
                "Invalid schema, details: No schema reference found for subject "
                f'"{target}" and version {version}'
            )
    # The rows just locked keep the targets as they are from here on.
    refuse_owned(session, subject, candidate.targets)
    number = versions.highest(db, row.id) + 1
    if request.id is not None and request.version > 0:
        number = request.version
    elif request.version > 0 and request.version != number:
        raise InvalidSchemaText("Version is not one more than previous version")
    if number > HIGHEST:
        raise NotPermitted(
            f"Subject {subject} has version {HIGHEST}, the highest that there can be"
        )
    candidate = _numbered(request, candidate, number)
    contexts.lock_ids(db, context_id)
    existing = versions.find_version(db, subject.qualified, number)
    if existing is not None:
        return _imported_again(subject, request, candidate, existing)
    schema = _content(session, subject, context_id, request, candidate)
    now = clock.milliseconds()
    versions.add_version(db, row.id, number, schema.key, now)
    _drop_replaced(session, subject, row, schema, number)
    subjects.count_added(db, row.id, number)
    return StoredVersion(subject.qualified, number, False, now, schema)


def _numbered(request: SchemaRequest, candidate: Candidate, number: int) -> Candidate:
    """Write the number into the metadata where it is asked for, or was before."""
    asked = request.version != 0 and request.id is None
    if not asked and VERSION_PROPERTY not in properties_of(candidate.metadata):
        return candidate
    if request.id is not None:
        return candidate
    return candidate.with_contract(
        metadata.with_version(candidate.metadata, number), candidate.rule_set
    )


def _imported_again(
    subject: SubjectName,
    request: SchemaRequest,
    candidate: Candidate,
    existing: StoredVersion,
) -> StoredVersion:
    same = existing.schema.guid == candidate.guid
    if same and existing.schema.id == request.id and not existing.deleted:
        return existing
    raise NotPermitted(
        f"Version {existing.number} of subject {subject.qualified} exists with schema "
        f"id {existing.schema.id}; an import does not overwrite it"
    )


def _content(
    session: Session,
    subject: SubjectName,
    context_id: int,
    request: SchemaRequest,
    candidate: Candidate,
) -> StoredSchema:
    """Return the content's row, made if it is new; under `contexts.lock_ids`."""
    db, digest = session.db, candidate.digest
    if request.id is None:
        if (known := schemas.find_by_digest(db, context_id, digest)) is not None:
            return known
        id = contexts.allot_id(db, context_id)
        if id > HIGHEST:
            raise NotPermitted(
                f"Context {subject.context} has had id {HIGHEST}, the highest that "
                "there can be"
            )
    else:
        id = request.id
        held = schemas.find_by_id(db, subject.context, id)
        if held is not None:
            if held.guid == candidate.guid and held.type == candidate.type:
                return held
            context = "" if subject.context == "." else f":{subject.context}:"
            raise NotPermitted(
                f"Overwrite new schema with id {id} in context {context} "
                "is not permitted."
            )
        contexts.raise_last_id(db, context_id, id)
    made = _new_schema(subject, id, candidate, clock.milliseconds())
    key = schemas.add_schema(
        db, context_id, made, digest, candidate.likeness, candidate.targets
    )
    return replace(made, key=key)


def _new_schema(
    subject: SubjectName, id: int, candidate: Candidate, created_at: int
) -> StoredSchema:
    return StoredSchema(
        0,
        subject.context,
        id,
        candidate.guid,
        candidate.type,
        candidate.text,
        candidate.references,
        candidate.metadata,
        candidate.rule_set,
        created_at,
    )


def _drop_replaced(
    session: Session,
    subject: SubjectName,
    row: SubjectRow,
    schema: StoredSchema,
    number: int,
) -> None:
    """Remove soft-deleted versions of the same content, unless referred to."""
    name = subject.qualified
    replaced = [
        old
        for old in versions.deleted_with(session.db, row.id, schema.key)
        if old < number and not schemas.referrers(session.db, name, old)
    ]
    if replaced:
        versions.delete_versions(session.db, row.id, replaced)
