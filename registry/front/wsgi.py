"""The front door for gunicorn's thread workers."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING
from uuid import uuid4

from registry.front.answers import Wanted, covered
from registry.front.recorder import WANTED, Recorder

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

__all__ = ["WsgiFront"]


class WsgiFront:
    """WSGI application that answers from memory what it can."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer, or let Flask."""
        watch, started = self._recorder.watch, perf_counter()
        path, _, query = environ.get("RAW_URI", "").partition("?")
        if watch is None or environ["REQUEST_METHOD"] != "GET" or not covered(path):
            return self._recorder(environ, start_response)
        if (now := watch.now()) is None:
            return self._recorder(environ, start_response)
        key = (path, query, environ.get("HTTP_ACCEPT", ""))
        found = self._recorder.answers.find(key, now)
        if found is None:
            environ[WANTED] = Wanted(key, now)
            return self._recorder(environ, start_response)
        given = environ.get("HTTP_X_REQUEST_ID", "")
        own = given if given.strip() and "," not in given else str(uuid4())
        unchanged = found.matches(environ.get("HTTP_IF_NONE_MATCH"))
        head = found.head_unchanged if unchanged else found.head
        start_response(
            "304 NOT MODIFIED" if unchanged else "200 OK",
            [*head, ("X-Request-ID", own)],
        )
        found.observe(304 if unchanged else 200, perf_counter() - started)
        return [] if unchanged else [found.body]
