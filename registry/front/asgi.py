"""The front door on an event loop: kept answers at once, the rest on threads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cached_property, partial
from time import perf_counter
from typing import Any, TypeAlias

from registry.contract import ErrorCode
from registry.front.answers import Answer, covered
from registry.front.bridge import Bridge, Whole, environment, target_of
from registry.front.conditions import Conditions
from registry.front.looks import Looks, SqliteLooks
from registry.front.posted import key_of, repeats
from registry.front.recorder import Recorder
from registry.front.tally import Tally
from registry.front.wanted import WANTED, Wanted
from registry.front.watch import Moment, SqliteWatch
from registry.request_id import fresh

__all__ = ["AsgiFront"]

Scope: TypeAlias = MutableMapping[str, Any]
Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
Headers: TypeAlias = list[tuple[bytes, bytes]]

_LIVE = b"/health/live"
_READS = frozenset({"GET", "HEAD", "OPTIONS"})

# Requests that may wait for a thread, for each of the threads.
_QUEUE = 100
_BODY_SECONDS = 30


def _refusal(status: int, code: int, message: str, *more: tuple[bytes, bytes]) -> Whole:
    body = json.dumps({"error_code": code, "message": message}).encode()
    headers = [
        (b"content-type", b"application/vnd.schemaregistry.v1+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    return status, [*headers, *more], body


_BUSY = _refusal(
    503,
    ErrorCode.STORE_ERROR,
    "Too many requests wait; try again",
    (b"retry-after", b"1"),
)
_SLOW = _refusal(
    408,
    408,
    f"The request's body did not arrive within {_BODY_SECONDS} s; send it again",
    (b"connection", b"close"),
)


class AsgiFront:
    """ASGI application that answers from memory what it can.

    The rest goes to Flask on one of ``threads`` threads, once the client has
    sent all of its request, so that a slow client holds no thread; one that
    takes too long is answered 408. Beyond a hundred waiting for each thread the
    answer is 503. Whether the process lives is answered without a thread.

    A quarter of the threads, two at least, runs what is no read: registrations
    and checks are work for the processor, which more threads at once only slow
    down, and reads need not wait behind them.
    """

    def __init__(self, recorder: Recorder, *, threads: int, max_body: int) -> None:
        self.recorder = recorder
        posting = max(2, threads // 4)
        self._posts = Bridge(recorder, threads=posting)
        self._reads = Bridge(recorder, threads=max(1, threads - posting))
        self._max_body = max_body
        self._room = threads * _QUEUE

    @cached_property
    def looks(self) -> Looks | None:
        """What looks at the database, on the loop that runs; None: nothing does."""
        watch, loop = self.recorder.watch, asyncio.get_running_loop()
        if watch is None:
            return None
        if isinstance(watch, SqliteWatch):
            return SqliteLooks(watch, loop)
        # Here, as the driver is an extra that SQLite does without.
        from registry.front.postgres_looks import PostgresLooks

        return PostgresLooks(self.recorder.database, loop)

    @cached_property
    def tally(self) -> Tally:
        """What counts answers, on the loop that runs."""
        return Tally(asyncio.get_running_loop())

    def close(self) -> None:
        """End what runs beside the loop; the loop has ended."""
        if "tally" in vars(self):
            self.tally.settle()
        if "looks" in vars(self) and self.looks is not None:
            self.looks.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or let Flask."""
        if scope["type"] != "http":
            raise NotImplementedError(scope["type"])
        started = perf_counter()
        target = target_of(scope)
        if target == _LIVE and scope["method"] == "GET" and not _has_body(scope):
            # Here on the loop: the threads may all wait for the database.
            await _send(self._reads.answer(environment(scope, b"")), send)
            return
        if scope["method"] == "POST" and repeats(target):
            answer = partial(self._again, scope, target, started)
            await _send(await self._with_body(scope, receive, answer), send)
            return
        conditions = None
        if scope["method"] == "GET" and covered(target):
            conditions = Conditions.of(scope["headers"])
        now = await self._moment() if conditions is not None else None
        if conditions is None or now is None:
            await _send(await self._ask(scope, receive, None), send)
            return
        key = (target, conditions.accept)
        found = self.recorder.answers.find(key, now)
        if found is None:
            await _send(await self._ask(scope, receive, Wanted(key, now)), send)
            return
        status, headers, body = _answer(found, conditions)
        await _send((status, headers, body), send)
        found.observer.count(status, perf_counter() - started)

    async def _moment(self) -> Moment | None:
        if self.looks is None:
            return None
        told: asyncio.Future[Moment | None] = asyncio.Future()
        self.looks.ask(lambda now: None if told.done() else told.set_result(now))
        return await told

    async def _ask(
        self, scope: Scope, receive: Receive, wanted: Wanted | None
    ) -> Whole | None:
        """Return Flask's answer, None when the client went away."""
        answer = partial(self._asked, scope, wanted)
        return await self._with_body(scope, receive, answer)

    async def _with_body(
        self,
        scope: Scope,
        receive: Receive,
        answer: Callable[[bytes], Awaitable[Whole]],
    ) -> Whole | None:
        """Return ``answer`` to the body; as one of so many requests that wait."""
        if self._room <= 0:
            return _BUSY
        self._room -= 1
        try:
            try:
                async with asyncio.timeout(_BODY_SECONDS):
                    body = await _read(scope, receive, self._max_body)
            except TimeoutError:
                return _SLOW
            return None if body is None else await answer(body)
        finally:
            self._room += 1

    async def _asked(self, scope: Scope, wanted: Wanted | None, body: bytes) -> Whole:
        environ = environment(scope, body)
        if wanted is not None:
            environ[WANTED] = wanted
        lane = self._reads if scope["method"] in _READS else self._posts
        return await lane.ask(environ)

    async def _again(
        self, scope: Scope, target: bytes, started: float, body: bytes
    ) -> Whole:
        """Answer a POST as the same one was answered before, or let Flask."""
        key = key_of(target, scope["headers"], body)
        now = await self._moment() if key is not None else None
        if key is None or now is None:
            return await self._asked(scope, None, body)
        found = self.recorder.posted.find(key, now)
        if found is None:
            return await self._asked(scope, Wanted(key, now), body)
        found.observer.count(200, perf_counter() - started)
        ids = [value for name, value in scope["headers"] if name == b"x-request-id"]
        return 200, _identified(found.raw_head, b",".join(ids).strip()), found.body


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


def _has_body(scope: Scope) -> bool:
    lengths = (b"content-length", b"transfer-encoding")
    return any(name in lengths for name, _ in scope["headers"])


def _length(headers: Headers) -> int:
    for name, value in headers:
        if name == b"content-length" and value.isdigit():
            return int(value)
    return 0


def _answer(found: Answer, conditions: Conditions) -> Whole:
    unchanged = found.matches(conditions.if_none_match)
    head = found.raw_head_unchanged if unchanged else found.raw_head
    headers = _identified(head, conditions.request_id)
    return (304, headers, b"") if unchanged else (200, headers, found.body)


def _identified(head: Headers, given: bytes) -> Headers:
    return [*head, (b"x-request-id", given or fresh().encode())]


async def _send(reply: Whole | None, send: Send) -> None:
    if reply is None:
        return
    status, headers, body = reply
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
