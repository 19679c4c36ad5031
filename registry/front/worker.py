"""Gunicorn's uvicorn worker, with our protocol, and connections shared evenly."""

from __future__ import annotations

import asyncio
import socket
import sys
from typing import Any, ClassVar

from gunicorn.arbiter import Arbiter  # type: ignore[import-untyped]
from uvicorn import Config, Server
from uvicorn_worker import UvicornWorker

from registry.front.listener import Listener
from registry.front.protocol import FrontProtocol
from registry.front.shares import Share, Shares

__all__ = ["Worker"]

_SHARES = Shares()


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

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Prepare, in the parent, the process that it is about to fork."""
        super().__init__(*args, **kwargs)
        self._share = _SHARES.take()

    def exited(self) -> None:
        """Note, in the parent, that the process has ended."""
        _SHARES.give_back(self._share)

    def run(self) -> None:
        """Serve until told to stop."""
        try:
            super().run()
        finally:
            self.wsgi.close()

    async def _serve(self) -> None:
        self.config.app = self.wsgi
        server = _Server(self.config, self._share)
        self._install_sigquit_handler()
        await server.serve(sockets=self.sockets)
        if not server.started:
            sys.exit(Arbiter.WORKER_BOOT_ERROR)


class _Server(Server):
    """Uvicorn's server, which leaves listening to `Listener`."""

    def __init__(self, config: Config, share: Share) -> None:
        super().__init__(config)
        self._share = share

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=[])
        connections = self.server_state.connections
        self.servers: list[Any] = [
            Listener(
                each,
                self._protocol,
                self._share,
                connections=lambda: len(connections),
                ssl=self.config.ssl,
            )
            for each in sockets or []
        ]

    def _protocol(self) -> asyncio.Protocol:
        return FrontProtocol(
            config=self.config,
            server_state=self.server_state,
            app_state=self.lifespan.state,
        )
