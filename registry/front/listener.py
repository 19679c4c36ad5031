"""Accepting connections, so that each process of a server gets as many."""

from __future__ import annotations

import asyncio
import errno
import logging
import socket
from collections.abc import Callable
from ssl import SSLContext

from registry.front.shares import Share

__all__ = ["Listener"]

_LOG = logging.getLogger("uvicorn.error")

_WAY_SECONDS = 0.001
_FULL = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_FULL_SECONDS = 1.0


class Listener:
    """Gives each connection to a listening socket, TCP or Unix, a protocol.

    An event loop by itself accepts all that wait: of clients that connect at the
    same moment, the process that wakes first would get every one, and the others
    would be idle for as long as those keep their connections. This one takes one
    in a turn of the loop, and while another process has clearly fewer, it leaves
    the next one to that for a millisecond. ``connections`` says how many this
    process has.

    Where there is no file descriptor or memory for another connection, it lets
    them wait for a second. It has those methods of `asyncio.Server` that end one.
    """

    def __init__(
        self,
        listening: socket.socket,
        protocol: Callable[[], asyncio.Protocol],
        share: Share,
        *,
        connections: Callable[[], int],
        ssl: SSLContext | None = None,
    ) -> None:
        self._listening = listening
        self._protocol = protocol
        self._share = share
        self._connections = connections
        self._ssl = ssl
        self._loop = asyncio.get_running_loop()
        self._beginnings: set[asyncio.Task[None]] = set()
        self._pause: asyncio.TimerHandle | None = None
        listening.setblocking(False)
        share.tell(0)
        self._loop.add_reader(listening, self._on_connection)

    def close(self) -> None:
        """Accept nothing more; what is connected goes on."""
        self._share.leave()
        if self._pause is not None:
            self._pause.cancel()
        self._loop.remove_reader(self._listening)

    async def wait_closed(self) -> None:
        """Give up connections that have not begun by now: TLS may take a minute."""
        for each in self._beginnings:
            each.cancel()

    def _on_connection(self) -> None:
        if self._share.exceeded(self._count()):
            self._wait(_WAY_SECONDS)
        else:
            self._accept()

    def _wait(self, seconds: float) -> None:
        self._loop.remove_reader(self._listening)
        self._pause = self._loop.call_later(seconds, self._go_on)

    def _go_on(self) -> None:
        """Accept one that nobody has taken meanwhile, and listen again."""
        self._pause = None
        self._loop.add_reader(self._listening, self._on_connection)
        self._accept()

    def _accept(self) -> None:
        try:
            connection, _ = self._listening.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another process was quicker, or the client has gone
        except OSError as error:
            if error.errno not in _FULL:
                raise
            _LOG.error("No connection can be accepted for a second: %s", error)
            self._wait(_FULL_SECONDS)
            return
        connection.setblocking(False)
        beginning = self._loop.create_task(self._begin(connection))
        self._beginnings.add(beginning)
        beginning.add_done_callback(self._beginnings.discard)
        self._share.tell(self._count())

    def _count(self) -> int:
        return self._connections() + len(self._beginnings)

    async def _begin(self, connection: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(
                self._protocol, connection, ssl=self._ssl
            )
        except OSError as error:  # of TLS too
            connection.close()
            _LOG.debug("A connection did not begin: %s", error)
