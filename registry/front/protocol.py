"""HTTP/1.1 in front of the application: kept answers without a task of their own.

A request for a kept answer takes the place of uvicorn's cycle on its connection:
what the client sends after it waits, and a shutdown or a lost connection is told
to it, as to any other. It is answered once the database was looked at, or goes
the ordinary way.
"""

from __future__ import annotations

from asyncio import Event, TimerHandle, Transport
from collections.abc import Sized
from time import perf_counter
from typing import TYPE_CHECKING, Any, ClassVar, cast
from urllib.parse import unquote

from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import (
    HttpToolsProtocol,
    RequestResponseCycle,
)

from registry.front.answers import Answer
from registry.front.conditions import Conditions
from registry.front.watch import Moment
from registry.request_id import fresh

if TYPE_CHECKING:
    from registry.front.asgi import AsgiFront

__all__ = ["FrontProtocol"]

_MAX_HEAD = 64 * 1024
_HEAD_SECONDS = 20
_TOO_SLOW = b"The request's headers took too long."


class FrontProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP, with answers from memory, and bounds on headers.

    Uvicorn by itself would read headers without end, and wait for them as long.
    """

    _head = 0
    _in_head = True
    _another = False
    _deadline: TimerHandle | None = None
    _defaults: ClassVar[list[tuple[bytes, bytes]]] = []
    _default_lines: ClassVar[bytes] = b""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.front = cast("AsgiFront", self.app)

    @property
    def default_lines(self) -> bytes:
        """The headers of every answer: `Date`, which changes each second."""
        given = self.server_state.default_headers
        if given is not FrontProtocol._defaults:
            FrontProtocol._defaults = given
            FrontProtocol._default_lines = b"".join(b"%s: %s\r\n" % h for h in given)
        return FrontProtocol._default_lines

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Begin to read."""
        super().connection_made(transport)
        self.flow = _Flow(transport, self.pipeline)
        self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the client."""
        self._head_came()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read what came; 400 once it is too much for a request line and headers."""
        self._another = False
        super().data_received(data)
        # How much of it is of this head is not known when the one before it
        # ended in the same piece; a piece has a bound too.
        whole = self._in_head and not self._another
        self._head = self._head + len(data) if whole else 0
        if self._head > _MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("The request's headers are too long.")
        # Between requests uvicorn's own timer runs, but not while something comes.
        if self.timeout_keep_alive_task is None and (self._in_head or self._idle):
            self._await_head()

    def eof_received(self) -> bool:  # type: ignore[override]  # uvicorn's says None
        """Answer a client that sends no more, if it has sent all of its request."""
        whole = self.cycle is not None and not self.cycle.more_body
        if whole and not self.cycle.response_complete:
            self.cycle.keep_alive = False
            return True
        return False

    def on_message_begin(self) -> None:
        """Count from here."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Answer from memory, or let the application; a body has its own bound."""
        self._in_head = False
        self._another = True
        if self._deadline is not None:
            self._head_came()
        if self.cycle is not None and self.transport.is_closing():
            return  # RFC 9112, 9.6: nothing is processed after a close.
        kept, looks = self._kept(), self.front.looks
        if kept is None or looks is None:
            super().on_headers_complete()
            return
        self.cycle = kept
        leased = looks.leased() if kept.answer.lasting else None
        if leased is None:
            looks.ask(kept.answer_at)
        else:
            kept.answer_at(leased)

    @property
    def _idle(self) -> bool:
        """Whether no request is under way or waits for its turn."""
        return self.cycle is None or bool(self.cycle.response_complete)

    def _await_head(self) -> None:
        """Give the client so long to send a whole head; one that waits counts on."""
        if self._deadline is None and not self.transport.is_closing():
            self._deadline = self.loop.call_later(_HEAD_SECONDS, self._give_up)

    def _head_came(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _give_up(self) -> None:
        """Close, with 408 if there is a part of a head. RFC 9110, 15.5.9."""
        self._deadline = None
        if not self._idle:
            # What is read is answered first; meanwhile nothing more may be read.
            self._await_head()
            return
        # Before the first request, a head is awaited of which nothing may have come.
        begun = self._in_head and (self._head > 0 or self.cycle is not None)
        if begun and not self.transport.is_closing():
            self.transport.write(
                b"HTTP/1.1 408 Request Timeout\r\n%sconnection: close\r\n"
                b"content-type: text/plain; charset=utf-8\r\n"
                b"content-length: %d\r\n\r\n%s"
                % (self.default_lines, len(_TOO_SLOW), _TOO_SLOW)
            )
        self.transport.close()

    def _kept(self) -> KeptCycle | None:
        """Return the request as one whose answer is kept, if it is."""
        before = self.cycle
        if (
            (before is not None and not before.response_complete)
            or self.flow.write_paused
            or self.access_log
            or self.parser.get_method() != b"GET"
            or self.parser.get_http_version() != "1.1"
        ):
            return None
        conditions = Conditions.of(self.headers)
        if conditions is None:
            return None
        answer = self.front.recorder.answers.get((self.url, conditions.accept))
        return None if answer is None else KeptCycle(self, answer, conditions)


class KeptCycle(RequestResponseCycle):
    """A request whose answer is in memory, until it is known that it holds.

    Only then, and if it does not, is it made the cycle that it is by type.
    """

    def __init__(
        self, protocol: FrontProtocol, answer: Answer, conditions: Conditions
    ) -> None:
        self.started = perf_counter()
        self.protocol = protocol
        self.answer = answer
        self.conditions = conditions
        self.scope = protocol.scope
        self.url = protocol.url
        self.keep_alive = protocol.parser.should_keep_alive()
        self.message_event = _NOBODY_WAITS
        self.more_body = True
        self.disconnected = False
        self.response_complete = False

    def answer_at(self, now: Moment | None) -> None:
        """Answer, if what is kept holds now; else let the application."""
        if self.disconnected:
            return
        protocol, answer = self.protocol, self.answer
        if now is None or not answer.holds(now) or protocol.flow.write_paused:
            self._ask()
            return
        unchanged = answer.matches(self.conditions.if_none_match)
        protocol.transport.write(
            b"".join(
                (
                    b"HTTP/1.1 304 Not Modified\r\n"
                    if unchanged
                    else b"HTTP/1.1 200 OK\r\n",
                    protocol.default_lines,
                    answer.lines_unchanged if unchanged else answer.lines,
                    b"x-request-id: ",
                    self.conditions.request_id or fresh().encode(),
                    b"\r\n\r\n"
                    if self.keep_alive
                    else b"\r\nconnection: close\r\n\r\n",
                    b"" if unchanged else answer.body,
                )
            )
        )
        self.response_complete = True
        if not self.keep_alive:
            protocol.transport.close()
        protocol.on_response_complete()
        seconds = perf_counter() - self.started
        protocol.front.tally.count(answer.observer, 304 if unchanged else 200, seconds)

    def _ask(self) -> None:
        protocol, keep_alive = self.protocol, self.keep_alive
        path, _, query = self.url.partition(b"?")
        self.scope["method"] = "GET"
        self.scope["path"] = unquote(path.decode("ascii"))
        self.scope["raw_path"] = path
        self.scope["query_string"] = query
        super().__init__(
            scope=self.scope,
            transport=protocol.transport,
            flow=protocol.flow,
            logger=protocol.logger,
            access_logger=protocol.access_logger,
            access_log=protocol.access_log,
            default_headers=protocol.server_state.default_headers,
            message_event=Event(),
            expect_100_continue=False,
            keep_alive=keep_alive,
            on_response=protocol.on_response_complete,
        )
        self.more_body = False
        self.message_event.set()
        protocol._start_asgi_task(self, protocol.app)


class _Flow(FlowControl):
    """Reads no further while requests that were read wait for their turn.

    Uvicorn by itself would read on after each answer, so that what waits grows
    as long as the client sends.
    """

    def __init__(self, transport: Transport, pipeline: Sized) -> None:
        super().__init__(transport)
        self._pipeline = pipeline

    def resume_reading(self) -> None:
        if not self._pipeline:
            super().resume_reading()


_NOBODY_WAITS = Event()
