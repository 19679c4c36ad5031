"""`/associations`: which topic a subject belongs to.

Default clients ask this before their first message; with no association
they fall back to the topic's name.
"""

from __future__ import annotations

from flask import Blueprint, Response

from registry.api.media import respond

blueprint = Blueprint("associations", __name__)


@blueprint.get("/associations/subjects/<segment:subject>")
def list_by_subject(subject: str) -> Response:  # noqa: ARG001 - none has any yet
    """operationId: listAssociationsOfSubject."""
    return respond([])


@blueprint.get("/associations/resources/<segment:id>")
def list_by_resource_id(id: str) -> Response:  # noqa: ARG001 - none has any yet
    """operationId: listAssociationsOfResourceId."""
    return respond([])


@blueprint.get("/associations/resources/<segment:namespace>/<segment:name>")
def list_by_resource(namespace: str, name: str) -> Response:  # noqa: ARG001
    """operationId: listAssociationsOfResource."""
    return respond([])
