"""Either door gives the answer that Flask gave, without asking it again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

import httpx2 as httpx
import pytest
from flask import Flask
from werkzeug.test import Client

from registry.api import create_app
from registry.front.asgi import AsgiFront
from registry.front.recorder import Recorder
from registry.front.wsgi import WsgiFront
from registry.service.session import Registry
from registry.settings import Settings
from registry.store.migrations import upgrade

Reply = tuple[int, dict[str, str], bytes]

LASTING = [
    "/schemas/ids/1",
    "/schemas/ids/1/schema",
    "/schemas/ids/1?format=resolved&referenceFormat=qualified",
    "/schemas/ids/1?fetchMaxId=false",
    "/schemas/guids/ef524ea1-b91e-7317-3d93-8ade36c1db32",
]
CHANGING = [
    "/subjects",
    "/subjects/a%2Fb/versions",
    "/subjects/a%2Fb/versions/latest",
    "/subjects/a%2Fb/versions/1/schema",
    "/schemas/ids/1?subject=a%2Fb",
    "/schemas/ids/1/versions",
    "/contexts/.c/subjects",
    "/config",
    "/config/a%2Fb?defaultToGlobal=true",
    "/mode",
]
REFUSED = ["/schemas/ids/9", "/schemas/ids/x", "/config/none", "/schemasx", "/none"]
HEADERS: list[dict[str, str]] = [
    {},
    {"Accept": "application/json"},
    {"Accept": "text/html;q=0.1, application/vnd.schemaregistry+json"},
    {"If-None-Match": "*"},
    {"If-None-Match": 'W/"x", "y"'},
    {"If-Match": '"x"'},
    {"If-Match": "*", "Range": "bytes=0-1"},
]


AGAIN = '{"schema": "\\"int\\""}'
REPEATED = [
    "/subjects/a%2Fb/versions",
    "/subjects/a%2Fb/versions?normalize=true",
    "/subjects/a%2Fb",
    "/compatibility/subjects/a%2Fb/versions/latest",
    "/compatibility/subjects/a%2Fb/versions?verbose=true",
    "/contexts/.c/subjects/other/versions",
]


class Door:
    """A front over one database, and how often Flask was asked behind it."""

    def __init__(self, kind: str, database: str) -> None:
        self.registry = Registry(Settings(database_url=database))
        upgrade(self.registry.database)
        self.app = create_app(self.registry)
        self.kind = kind
        self.asked = 0
        self._ending: list[Callable[[], None]] = []
        _count(self.app, self._ask)
        self.recorder = Recorder(self.app)
        self._call: Callable[..., Reply]
        if kind == "wsgi":
            client = Client(WsgiFront(self.recorder))
            self._call = lambda *args: _through_wsgi(client, *args)
        else:
            front = AsgiFront(self.recorder, threads=2, max_body=10_000)
            runner = asyncio.Runner()
            self._call = lambda *args: runner.run(_through_asgi(front, *args))
            self._ending = [front.close, runner.close]

    def _ask(self) -> None:
        self.asked += 1

    def __call__(
        self,
        path: str,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: str = "",
    ) -> Reply:
        return self._call(method, path, dict(headers or {}), body)

    def keeps(self, path: str) -> bool:
        """Ask twice; return whether the second answer was from memory."""
        self(path)
        before = self.asked
        self(path)
        return self.asked == before

    def close(self) -> None:
        for each in self._ending:
            each()
        if self.recorder.watch is not None:
            self.recorder.watch.close()
        self.registry.database.close()


def _count(app: Flask, ask: Callable[[], None]) -> None:
    inner = app.wsgi_app

    def counted(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        ask()
        return inner(environ, start_response)

    app.wsgi_app = counted  # type: ignore[method-assign]


def _through_wsgi(
    client: Client, method: str, path: str, headers: dict[str, str], body: str
) -> Reply:
    answer = client.open(
        path,
        method=method,
        headers=headers,
        data=body,
        content_type="application/json" if body else None,
        environ_overrides={"RAW_URI": path},
    )
    named = {name.lower(): value for name, value in answer.headers.items()}
    return answer.status_code, named, answer.get_data()


async def _through_asgi(
    front: AsgiFront, method: str, path: str, headers: dict[str, str], body: str
) -> Reply:
    transport = httpx.ASGITransport(app=front)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://t") as http:
        del http.headers["accept"]
        if body:
            headers["Content-Type"] = "application/json"
        answer = await http.request(method, path, headers=headers, content=body)
    return answer.status_code, dict(answer.headers), answer.content


@pytest.fixture(params=["asgi", "wsgi"])
def door(request: pytest.FixtureRequest, database: str) -> Iterator[Door]:
    made = Door(request.param, database)
    for subject in ("a%2Fb", ":.c:other"):
        path = f"/subjects/{subject}/versions"
        assert made(path, method="POST", body=AGAIN)[0] == 200
    # PostgreSQL is first asked by a request.
    _wait_for(lambda: made.keeps("/schemas/ids/1"))
    yield made
    made.close()


def _wait_for(ready: Callable[[], object]) -> None:
    for _ in range(500):
        if ready():
            return
        asyncio.run(asyncio.sleep(0.01))
    raise AssertionError("never ready")


def _without_id(reply: Reply) -> Reply:
    UUID(reply[1].pop("x-request-id"))
    return reply


@pytest.mark.parametrize("headers", HEADERS, ids=str)
def test_the_second_answer_is_the_first(door: Door, headers: dict[str, str]) -> None:
    for path in (*LASTING, *CHANGING, *REFUSED):
        first = _without_id(door(path, headers))
        second = _without_id(door(path, headers))

        assert second == first, path


def test_what_lasts_is_answered_without_flask(door: Door) -> None:
    for path in LASTING:
        door(path)
    before = door.asked
    for path in LASTING:
        status, headers, _ = door(path)
        assert status == 200
        assert door(path, {"If-None-Match": headers["etag"]})[0] == 304
        assert door(path, {"If-None-Match": f'"x", W/{headers["etag"]}'})[0] == 304
        assert door(path, {"If-None-Match": '"x"'})[0] == 200

    assert door.asked == before


def test_what_changes_is_kept_where_a_look_is_cheap(door: Door) -> None:
    for path in CHANGING:
        door(path)
    before = door.asked
    for path in CHANGING:
        door(path)

    assert door.asked - before == (len(CHANGING) if dear(door) else 0)


def test_any_write_ends_what_is_kept_of_what_changes(door: Door) -> None:
    for path in CHANGING:
        door(path)
    door("/config/z", method="PUT", body='{"compatibility": "FULL"}')
    before = door.asked
    for path in CHANGING:
        door(path)

    assert door.asked - before == len(CHANGING)


def post(door: Door, path: str, body: str = AGAIN, **headers: str) -> Reply:
    return _without_id(door(path, headers, "POST", body))


def dear(door: Door) -> bool:
    """Whether nothing that can change is kept."""
    return door.kind == "wsgi" and not door.registry.database.sqlite


def test_the_same_post_has_the_same_answer_without_flask(door: Door) -> None:
    first = [post(door, path) for path in REPEATED]
    before = door.asked
    second = [post(door, path) for path in REPEATED]

    assert [status for status, _, _ in first] == [200] * len(REPEATED)
    assert second == first
    assert door.asked - before == (len(REPEATED) if dear(door) else 0)


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        ('{"schema": "\\"long\\""}', {}, 404),
        (AGAIN + " ", {}, 200),
        (AGAIN, {"Accept": "application/json"}, 200),
        (AGAIN, {"Accept": "text/html"}, 406),
        ("", {}, 422),
        ("{", {}, 400),
    ],
)
def test_another_post_is_another_question(
    door: Door, body: str, headers: dict[str, str], status: int
) -> None:
    post(door, "/subjects/a%2Fb")
    before = door.asked

    reply = post(door, "/subjects/a%2Fb", body, **headers)

    assert (reply[0], door.asked - before) == (status, 1), reply[2]


def test_a_write_ends_what_is_kept_of_posts(door: Door) -> None:
    lookup = "/subjects/a%2Fb"
    post(door, lookup)
    door("/subjects/a%2Fb", method="DELETE")

    assert post(door, lookup)[0] == 404
    again = post(door, "/subjects/a%2Fb/versions")
    assert (again[0], b'"version": 2' in again[2]) == (200, True)
    assert b'"version": 2' in post(door, lookup)[2]


def test_what_a_post_changed_is_not_said_again_from_memory(door: Door) -> None:
    new = '{"schema": "{\\"type\\": \\"fixed\\", \\"name\\": \\"N\\", \\"size\\": 1}"}'
    before = door.asked
    replies = [post(door, "/subjects/new/versions", new)[2] for _ in range(3)]

    assert replies == [replies[0]] * 3
    assert door.asked - before == (3 if dear(door) else 2)


def test_a_dry_run_is_always_asked_for(door: Door) -> None:
    before = door.asked
    for _ in range(3):
        assert post(door, "/subjects/a%2Fb/versions?dryRun=true")[0] == 200

    assert door.asked - before == 3


def test_what_is_refused_is_asked_for_again(door: Door) -> None:
    before = door.asked
    for path in REFUSED:
        door(path)
        door(path)

    assert door.asked - before == 2 * len(REFUSED)


def test_the_id_of_the_request_comes_back(door: Door) -> None:
    door("/schemas/ids/1")

    assert door("/schemas/ids/1", {"X-Request-ID": "mine"})[1]["x-request-id"] == "mine"


def test_kept_answers_are_counted(door: Door) -> None:
    def counted(status: int) -> float:
        labels = {
            "http_request_method": "GET",
            "http_route": "/schemas/ids/<int:id>",
            "http_response_status_code": str(status),
        }
        name = "http_server_request_duration_seconds_count"
        collector = door.app.extensions["dovetail.metrics"].collector
        return collector.get_sample_value(name, labels) or 0

    etag = door("/schemas/ids/1")[1]["etag"]
    before = counted(200), counted(304)
    for _ in range(3):
        door("/schemas/ids/1")
    door("/schemas/ids/1", {"If-None-Match": etag})

    assert (counted(200) - before[0], counted(304) - before[1]) == (3, 1)


def test_a_soft_deleted_one_says_so_at_once(door: Door) -> None:
    door("/schemas/ids/1")
    door("/subjects/a%2Fb", method="DELETE")
    _wait_for(lambda: b'"deleted": true' in door("/schemas/ids/1")[2])
    status, headers, _ = door("/schemas/ids/1")

    assert (status, headers["cache-control"]) == (200, "no-cache")


def test_a_body_that_is_too_long_is_refused(door: Door) -> None:
    path = "/subjects/a/versions"
    limit = door.registry.settings.max_body_bytes

    status, _, body = door(path, method="POST", body="x" * (limit + 1))

    assert (status, b"DOVETAIL_MAX_BODY_BYTES" in body) == (413, True)


def test_bytes_that_are_no_text_in_the_query(door: Door) -> None:
    status, _, _ = door("/schemas/ids/1?x=%FF")

    assert status == 200


@pytest.mark.parametrize("kind", ["asgi", "wsgi"])
def test_nothing_is_kept_of_a_database_in_memory(kind: str) -> None:
    door = Door(kind, "sqlite://")

    assert door.recorder.watch is None
    assert [door("/health/live")[0] for _ in range(2)] == [200, 200]
    assert door.asked == 2
    door.close()
