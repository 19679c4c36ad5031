"""The HTTP API: parse a request, call one service function, encode."""

from __future__ import annotations

from flask import Flask, Response, request

from registry import metrics
from registry.api import (
    associations,
    compatibility,
    config,
    contexts,
    deks,
    docs,
    keks,
    media,
    mode,
    problems,
    schemas,
    server,
    subjects,
    versions,
)
from registry.api.paths import PATH_ERROR, RawPath, SchemaId, Segment
from registry.errors import RegistryError
from registry.request_id import fresh
from registry.service.session import Registry

__all__ = ["create_app"]

_BLUEPRINTS = (
    associations,
    compatibility,
    config,
    contexts,
    deks,
    docs,
    keks,
    mode,
    schemas,
    server,
    subjects,
    versions,
)


def create_app(registry: Registry) -> Flask:
    """Return the WSGI application that serves ``registry``."""
    app = Flask("dovetail", static_folder=None)
    app.extensions["dovetail"] = registry
    app.config["MAX_CONTENT_LENGTH"] = registry.settings.max_body_bytes
    app.url_map.converters["segment"] = Segment
    app.url_map.converters["int"] = SchemaId
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    # First, so that a request which the next ones refuse is timed too.
    metrics.install(app, registry)
    app.before_request(_refuse_bad_path)
    app.before_request(media.negotiate)
    app.after_request(_identify)
    for module in _BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    problems.install(app)
    app.wsgi_app = RawPath(app.wsgi_app)  # type: ignore[method-assign]  # as Flask says
    return app


def _refuse_bad_path() -> None:
    error = request.environ.get(PATH_ERROR)
    if isinstance(error, RegistryError):
        raise error


def _identify(response: Response) -> Response:
    """Answer with the request's own id, or a fresh one."""
    given = request.headers.getlist("X-Request-ID")
    own = given[0] if len(given) == 1 and given[0].strip() else fresh()
    response.headers["X-Request-ID"] = own
    return response
