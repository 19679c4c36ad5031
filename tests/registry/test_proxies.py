"""Nodes behind the nginx and the HAProxy of docs/examples."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.balancers import find_haproxy, haproxy, nginx
from tests.failure.load import Load
from tests.running import Dovetail, running


@pytest.fixture
def nodes(postgres_url: str, tmp_path: Path) -> Iterator[list[Dovetail]]:
    with contextlib.ExitStack() as stack:
        made = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            node = running(postgres_url, tmp_path / name, workers=1)
            made.append(stack.enter_context(node))
        yield made


@pytest.fixture
def cached(nodes: list[Dovetail], tmp_path: Path) -> Iterator[httpx.Client]:
    with (
        nginx([each.url for each in nodes], tmp_path) as url,
        httpx.Client(base_url=url, timeout=30) as http,
    ):
        yield http


def _register(http: httpx.Client, subject: str, size: int) -> dict[str, object]:
    schema = json.dumps({"type": "fixed", "name": "F", "size": size})
    answer = http.post(f"/subjects/{subject}/versions", json={"schema": schema})
    assert answer.status_code == 200, answer.text
    made: dict[str, object] = answer.json()
    return made


def _states(http: httpx.Client, path: str, *, times: int = 2) -> list[str | None]:
    return [http.get(path).headers.get("x-cache") for _ in range(times)]


def test_what_never_changes_is_kept(
    cached: httpx.Client, nodes: list[Dovetail]
) -> None:
    made = _register(cached, "s", 1)
    path = f"/schemas/ids/{made['id']}"

    first, kept = cached.get(path), cached.get(path)
    others = [f"{path}/schema", f"/schemas/guids/{made['guid']}"]
    told = cached.get(path, headers={"X-Request-ID": "mine"})
    unchanged = cached.get(path, headers={"If-None-Match": kept.headers["etag"]})
    plain = cached.get(path, headers={"Accept": "application/json"})

    assert first.headers["x-cache"] == "MISS"
    assert kept.headers["x-cache"] == "HIT"
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["etag"].startswith('"')
    assert kept.content == httpx.get(nodes[0].url + path).content
    assert kept.headers["x-request-id"] != first.headers["x-request-id"]
    assert told.headers["x-request-id"] == "mine"
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert plain.headers["content-type"] == "application/json"
    assert [_states(cached, each) for each in others] == [["MISS", "HIT"]] * 2


def test_what_may_change_is_not_kept(cached: httpx.Client) -> None:
    made = _register(cached, "s", 1)
    cached.delete("/subjects/s").raise_for_status()
    path = f"/schemas/ids/{made['id']}"

    states = _states(cached, path)
    _register(cached, "s", 1)
    again = cached.get(path)

    assert states == ["MISS", "MISS"]
    assert "deleted" not in again.json()
    assert _states(cached, "/schemas/ids/77") == ["MISS", "MISS"]
    for path in ("/subjects", "/subjects/s/versions/latest", "/config"):
        assert _states(cached, path) == [None, None]


def test_what_a_deletion_means(cached: httpx.Client, nodes: list[Dovetail]) -> None:
    made = _register(cached, "s", 1)
    path = f"/schemas/ids/{made['id']}"
    cached.get(path)

    for query in ("", "?permanent=true"):
        cached.delete(f"/subjects/s{query}").raise_for_status()

    # The page says so: nginx answers for up to an hour, each node at once.
    assert cached.get(path).status_code == 200
    assert [httpx.get(each.url + path).status_code for each in nodes] == [404, 404]
    assert cached.get("/subjects/s/versions").status_code == 404


def test_nginx_passes_by_a_node_that_is_gone(
    cached: httpx.Client, nodes: list[Dovetail]
) -> None:
    direct = [each.url for each in nodes]
    with Load([str(cached.base_url)], nodes=direct) as load:
        load.wait_for_more(30)
        nodes[0].kill()
        load.wait_for_more(60)
        nodes[0].start()
        load.wait_for_more(30)
    outcomes = load.compare()

    # Another node is asked: no client is told.
    assert {*outcomes.answers} <= {200, 404}


def test_a_subject_with_a_slash_passes_nginx(cached: httpx.Client) -> None:
    _register(cached, "a%2Fb", 1)

    assert cached.get("/subjects").json() == ["a/b"]


@pytest.mark.skipif(find_haproxy() is None, reason="no haproxy here")
def test_haproxy_asks_who_is_ready(nodes: list[Dovetail], tmp_path: Path) -> None:
    direct = [each.url for each in nodes]
    with haproxy(direct, tmp_path) as url:
        with Load([url], nodes=direct) as load:
            load.wait_for_more(30)
            nodes[0].kill()
            time.sleep(3)  # two checks, a second apart
            before = dict(load.outcomes.answers)
            load.wait_for_more(60)
            after = dict(load.outcomes.answers)
            nodes[0].start()
            load.wait_for_more(30)
        load.compare()

    failed = {status for status in after if after[status] != before.get(status, 0)}
    assert failed <= {200, 404}
