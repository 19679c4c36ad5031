"""`/subjects` and `/subjects/{subject}`: list, look up, delete."""

from __future__ import annotations

from flask import Blueprint, Response

from registry.api import shapes
from registry.api.access import reading, write
from registry.api.bodies import schema_request
from registry.api.media import respond
from registry.api.params import flag, listing, optional_flag, text
from registry.api.subject_path import follow_aliases
from registry.service import deletion, lookup, subjects
from registry.service.names import SubjectName

blueprint = Blueprint("subjects", __name__)
follow_aliases(blueprint)


@blueprint.get("/subjects")
def list_subjects() -> Response:
    """operationId: listSubjects."""
    prefix = text("subjectPrefix")
    with reading() as session:
        return respond(
            subjects.list_subjects(
                session, ":*:" if prefix is None else prefix, listing()
            )
        )


@blueprint.post("/subjects/<segment:subject>")
def look_up(subject: SubjectName) -> Response:
    """operationId: lookUpSchema."""
    request = schema_request()
    with reading() as session:
        found = lookup.lookup(
            session,
            subject,
            request,
            normalize=optional_flag("normalize"),
            deleted=flag("deleted"),
        )
        return respond(shapes.version(session, found, style=text("format") or ""))


@blueprint.delete("/subjects/<segment:subject>")
def delete_subject(subject: SubjectName) -> Response:
    """operationId: deleteSubject."""
    permanent = flag("permanent")
    return respond(
        write(lambda s: deletion.delete_subject(s, subject, permanent=permanent))
    )


@blueprint.post("/subjects/<segment:subject>/undelete")
def undelete_subject(subject: SubjectName) -> Response:
    """operationId: undeleteSubject."""
    return respond(write(lambda s: deletion.undelete_subject(s, subject)))
