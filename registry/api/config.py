"""`/config` and `/config/{subject}`."""

from __future__ import annotations

from flask import Blueprint, Response

from registry.api.access import reading, write
from registry.api.bodies import json_object
from registry.api.media import respond
from registry.api.params import flag
from registry.api.subject_path import parse_names
from registry.service import config
from registry.service.names import SubjectName

blueprint = Blueprint("config", __name__)
parse_names(blueprint)

GLOBAL = SubjectName.parse("")


@blueprint.get("/config")
def get_global_config() -> Response:
    """operationId: getGlobalConfig."""
    return get_config(GLOBAL)


@blueprint.put("/config")
def put_global_config() -> Response:
    """operationId: putGlobalConfig."""
    return put_config(GLOBAL)


@blueprint.delete("/config")
def delete_global_config() -> Response:
    """operationId: deleteGlobalConfig."""
    return delete_config(GLOBAL)


@blueprint.get("/config/<segment:subject>")
def get_config(subject: SubjectName) -> Response:
    """operationId: getConfig."""
    with reading() as session:
        effective = flag("defaultToGlobal")
        return respond(config.get_config(session, subject, effective=effective))


@blueprint.put("/config/<segment:subject>")
def put_config(subject: SubjectName) -> Response:
    """operationId: putConfig."""
    update = config.read_update(json_object())
    return respond(write(lambda s: config.put_config(s, subject, update)))


@blueprint.delete("/config/<segment:subject>")
def delete_config(subject: SubjectName) -> Response:
    """operationId: deleteConfig."""
    return respond(write(lambda s: config.delete_config(s, subject)))
