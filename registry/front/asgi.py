"""The front door on an event loop: kept answers at once, the rest on threads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any, TypeAlias
from uuid import uuid4

from registry.front.answers import Answer, Wanted, covered
from registry.front.bridge import Bridge, environment
from registry.front.recorder import WANTED, Recorder

__all__ = ["AsgiFront"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Headers: TypeAlias = list[tuple[bytes, bytes]]

# Requests that may wait for a thread, for each of the threads.
_QUEUE = 100


class AsgiFront:
    """ASGI application that answers from memory what it can.

    The rest goes to Flask on one of ``threads`` threads, once the client has
    sent all of its request, so that a slow client holds no thread. Beyond a
    hundred waiting for each thread the answer is 503.
    """

    def __init__(self, recorder: Recorder, *, threads: int, max_body: int) -> None:
        self._recorder = recorder
        self._flask = Bridge(recorder, threads=threads)
        self._max_body = max_body
        self._room = threads * _QUEUE

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let Flask."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        started = perf_counter()
        watch = self._recorder.watch
        if watch is not None and scope["method"] == "GET":
            path = scope["raw_path"].decode("ascii")
            if covered(path) and (now := watch.now()) is not None:
                accept, if_none_match, own = _conditions(scope["headers"])
                query = scope["query_string"].decode("latin-1")
                key = (path, query, accept)
                found = self._recorder.answers.find(key, now)
                if found is not None:
                    await _answer(found, if_none_match, own, started, send)
                    return
                scope[WANTED] = Wanted(key, now)
        await self._ask(scope, receive, send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._room <= 0:
            await _refuse(send)
            return
        self._room -= 1
        try:
            body = await _read(scope, receive, self._max_body)
            if body is not None:
                environ = environment(scope, body)
                if WANTED in scope:
                    environ[WANTED] = scope[WANTED]
                await _send(*await self._flask.ask(environ), send)
        finally:
            self._room += 1


async def _read(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """Return the request's body, None when the client went away before its end.

    Of one that is too long, at most a part: Flask then refuses it by its
    length.
    """
    body = bytearray()
    if _length(scope["headers"]) > limit:
        return b""
    while len(body) <= limit:
        message = await receive()
        if message["type"] != "http.request":
            return None
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    return bytes(body)


def _length(headers: Headers) -> int:
    for name, value in headers:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _conditions(headers: Headers) -> tuple[str, str | None, str]:
    """Return `Accept`, `If-None-Match` and the id that the answer carries."""
    accept, matches, ids = [], [], []
    for name, value in headers:
        if name == b"accept":
            accept.append(value)
        elif name == b"if-none-match":
            matches.append(value)
        elif name == b"x-request-id":
            ids.append(value)
    own = ids[0].decode("latin-1") if len(ids) == 1 else ""
    return (
        b",".join(accept).decode("latin-1"),
        b",".join(matches).decode("latin-1") if matches else None,
        own if own.strip() else str(uuid4()),
    )


async def _answer(
    found: Answer, if_none_match: str | None, own: str, started: float, send: Send
) -> None:
    unchanged = found.matches(if_none_match)
    status = 304 if unchanged else 200
    head = found.raw_head_unchanged if unchanged else found.raw_head
    headers = [*head, (b"x-request-id", own.encode("latin-1"))]
    await _send(status, headers, b"" if unchanged else found.body, send)
    found.observe(status, perf_counter() - started)


async def _refuse(send: Send) -> None:
    body = b'{"error_code": 50302, "message": "Too many requests wait; try again"}'
    headers = [
        (b"content-type", b"application/vnd.schemaregistry.v1+json"),
        (b"content-length", str(len(body)).encode()),
        (b"retry-after", b"1"),
    ]
    await _send(503, headers, body, send)


async def _send(status: int, headers: Headers, body: bytes, send: Send) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
