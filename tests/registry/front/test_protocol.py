"""What is kept is answered over HTTP exactly as the application answers it."""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Iterator
from threading import Thread

import httpx2 as httpx
import psutil
import pytest

from tests.running import Dovetail, running

KEPT = "/schemas/ids/1"
CHANGING = "/subjects/s/versions/latest"
PATHS = [KEPT, CHANGING, "/config", "/subjects/s/versions"]
# Only Flask answers a request with a length.
COLD = b"Content-Length: 0\r\n"
END = b"Connection: close\r\n"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovetail]:
    folder = tmp_path_factory.mktemp("protocol")
    url = f"sqlite:///{folder}/dovetail.db"
    with running(url, folder, workers=1) as dovetail:
        stock(dovetail)
        yield dovetail


def stock(dovetail: Dovetail) -> None:
    """Register a schema of a kilobyte, and let all `PATHS` be kept."""
    doc = "x" * 1000
    schema = f'{{"type": "record", "name": "R", "doc": "{doc}", "fields": []}}'
    path = f"{dovetail.url}/subjects/s/versions"
    assert httpx.post(path, json={"schema": schema}).status_code == 200
    for path in PATHS:
        for _ in range(2):
            assert httpx.get(dovetail.url + path).status_code == 200


@contextlib.contextmanager
def connected(server: Dovetail) -> Iterator[socket.socket]:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=20) as opened:
        yield opened


def request(path: str, headers: bytes = b"", *, method: str = "GET") -> bytes:
    line = f"{method} {path} HTTP/1.1\r\nHost: h\r\n".encode()
    return line + headers + b"\r\n"


def rest(opened: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    return b"".join(iter(lambda: opened.recv(65536), b""))


def exchange(server: Dovetail, sent: bytes) -> bytes:
    with connected(server) as opened:
        opened.sendall(sent)
        return rest(opened)


def split(answers: bytes) -> list[tuple[bytes, bytes]]:
    """Return head and body of each answer, by their lengths."""
    found = []
    while answers:
        head, _, answers = answers.partition(b"\r\n\r\n")
        length = re.search(rb"content-length: (\d+)", head)
        size = int(length[1]) if length and b" 304 " not in head else 0
        found.append((head, answers[:size]))
        answers = answers[size:]
    return found


def steady(answer: bytes) -> bytes:
    """Return it without what is of the moment."""
    answer = re.sub(rb"\r\ndate: [^\r]*", b"\r\ndate: D", answer)
    return re.sub(rb"\r\nx-request-id: [^\r]*", b"\r\nx-request-id: I", answer)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "headers",
    [
        b"",
        b"Accept: application/json\r\n",
        b"If-None-Match: *\r\n",
        b'If-None-Match: "x"\r\nIf-None-Match: "y"\r\n',
        b'If-Match: "x"\r\n',
        b"Range: bytes=0-1\r\nIf-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT\r\n",
        b"X-Request-ID: a\r\nX-Request-ID: b\r\n",
        b"X-Request-ID:   \r\n",
        b"Upgrade: websocket\r\n",
    ],
    ids=str,
)
def test_a_kept_answer_is_byte_for_byte_flasks(
    server: Dovetail, path: str, headers: bytes
) -> None:
    warm = exchange(server, request(path, headers) + request(path, headers + END))
    cold = exchange(server, request(path, headers + COLD + END))

    first, second = split(warm)
    assert steady(second[0] + second[1]) == steady(b"".join(split(cold)[0]))
    assert (
        second[0] == first[0] + b"\r\nconnection: close"
        or steady(second[0]) == steady(first[0]) + b"\r\nconnection: close"
    )


def test_the_etag_of_an_answer_is_answered_with_304(server: Dovetail) -> None:
    etag = httpx.get(server.url + KEPT).headers["etag"].encode()
    headers = b"If-None-Match: " + etag + b"\r\n"
    warm = exchange(server, request(KEPT, headers + END))
    cold = exchange(server, request(KEPT, headers + COLD + END))

    assert warm.startswith(b"HTTP/1.1 304 Not Modified\r\n")
    assert steady(warm) == steady(cold)


def test_kept_and_not_kept_ones_sent_at_once_are_answered_in_order(
    server: Dovetail,
) -> None:
    kinds = [
        (request(KEPT), b'"R'),
        (request("/schemas/ids/9"), b"40403"),
        (request(CHANGING), b'"subject"'),
        (request("/config"), b"compatibilityLevel"),
        (request(KEPT, COLD), b'"R'),
        (request("/health/live"), b'"up"'),
        (request(KEPT), b'"R'),
    ]
    sent = kinds * 30

    answers = exchange(
        server, b"".join(each for each, _ in sent) + request("/mode", END)
    )

    found = split(answers)
    assert len(found) == len(sent) + 1
    for (_, body), (_, mark) in zip(found, sent, strict=False):
        assert mark.strip(b'"') in body
    assert b"mode" in found[-1][1]


def test_a_body_that_a_get_brings_is_passed_over(server: Dovetail) -> None:
    body = b"GET /none HTTP/1.1\r\nHost: h\r\n\r\n"
    sent = [
        request(KEPT, b"Content-Length: %d\r\n" % len(body)) + body,
        request(KEPT),
        request(KEPT, b"Transfer-Encoding: chunked\r\n") + b"3\r\nabc\r\n0\r\n\r\n",
        request(KEPT, END),
    ]
    answers = split(exchange(server, b"".join(sent)))

    assert [head[:12] for head, _ in answers] == [b"HTTP/1.1 200"] * 4
    assert len({body for _, body in answers}) == 1


def test_a_client_that_expects_100_gets_it(server: Dovetail) -> None:
    headers = b"Content-Length: 3\r\nExpect: 100-continue\r\n" + END
    with connected(server) as opened:
        opened.sendall(request(KEPT, headers))
        first = opened.recv(len(b"HTTP/1.1 100 Continue\r\n\r\n"))
        opened.sendall(b"abc")
        after = rest(opened)

    assert first == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert after.startswith(b"HTTP/1.1 200 OK\r\n")


def test_nothing_is_answered_after_a_close(server: Dovetail) -> None:
    for path in (KEPT, CHANGING, "/health/live"):
        answers = exchange(server, request(path, END) + request(KEPT) * 3)

        assert answers.count(b"HTTP/1.1 ") == 1, path
        assert b"\r\nconnection: close" in answers


def test_http_1_0_is_closed(server: Dovetail) -> None:
    answer = exchange(server, b"GET /schemas/ids/1 HTTP/1.0\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nconnection: close" in answer


@pytest.mark.parametrize("path", [KEPT, CHANGING, "/health/ready"])
def test_a_client_that_sends_no_more_is_answered(server: Dovetail, path: str) -> None:
    with connected(server) as opened:
        opened.sendall(request(path) * 2)
        opened.shutdown(socket.SHUT_WR)
        answers = split(rest(opened))

    assert [head[:12] for head, _ in answers] == [b"HTTP/1.1 200"] * 2


def test_half_a_request_and_then_the_end_is_no_request(server: Dovetail) -> None:
    post = request("/subjects/x/versions", b"Content-Length: 9\r\n", method="POST")
    for sent in (b"", request(KEPT)[:-3], post + b"{"):
        with connected(server) as opened:
            opened.sendall(sent)
            opened.shutdown(socket.SHUT_WR)

            assert rest(opened) == b""


def test_byte_by_byte(server: Dovetail) -> None:
    with connected(server) as opened:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in request(KEPT) + request(CHANGING, END):
            opened.sendall(bytes([byte]))
            time.sleep(0.001)
        answers = split(rest(opened))

    assert [head[:12] for head, _ in answers] == [b"HTTP/1.1 200"] * 2


def test_a_kept_answer_is_not_given_to_other_methods(server: Dovetail) -> None:
    for method, status in (("HEAD", b"200"), ("DELETE", b"405"), ("PUT", b"405")):
        answer = exchange(server, request(KEPT, END, method=method))

        assert answer[9:12] == status, method
    assert exchange(server, request(KEPT, END, method="HEAD")).endswith(b"\r\n\r\n")


def test_a_client_that_does_not_read_takes_no_memory(server: Dovetail) -> None:
    """80 MB of requests are sent; the server stops reading them."""
    total = 10_000
    padded = request(KEPT, b"X-Padding: %s\r\n" % (b"x" * 8000))
    sent = padded * total + request("/mode", END)
    worker = psutil.Process(server.pid).children()[0]
    with connected(server) as opened:
        before = worker.memory_info().rss
        sender = Thread(target=opened.sendall, args=(sent,))
        sender.start()
        sender.join(2)
        blocked, grown = sender.is_alive(), worker.memory_info().rss - before
        other = httpx.get(server.url + KEPT, timeout=10).status_code
        answers = rest(opened)
        sender.join()

    assert (blocked, other) == (True, 200)
    assert grown < 10_000_000
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == total + 1
    assert answers.endswith(b'"READWRITE"}')


def test_each_answer_has_an_id_of_its_own(server: Dovetail) -> None:
    answers = exchange(server, request(KEPT) * 100 + request(KEPT, END))
    ids = re.findall(rb"x-request-id: (\S+)\r\n", answers)

    assert len(set(ids)) == 101


def test_the_metrics_count_each_answer_once(server: Dovetail) -> None:
    labels = 'http_request_method="GET",http_response_status_code="%s",http_route="%s"'

    def counted(status: int, route: str) -> float:
        text = httpx.get(f"{server.url}/metrics").text
        name = "http_server_request_duration_seconds_count"
        label = re.escape(labels % (status, route))
        found = re.search(rf"^{name}{{{label}}} (\S+)$", text, re.MULTILINE)
        return float(found[1]) if found else 0

    route = "/schemas/ids/<int:id>"
    time.sleep(0.5)
    before = counted(200, route), counted(304, route)
    unchanged = request(KEPT, b"If-None-Match: *\r\n")
    exchange(
        server,
        request(KEPT) * 70
        + request(KEPT, COLD) * 7
        + unchanged * 30
        + request(KEPT, END),
    )
    time.sleep(0.5)

    assert counted(200, route) - before[0] == 78
    assert counted(304, route) - before[1] == 30


def test_an_idle_connection_is_closed_and_a_stop_closes_the_rest(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    folder = tmp_path_factory.mktemp("idle")
    url = f"sqlite:///{folder}/dovetail.db"
    patience = {"GUNICORN_CMD_ARGS": "--keep-alive 1"}
    with running(url, folder, workers=1, settings=patience) as dovetail:
        stock(dovetail)
        with connected(dovetail) as opened:
            started = time.monotonic()
            opened.sendall(request(KEPT))
            answers = rest(opened)
            idle = time.monotonic() - started
        with connected(dovetail) as opened:
            opened.sendall(request(KEPT))
            opened.recv(65536)
            code = dovetail.stop()
            after = rest(opened)

    assert answers.startswith(b"HTTP/1.1 200 OK\r\n")
    assert 0.9 < idle < 15
    assert (code, after) == (0, b"")
