"""`/openapi.yaml`, and `/docs`, the page that renders it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from flask import Blueprint, Response, send_from_directory

from registry.api.media import own_media_type

blueprint = Blueprint("docs", __name__)

_STATIC = Path(str(files("registry.api") / "static"))
_CONTRACT = Path(str(files("registry") / "openapi.yaml"))

# Swagger UI styles elements inline; scripts come from this server alone.
_POLICY = (
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; frame-ancestors 'none'; base-uri 'self'"
)


@blueprint.get("/openapi.yaml")
@own_media_type
def openapi() -> Response:
    """operationId: getOpenApi."""
    return Response(_CONTRACT.read_bytes(), content_type="application/yaml")


@blueprint.get("/docs")
@own_media_type
def page() -> Response:
    """operationId: getDocs."""
    return _guarded(send_from_directory(_STATIC, "docs.html"))


@blueprint.get("/docs/<path:name>")
@own_media_type
def asset(name: str) -> Response:
    """operationId: getDocsAsset."""
    return _guarded(send_from_directory(_STATIC, name))


def _guarded(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
