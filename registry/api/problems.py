"""Errors to answers: the only place where one becomes the other."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from registry.api.media import respond
from registry.contract import ErrorCode
from registry.errors import Incompatible, RegistryError, StoreUnavailable, TooLarge

__all__ = ["error_body", "install"]

_LOG = logging.getLogger(__name__)
_RETRY_SECONDS = "1"


def install(app: Flask) -> None:
    """Make every error of ``app`` an answer in the API's own form."""
    app.register_error_handler(RegistryError, _registry)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def error_body(error: RegistryError) -> dict[str, Any]:
    """Return what an answer says of an error."""
    code = int(error.code)
    if isinstance(error, Incompatible):
        # Clients of Confluent 7 compare the code with the status.
        code = int(current_app.extensions["dovetail"].settings.incompatible_code)
    return {"error_code": code, "message": str(error), **error.detail()}


def _registry(error: RegistryError) -> Response:
    response = respond(error_body(error), error.status)
    if isinstance(error, StoreUnavailable):
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _http(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return _registry(TooLarge(current_app.config["MAX_CONTENT_LENGTH"]))
    status = error.code or 500
    message = f"HTTP {status} {error.name}"
    response = respond({"error_code": status, "message": message}, status)
    if allow := error.get_response().headers.get("Allow"):
        response.headers["Allow"] = allow  # RFC 9110 wants it with 405
    return response


def _unexpected(error: Exception) -> Response:
    _LOG.error("unhandled error in %s %s", request.method, request.path, exc_info=error)
    code = int(ErrorCode.STORE_ERROR) // 100
    return respond({"error_code": code, "message": "Internal Server Error"}, 500)
