"""`/schemas`: by id, by GUID, and the list of all."""

from __future__ import annotations

from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from compat import all_formats
from registry.api import shapes
from registry.api.access import reading, reading_content
from registry.api.association_bodies import checked
from registry.api.conditional import immutable, revalidated
from registry.api.media import respond, respond_text
from registry.api.params import flag, listing, text, texts
from registry.errors import SchemaNotFound
from registry.service import schemas
from registry.service.aliases import resolve_alias
from registry.service.associations import STRONG, WEAK
from registry.service.names import SubjectName
from registry.service.schema_list import NONE, Narrowing
from registry.service.schema_list import list_schemas as list_of_schemas
from registry.service.session import Session

blueprint = Blueprint("schemas", __name__)

_MAX_ID = 2**31 - 1


@blueprint.get("/schemas")
def list_schemas() -> Response:
    """operationId: listSchemas."""
    with reading() as session:
        found = list_of_schemas(
            session, _narrowing(), listing(session.settings.page_size)
        )
        return respond([shapes.listed(session, each) for each in found])


@blueprint.get("/schemas/types")
def list_types() -> Response:
    """operationId: listSchemaTypes."""
    return respond(sorted(all_formats()))


@blueprint.get("/schemas/ids/<int:id>")
def get_by_id(id: int) -> Response:
    """operationId: getSchemaById."""

    def answer(session: Session) -> Response:
        subject = _subject(session)
        found = schemas.get_by_id(session, _bounded(id), subject)
        shown = shapes.schema_string(
            session,
            found,
            style=text("format") or "",
            qualified_references=text("referenceFormat") == "qualified",
            find_tags=texts("findTags"),
        )
        if flag("fetchMaxId"):
            shown["maxId"] = schemas.max_id(session, subject)
            return respond(shown)
        return _kept(respond(shown), subject, deleted=found.deleted)

    return reading_content(answer)


@blueprint.get("/schemas/ids/<int:id>/schema")
def get_text_by_id(id: int) -> Response:
    """operationId: getSchemaTextById."""

    def answer(session: Session) -> Response:
        subject = _subject(session)
        found = schemas.get_by_id(session, _bounded(id), subject)
        style = text("format") or ""
        return _kept(
            respond_text(schemas.text_of(session, found.schema, style)), subject
        )

    return reading_content(answer)


@blueprint.get("/schemas/ids/<int:id>/subjects")
def list_subjects_of_id(id: int) -> Response:
    """operationId: listSubjectsOfId."""
    with reading() as session:
        found = schemas.subject_versions(
            session, _bounded(id), _subject(session), listing()
        )
        return respond([subject for subject, _ in found])


@blueprint.get("/schemas/ids/<int:id>/versions")
def list_versions_of_id(id: int) -> Response:
    """operationId: listVersionsOfId."""
    with reading() as session:
        found = schemas.subject_versions(
            session, _bounded(id), _subject(session), listing()
        )
        return respond([{"subject": name, "version": number} for name, number in found])


@blueprint.get("/schemas/guids/<segment:guid>")
def get_by_guid(guid: str) -> Response:
    """operationId: getSchemaByGuid."""

    def answer(session: Session) -> Response:
        found = schemas.get_by_guid(session, guid)
        shown = shapes.schema_string(session, found, style=text("format") or "")
        return _kept(respond(shown), deleted=found.deleted)

    return reading_content(answer)


@blueprint.get("/schemas/guids/<segment:guid>/ids")
def list_ids_of_guid(guid: str) -> Response:
    """operationId: listIdsOfGuid."""
    with reading() as session:
        found = schemas.ids_of_guid(session, guid)
        return respond([{"context": context, "id": id} for context, id in found])


def _narrowing() -> Narrowing:
    return Narrowing(
        prefix=text("subjectPrefix") or "",
        latest_only=flag("latestOnly"),
        rule_type=text("ruleType"),
        resource_type=text("resourceType"),
        association_types=[
            checked(each, "associationType") for each in texts("associationType")
        ],
        lifecycles=[_lifecycle(each) for each in texts("lifecycle")],
        aliases=flag("aliases"),
    )


def _lifecycle(given: str) -> str:
    if given.upper() not in (STRONG, WEAK, NONE):
        # As for every parameter that does not convert.
        raise NotFound
    return given.upper()


def _kept(
    response: Response, subject: str | None = None, *, deleted: bool = False
) -> Response:
    # Which version of the subject holds the id is what can change, and whether
    # what no version holds will be held again.
    fixed = subject is None and not deleted
    return immutable(response) if fixed else revalidated(response)


def _bounded(id: int) -> int:
    # A column of the database would overflow before it finds nothing.
    if not 0 <= id <= _MAX_ID:
        raise SchemaNotFound(id)
    return id


def _subject(session: Session) -> str | None:
    given = text("subject")
    if given is None:
        return None
    return resolve_alias(session, SubjectName.parse(given)).scope if given else given
