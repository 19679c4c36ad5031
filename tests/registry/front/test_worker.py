"""HTTP as the server speaks it, byte by byte, with either worker."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator

import httpx2 as httpx
import pytest

from tests.running import Dovetail, running


@pytest.fixture(scope="module", params=["uvicorn", "gthread"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Dovetail]:
    folder = tmp_path_factory.mktemp(request.param)
    settings = {"DOVETAIL_WORKER": request.param, "DOVETAIL_THREADS": "2"}
    url = f"sqlite:///{folder}/dovetail.db"
    with running(url, folder, workers=1, settings=settings) as dovetail:
        answer = httpx.post(
            f"{dovetail.url}/subjects/a%2Fb/versions", json={"schema": '"int"'}
        )
        assert answer.status_code == 200
        for _ in range(2):
            httpx.get(f"{dovetail.url}/schemas/ids/1")
        yield dovetail


@contextlib.contextmanager
def connected(server: Dovetail) -> Iterator[socket.socket]:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
        yield opened


def exchange(server: Dovetail, sent: bytes) -> bytes:
    """Send, and return all that comes until the server closes."""
    with connected(server) as opened:
        opened.sendall(sent)
        found = b""
        with contextlib.suppress(ConnectionResetError):
            while part := opened.recv(65536):
                found += part
        return found


def event_loop(server: Dovetail) -> bool:
    return "registry.front.worker" in server.output()


def test_a_kept_answer_says_that_the_connection_closes(server: Dovetail) -> None:
    answer = exchange(
        server, b"GET /schemas/ids/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    )
    head = answer.partition(b"\r\n\r\n")[0].lower()

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"connection: close" in head
    assert head.count(b"\r\ndate:") == 1


def test_http_1_0_is_answered_and_closed(server: Dovetail) -> None:
    answer = exchange(server, b"GET /schemas/ids/1 HTTP/1.0\r\n\r\n")

    assert answer.partition(b"\r\n\r\n")[2].startswith(b'{"guid"')


def test_requests_sent_at_once_are_answered_in_order(server: Dovetail) -> None:
    paths = [b"/schemas/ids/1", b"/health/live", b"/schemas/ids/9", b"/schemas/ids/1"]
    sent = b"".join(b"GET %s HTTP/1.1\r\nHost: h\r\n\r\n" % path for path in paths[:3])
    last = b"GET %s HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n" % paths[3]

    answers = exchange(server, sent + last).split(b"HTTP/1.1 ")[1:]

    assert [each[:3] for each in answers] == [b"200", b"200", b"404", b"200"]
    assert b'"up"' in answers[1]


def test_a_slash_in_a_subject_stays_in_it(server: Dovetail) -> None:
    body = httpx.get(f"{server.url}/subjects/a%2Fb/versions/1").json()

    assert body["subject"] == "a/b"


def test_a_whole_url_as_the_target(server: Dovetail) -> None:
    answer = exchange(
        server,
        b"GET http://h/subjects/a%2Fb/versions HTTP/1.1\r\n"
        b"Host: h\r\nConnection: close\r\n\r\n",
    )

    assert answer.endswith(b"[1]")


def test_a_body_in_chunks(server: Dovetail) -> None:
    def parts() -> Iterator[bytes]:
        yield b'{"schema": '
        yield b'"\\"long\\""}'

    answer = httpx.post(
        f"{server.url}/subjects/chunked/versions",
        content=parts(),
        headers={"Content-Type": "application/json"},
    )

    assert (answer.status_code, answer.json()["version"]) == (200, 1)


def test_a_body_that_never_ends_is_refused(server: Dovetail) -> None:
    def parts() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 65536

    with contextlib.suppress(httpx.WriteError, httpx.RemoteProtocolError):
        answer = httpx.post(
            f"{server.url}/subjects/long/versions",
            content=parts(),
            headers={"Content-Type": "application/json"},
        )
        # Without an event loop before it, Flask sees a body that was cut.
        assert answer.status_code in (413, 422)
    assert httpx.get(f"{server.url}/health/live").status_code == 200


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: " + b"y" * 200_000,
        b"GET / HTTP/1.1\r\nHost: h\r\n" + b"X: y\r\n" * 50_000,
        b"GET /" + b"x" * 200_000,
        b"no HTTP at all\r\n\r\n",
    ],
    ids=["one long header", "many headers", "a long target", "no HTTP"],
)
def test_what_is_too_long_is_refused(server: Dovetail, sent: bytes) -> None:
    if not event_loop(server):
        pytest.skip("these bounds are gunicorn's own")
    answer = exchange(server, sent)

    # Nothing at all: the refusal was cut off, as more came than was read.
    assert answer[:10] in (b"HTTP/1.1 4", b"")
    assert httpx.get(f"{server.url}/health/live").status_code == 200


def test_head_has_no_body(server: Dovetail) -> None:
    answer = exchange(
        server, b"HEAD /schemas/ids/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"
    )

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\n")


def test_slow_clients_hold_no_thread(server: Dovetail) -> None:
    if not event_loop(server):
        pytest.skip("gthread reads a body on a thread")
    start = (
        b"POST /subjects/slow/versions HTTP/1.1\r\nHost: h\r\n"
        b"Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    with contextlib.ExitStack() as stack:
        for _ in range(8):
            stack.enter_context(connected(server)).sendall(start)

        assert httpx.get(f"{server.url}/health/ready").status_code == 200
