"""Media types: what a request may be, and what its answer will be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import NotAcceptable, UnsupportedMediaType

from registry.contract import MEDIA_TYPES, REQUEST_TYPES, VND_V1
from registry.errors import UnsupportedCoding

__all__ = ["negotiate", "no_content", "own_media_type", "respond", "respond_text"]

View = TypeVar("View", bound=Callable[..., Any])

_OWN: set[Callable[..., Any]] = set()


def own_media_type(view: View) -> View:
    """Mark a view whose answer is no JSON of the API; what it is does not vary."""
    _OWN.add(view)
    return view


def negotiate() -> None:
    """Refuse a body of a type that is not ours, or an answer we can't give.

    A path or a method that is not there is that error first, as in JAX-RS.
    """
    if request.routing_exception is not None:
        return
    if current_app.view_functions.get(request.endpoint or "") in _OWN:
        return
    given = request.mimetype
    has_body = request.method in ("POST", "PUT") and (request.content_length or 0) > 0
    if has_body and given and given not in REQUEST_TYPES:
        raise UnsupportedMediaType
    coding = request.headers.get("Content-Encoding", "")
    if has_body and coding.lower() not in ("", "identity"):
        raise UnsupportedCoding(coding)
    if _media_type() is None:
        raise NotAcceptable


def respond(value: Any, status: int = 200) -> Response:
    """Return ``value`` as JSON, in the media type that the client prefers."""
    return respond_text(json.dumps(value, ensure_ascii=False), status)


def respond_text(text: str, status: int = 200) -> Response:
    """Return ``text`` as it is, under the same media types."""
    return Response(text.encode(), status=status, content_type=_media_type() or VND_V1)


def no_content() -> Response:
    """Return 204: done, and nothing to say."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def _media_type() -> str | None:
    if not request.accept_mimetypes:
        return VND_V1
    # A parameter, such as `charset`, does not make it another type.
    accepted = MIMEAccept(
        (given.partition(";")[0].strip(), quality)
        for given, quality in request.accept_mimetypes
    )
    # Of types that the client likes as much, the first: `*/*` beside
    # `application/json` asks for either, as JAX-RS weighs it.
    best = max(MEDIA_TYPES, key=accepted.quality)
    return best if accepted.quality(best) > 0 else None
