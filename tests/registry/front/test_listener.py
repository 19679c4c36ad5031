"""Each process of a server gets as many connections."""

from __future__ import annotations

import contextlib
import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import psutil
import pytest

from registry.front.shares import Shares
from tests.failure.processes import children, frozen
from tests.running import Dovetail, running

LIVE = b"GET /health/live HTTP/1.1\r\nHost: h\r\n\r\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Dovetail]:
    with running(f"sqlite:///{tmp_path}/dovetail.db", tmp_path) as dovetail:
        yield dovetail


@contextlib.contextmanager
def connected(server: Dovetail, count: int) -> Iterator[None]:
    """Hold ``count`` connections, each of which has been answered."""
    port = int(server.url.rpartition(":")[2])
    with contextlib.ExitStack() as stack:
        for _ in range(count):
            opened = socket.create_connection(("127.0.0.1", port), timeout=20)
            stack.enter_context(opened)
            opened.sendall(LIVE)
            assert opened.recv(65536).startswith(b"HTTP/1.1 200")
        yield


def held(server: Dovetail) -> dict[int, int]:
    """Return how many connections each worker has, by its process id."""
    port = int(server.url.rpartition(":")[2])
    return {
        pid: sum(
            each.status == psutil.CONN_ESTABLISHED and each.laddr.port == port
            for each in psutil.Process(pid).net_connections()
        )
        for pid in children(server.pid)
    }


def both(server: Dovetail) -> list[int]:
    """Return the workers' process ids, once both accept."""
    deadline = time.monotonic() + 20
    while True:
        with connected(server, 12):
            found = held(server)
        if len(found) == 2 and all(found.values()):
            return list(found)
        assert time.monotonic() < deadline, found
        time.sleep(0.1)


def test_who_has_fewer_connections_gets_the_next_ones(server: Dovetail) -> None:
    busy, idle = both(server)
    with contextlib.ExitStack() as stack:
        with frozen(idle):
            # Nobody waits for a process that does not answer.
            stack.enter_context(connected(server, 24))
            assert held(server)[busy] == 24
        stack.enter_context(connected(server, 24))
        found = held(server)

    assert sum(found.values()) == 48
    assert found[idle] >= 16


def test_a_new_process_gets_its_part_in_the_place_of_one_that_died(
    server: Dovetail,
) -> None:
    busy, dying = both(server)
    with connected(server, 20):
        psutil.Process(dying).kill()
        deadline = time.monotonic() + 20
        while len(set(children(server.pid)) - {dying}) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        both(server)
        before = held(server)[busy]
        with connected(server, before):
            assert held(server)[busy] - before <= before // 2


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit is not installed")
def test_connections_wait_when_there_are_no_file_descriptors(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dovetail.db"
    before = ["prlimit", "--nofile=90:90"]
    with running(url, tmp_path, workers=1, before=before) as server:
        port = int(server.url.rpartition(":")[2])
        with contextlib.ExitStack() as stack:
            for _ in range(100):
                opened = socket.create_connection(("127.0.0.1", port), timeout=20)
                stack.enter_context(opened)
            deadline = time.monotonic() + 20
            while "No connection can be accepted" not in server.output():
                assert time.monotonic() < deadline
                time.sleep(0.05)

        assert httpx.get(f"{server.url}/health/ready", timeout=20).status_code == 200
        assert "Traceback" not in server.output()


def test_a_share_is_exceeded_when_somebody_has_clearly_fewer() -> None:
    shares = Shares()
    one, two = shares.take(), shares.take()
    assert not one.exceeded(1000)  # nobody else accepts yet

    two.tell(10)
    assert not one.exceeded(13)
    assert one.exceeded(14)

    two.leave()
    assert not one.exceeded(1000)


def test_a_seat_is_taken_again() -> None:
    shares = Shares()
    one, two = shares.take(), shares.take()
    one.tell(5)
    shares.give_back(one)

    assert not two.exceeded(1000)
    assert shares.take().seat == one.seat


def test_any_number_of_processes_may_be_started() -> None:
    shares = Shares()
    taken = [shares.take() for _ in range(300)]

    taken[-1].tell(5)
    assert taken[1].exceeded(1000)
