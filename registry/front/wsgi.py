"""The front door for gunicorn's thread workers."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter
from typing import TYPE_CHECKING

from registry.front.answers import covered
from registry.front.conditions import Conditions
from registry.front.recorder import Recorder
from registry.front.wanted import WANTED, Wanted
from registry.request_id import fresh

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
        target = environ.get("RAW_URI", "").encode("latin-1")
        if watch is None or environ["REQUEST_METHOD"] != "GET" or not covered(target):
            return self._recorder(environ, start_response)
        conditions, now = _conditions(environ), watch.now()
        if now is None or conditions is None:
            return self._recorder(environ, start_response)
        key = (target, conditions.accept)
        found = self._recorder.answers.find(key, now)
        if found is None:
            environ[WANTED] = Wanted(key, now)
            return self._recorder(environ, start_response)
        unchanged = found.matches(conditions.if_none_match)
        head = found.head_unchanged if unchanged else found.head
        own = conditions.request_id.decode("latin-1") or fresh()
        start_response(
            "304 NOT MODIFIED" if unchanged else "200 OK",
            [*head, ("X-Request-ID", own)],
        )
        found.observer.count(304 if unchanged else 200, perf_counter() - started)
        return [] if unchanged else [found.body]


def _conditions(environ: WSGIEnvironment) -> Conditions | None:
    named = (
        (name[5:].replace("_", "-").lower().encode(), value.encode("latin-1"))
        for name, value in environ.items()
        if name.startswith("HTTP_")
    )
    return None if environ.get("CONTENT_LENGTH") else Conditions.of(named)
