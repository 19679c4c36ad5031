"""Clients that send a request bit by bit, or none at all, are not waited for."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx

from tests.running import Dovetail, running

HEAD = b"POST /compatibility HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\n"
WHOLE = b"GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"


@contextlib.contextmanager
def connected(server: Dovetail) -> Iterator[socket.socket]:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=90) as opened:
        yield opened


def served(server: Dovetail, first: bytes, drops: bytes = b"") -> tuple[bytes, float]:
    """Send ``first``, then a byte of ``drops`` each second; return what came, when."""
    with connected(server) as opened:
        begun, found = time.monotonic(), b""
        opened.sendall(first)
        opened.settimeout(1)
        rest = iter(drops)
        with contextlib.suppress(ConnectionError):
            while time.monotonic() < begun + 80:
                with contextlib.suppress(TimeoutError):
                    if not (more := opened.recv(65536)):
                        break
                    found += more
                    continue
                if (drop := next(rest, None)) is not None:
                    opened.sendall(bytes([drop]))
        return found, time.monotonic() - begun


def test_slow_clients_are_let_go(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dovetail.db"
    length = b"Content-Length: 100000\r\n\r\n"
    sent = [
        (b"", b""),
        (b"GET /sub", b"x" * 100),
        (b"\r\n", b"\r\n" * 100),
        (WHOLE + HEAD, b""),
        (WHOLE, b"\r\n" * 100),
        (HEAD + length, b"{" * 100),
    ]
    with running(url, tmp_path, workers=1) as dovetail, ThreadPoolExecutor(10) as pool:
        waiting = [pool.submit(served, dovetail, *each) for each in sent]
        found = [each.result() for each in waiting]
        others = httpx.get(f"{dovetail.url}/subjects").status_code

    statuses = [re.findall(rb"HTTP/1.1 (\d+)", answers) for answers, _ in found]
    assert statuses == [[], [b"408"], [b"408"], [b"200", b"408"], [b"200"], [b"408"]]
    assert b"took too long" in found[1][0]
    assert b'"error_code": 408' in found[5][0]
    assert all(15 < took < 40 for _, took in found[:5])
    # The body's time, then that of the rest, which nobody waits for.
    assert 25 < found[5][1] < 60
    assert others == 200
