"""From an event loop to a WSGI application on threads, one message each way."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable, MutableMapping
from io import BytesIO
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote_from_bytes

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

__all__ = ["Bridge", "Whole", "environment", "target_of"]

Headers: TypeAlias = list[tuple[bytes, bytes]]
Whole: TypeAlias = tuple[int, Headers, bytes]
"""An answer: its status, its headers as ASGI wants them, and its body."""

_Job: TypeAlias = tuple["WSGIEnvironment", "asyncio.Future[Whole]"]
_SENT_AS_IT_IS = "".join(map(chr, range(33, 127)))
_NAMES = {b"content-length": "CONTENT_LENGTH", b"content-type": "CONTENT_TYPE"}


class Bridge:
    """A WSGI application that is awaited: it runs on one of ``threads`` threads.

    Questions and answers cross whole, so that a request costs one wake-up of a
    thread and one of the loop. The threads start with the first question, as a
    server forks before that.
    """

    def __init__(self, app: WSGIApplication, *, threads: int) -> None:
        self._app = app
        self._threads = threads
        self._jobs: SimpleQueue[_Job] = SimpleQueue()
        self._started = False
        self._lock = Lock()

    async def ask(self, environ: WSGIEnvironment) -> Whole:
        """Return what the application answers."""
        if not self._started:
            self._start()
        future: asyncio.Future[Whole] = asyncio.get_running_loop().create_future()
        self._jobs.put((environ, future))
        return await future

    def _start(self) -> None:
        with self._lock:
            if self._started:
                return
            self._started = True
            for number in range(self._threads):
                name = f"request-{number}"
                Thread(target=self._serve, name=name, daemon=True).start()

    def _serve(self) -> None:
        while True:
            environ, future = self._jobs.get()
            try:
                done, error = self.answer(environ), None
            except Exception as raised:  # the loop's to report; the thread goes on
                done, error = None, raised
            # A loop that has been closed wants no answer.
            if not (loop := future.get_loop()).is_closed():
                loop.call_soon_threadsafe(_settle, future, done, error)

    def answer(self, environ: WSGIEnvironment) -> Whole:
        """Return what the application answers, on the thread of the caller."""
        began: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *_error: Any) -> Any:
            began[:] = status, headers

        parts = self._app(environ, start)
        try:
            body = b"".join(parts)
        finally:
            if (close := getattr(parts, "close", None)) is not None:
                close()
        status, headers = began
        return int(status[:3]), _raw(headers), body


def target_of(scope: MutableMapping[str, Any]) -> bytes:
    """Return the target of the request as it was sent: path and query."""
    path: bytes = scope["raw_path"]
    return path + b"?" + scope["query_string"] if scope["query_string"] else path


def environment(scope: MutableMapping[str, Any], body: bytes) -> WSGIEnvironment:
    """Return what a WSGI server would say of a request, read whole.

    ``scope`` is ASGI's. `RAW_URI` is the target as it was sent; of a body that
    came in chunks, the length is known by now. Source: PEP 3333.
    """
    query: bytes = scope["query_string"]
    host, port = scope.get("server") or ("localhost", 0)
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": quote_from_bytes(query, safe=_SENT_AS_IT_IS),
        "RAW_URI": target_of(scope).decode("latin-1"),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "SERVER_NAME": host,
        "SERVER_PORT": str(port),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if (client := scope.get("client")) is not None:
        environ["REMOTE_ADDR"], environ["REMOTE_PORT"] = client[0], str(client[1])
    for name, value in scope["headers"]:
        key = _NAMES.get(name)
        if key is None:
            key = "HTTP_" + name.decode("latin-1").upper().replace("-", "_")
        text = value.decode("latin-1")
        environ[key] = f"{environ[key]},{text}" if key in environ else text
    if body:
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ["CONTENT_LENGTH"] = str(len(body))
    return environ


def _settle(
    future: asyncio.Future[Whole], done: Whole | None, error: Exception | None
) -> None:
    if future.done():
        return  # the client has gone
    if error is not None:
        future.set_exception(error)
    elif done is not None:
        future.set_result(done)


def _raw(headers: Iterable[tuple[str, str]]) -> Headers:
    return [
        (name.lower().encode("latin-1"), value.encode("latin-1"))
        for name, value in headers
    ]
