"""Gunicorn's uvicorn worker, with our protocol."""

from __future__ import annotations

from typing import Any, ClassVar

from uvicorn_worker import UvicornWorker

from registry.front.protocol import FrontProtocol

__all__ = ["Worker"]


class Worker(UvicornWorker):  # type: ignore[misc]  # uvicorn_worker has no types
    """One process: an event loop, and the threads behind it."""

    CONFIG_KWARGS: ClassVar[dict[str, Any]] = {
        "loop": "uvloop",
        "http": FrontProtocol,
        "ws": "none",
        "lifespan": "off",
        "interface": "asgi3",
        "proxy_headers": False,
        "server_header": False,
    }

    def run(self) -> None:
        """Serve until told to stop."""
        try:
            super().run()
        finally:
            self.wsgi.close()
