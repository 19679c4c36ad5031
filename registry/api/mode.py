"""`/mode` and `/mode/{subject}`."""

from __future__ import annotations

from flask import Blueprint, Response

from registry.api.access import reading, write
from registry.api.bodies import json_object
from registry.api.media import respond
from registry.api.params import flag
from registry.api.subject_path import parse_names
from registry.service import mode
from registry.service.names import SubjectName

blueprint = Blueprint("mode", __name__)
parse_names(blueprint)

GLOBAL = SubjectName.parse("")


@blueprint.get("/mode")
def get_global_mode() -> Response:
    """operationId: getGlobalMode."""
    return get_mode(GLOBAL)


@blueprint.put("/mode")
def put_global_mode() -> Response:
    """operationId: putGlobalMode."""
    return put_mode(GLOBAL)


@blueprint.delete("/mode")
def delete_global_mode() -> Response:
    """operationId: deleteGlobalMode."""
    return delete_mode(GLOBAL)


@blueprint.get("/mode/<segment:subject>")
def get_mode(subject: SubjectName) -> Response:
    """operationId: getMode."""
    with reading() as session:
        effective = flag("defaultToGlobal")
        found = mode.get_mode(session, subject, effective=effective)
        return respond({"mode": found.value})


@blueprint.put("/mode/<segment:subject>")
def put_mode(subject: SubjectName) -> Response:
    """operationId: putMode."""
    wanted, force = mode.read_mode(json_object().get("mode")), flag("force")
    write(lambda s: mode.put_mode(s, subject, wanted, force=force))
    return respond({"mode": wanted.value} if wanted else {})


@blueprint.delete("/mode/<segment:subject>")
def delete_mode(subject: SubjectName) -> Response:
    """operationId: deleteMode."""
    recursive = flag("recursive")
    gone = write(lambda s: mode.delete_mode(s, subject, recursive=recursive))
    return respond({"mode": gone.value} if gone else {})
