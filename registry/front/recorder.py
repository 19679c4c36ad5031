"""The way to Flask: the raw target, and a copy of each answer that may be kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from flask import Flask

from registry.front.answers import Answer, Answers
from registry.front.wanted import WANTED, Wanted
from registry.front.watch import watch
from registry.metrics import ROUTE, Metrics
from registry.service.session import Registry

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["Recorder"]

_POSTED_SHARE = 4


class Recorder:
    """WSGI application around Flask's; it fills ``answers``, and ``posted`` for POST.

    Apart, as a fleet that registers new schemas must not push out what its
    consumers read.
    """

    def __init__(self, app: Flask) -> None:
        registry: Registry = app.extensions["dovetail"]
        self._metrics: Metrics = app.extensions["dovetail.metrics"]
        self._app = app.wsgi_app
        self.database = registry.database
        limit = registry.settings.answer_cache_bytes
        self.answers = Answers(limit - limit // _POSTED_SHARE)
        self.posted = Answers(limit // _POSTED_SHARE)
        self.watch = watch(registry.database)

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer as Flask does."""
        wanted: Wanted | None = environ.get(WANTED)
        if wanted is None:
            return self._app(environ, start_response)
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            started[:] = status, headers
            return start_response(status, headers, *rest)

        body = self._app(environ, start)
        if not started or not started[0].startswith("200 "):
            return body
        whole = _joined(body)
        self._keep(wanted, started[1], whole, environ)
        return [whole]

    def _keep(
        self,
        wanted: Wanted,
        headers: list[tuple[str, str]],
        body: bytes,
        environ: WSGIEnvironment,
    ) -> None:
        method = environ["REQUEST_METHOD"]
        named = {name.lower(): value for name, value in headers}
        lasting = method == "GET" and "immutable" in named.get("cache-control", "")
        if not lasting and wanted.moment.commits is None:
            return
        kept = tuple(each for each in headers if each[0].lower() != "x-request-id")
        etag = named.get("etag", "")
        observer = self._metrics.observer(method, environ.get(ROUTE, ""))
        answers = self.answers if method == "GET" else self.posted
        answers.keep(
            wanted.key, Answer(kept, body, etag, lasting, wanted.moment, observer)
        )


def _joined(parts: Iterable[bytes]) -> bytes:
    try:
        return b"".join(parts)
    finally:
        if (close := getattr(parts, "close", None)) is not None:
            close()
