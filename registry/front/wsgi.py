"""The front door for gunicorn's thread workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from time import perf_counter
from typing import TYPE_CHECKING

from registry.front.answers import covered
from registry.front.conditions import Conditions
from registry.front.posted import LONGEST_BODY, key_of, repeats
from registry.front.recorder import Recorder
from registry.front.wanted import WANTED, Wanted
from registry.front.watch import Moment
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
        started = perf_counter()
        target = environ.get("RAW_URI", "").encode("latin-1")
        method = environ["REQUEST_METHOD"]
        if method == "POST" and repeats(target):
            return self._again(target, environ, start_response)
        conditions = None
        if method == "GET" and covered(target):
            conditions = _conditions(environ)
        now = None if conditions is None else self._now()
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

    def _again(
        self,
        target: bytes,
        environ: WSGIEnvironment,
        start_response: StartResponse,
    ) -> Iterable[bytes]:
        """Answer a POST as the same one was answered before, or let Flask."""
        started = perf_counter()
        key = key_of(target, _headers(environ), _body(environ))
        now = None if key is None else self._now()
        if key is None or now is None or now.commits is None:
            return self._recorder(environ, start_response)
        found = self._recorder.posted.find(key, now)
        if found is None:
            environ[WANTED] = Wanted(key, now)
            return self._recorder(environ, start_response)
        own = environ.get("HTTP_X_REQUEST_ID", "").strip() or fresh()
        start_response("200 OK", [*found.head, ("X-Request-ID", own)])
        found.observer.count(200, perf_counter() - started)
        return [found.body]

    def _now(self) -> Moment | None:
        watch = self._recorder.watch
        return None if watch is None else watch.now()


def _headers(environ: WSGIEnvironment) -> Iterator[tuple[bytes, bytes]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").lower().encode(), value.encode("latin-1")
    if given := environ.get("CONTENT_TYPE"):
        yield b"content-type", given.encode("latin-1")


def _conditions(environ: WSGIEnvironment) -> Conditions | None:
    return None if environ.get("CONTENT_LENGTH") else Conditions.of(_headers(environ))


def _body(environ: WSGIEnvironment) -> bytes:
    """Return a body of moderate length, and leave it to be read again."""
    length = environ.get("CONTENT_LENGTH") or ""
    if not length.isdigit() or int(length) > LONGEST_BODY:
        return b""
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body
