"""What the server says of itself: `/`, `/v1/metadata/*`, `/health/*`."""

from __future__ import annotations

from importlib.metadata import version

from flask import Blueprint, Response

from registry.api.access import reading
from registry.api.bodies import optional_object
from registry.api.media import respond
from registry.service import health

blueprint = Blueprint("server", __name__)

# The release of Confluent's API that this server speaks; clients switch on it.
CONFLUENT_VERSION = "8.5.0"


@blueprint.get("/")
def root() -> Response:
    """operationId: getRoot."""
    return respond({})


@blueprint.post("/")
def post_root() -> Response:
    """operationId: postRoot."""
    optional_object()
    return respond({})


@blueprint.get("/v1/metadata/id")
def cluster_id() -> Response:
    """operationId: getClusterId."""
    clusters = {"kafka-cluster": "dovetail", "schema-registry-cluster": "dovetail"}
    return respond({"scope": {"path": [], "clusters": clusters}, "id": ""})


@blueprint.get("/v1/metadata/version")
def server_version() -> Response:
    """operationId: getServerVersion."""
    ours = version("dovetail-registry")
    return respond({"version": CONFLUENT_VERSION, "commitId": f"dovetail-{ours}"})


@blueprint.get("/v1/metadata/deployment")
def deployment() -> Response:
    """operationId: getDeployment."""
    return respond({"attributes": []})


@blueprint.get("/health/live")
def live() -> Response:
    """operationId: getLiveness."""
    return respond({"status": "up"})


@blueprint.get("/health/ready")
def ready() -> Response:
    """operationId: getReadiness."""
    with reading() as session:
        return respond({"status": "up", "revision": health.revision(session)})
