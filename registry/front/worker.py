"""Gunicorn's uvicorn worker, with a bound on what a client may send as headers."""

from __future__ import annotations

from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn_worker import UvicornWorker

__all__ = ["BoundedProtocol", "Worker"]

_MAX_HEAD = 64 * 1024


class BoundedProtocol(HttpToolsProtocol):
    """Uvicorn's HTTP, which by itself would read headers without end."""

    _head = 0
    _in_head = True

    def data_received(self, data: bytes) -> None:
        """Read what came; 400 once it is too much for a request line and headers."""
        super().data_received(data)
        self._head = self._head + len(data) if self._in_head else 0
        if self._head > _MAX_HEAD and not self.transport.is_closing():
            self.send_400_response("The request's headers are too long.")

    def on_message_begin(self) -> None:
        """Count from here."""
        super().on_message_begin()
        self._in_head = True

    def on_headers_complete(self) -> None:
        """Stop counting: a body has a bound of its own."""
        self._in_head = False
        self._head = 0
        super().on_headers_complete()


class Worker(UvicornWorker):  # type: ignore[misc]  # uvicorn_worker has no types
    """One process: an event loop, and the threads behind it."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": BoundedProtocol,
        "ws": "none",
        "lifespan": "off",
        "interface": "asgi3",
        "proxy_headers": False,
        "server_header": False,
    }
