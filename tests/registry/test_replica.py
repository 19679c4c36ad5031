"""Content is read from a replica that lags, and no answer shows it."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import psycopg
import pytest

from tests.failure.load import Load
from tests.postgres import Postgres, postgres_server
from tests.running import Dovetail, running

# Nothing is served from memory, so each read reaches one of the databases.
SETTINGS = {"DOVETAIL_ANSWER_CACHE_BYTES": "0", "DOVETAIL_DATABASE_TIMEOUT": "3"}


@pytest.fixture(scope="module")
def pair() -> Iterator[tuple[Postgres, Postgres]]:
    """A primary, and a standby that follows it."""
    with (
        postgres_server({"synchronous_commit": "on"}) as primary,
        primary.standby("follower") as standby,
    ):
        yield primary, standby


@pytest.fixture
def url(pair: tuple[Postgres, Postgres]) -> Iterator[str]:
    with pair[0].database() as made:
        yield made


@pytest.fixture
def node(
    pair: tuple[Postgres, Postgres], url: str, tmp_path: Path
) -> Iterator[Dovetail]:
    with _node(pair, url, tmp_path) as made:
        yield made


def _node(
    pair: tuple[Postgres, Postgres], url: str, folder: Path
) -> contextlib.AbstractContextManager[Dovetail]:
    folder.mkdir(exist_ok=True)
    read = pair[1].url(url.rpartition("/")[2])
    settings = SETTINGS | {"DOVETAIL_READ_DATABASE_URL": read}
    return running(url, folder, workers=1, settings=settings)


@contextlib.contextmanager
def paused(standby: Postgres) -> Iterator[None]:
    """Let the standby fall behind."""
    standby.run("SELECT pg_wal_replay_pause()")
    while standby.run("SELECT pg_get_wal_replay_pause_state()") != [("paused",)]:
        time.sleep(0.01)
    try:
        yield
    finally:
        standby.run("SELECT pg_wal_replay_resume()")


def _caught_up(pair: tuple[Postgres, Postgres]) -> None:
    ((at,),) = pair[0].run("SELECT pg_current_wal_lsn()::text")
    deadline = time.monotonic() + 10
    while pair[1].run(f"SELECT pg_last_wal_replay_lsn() >= '{at}'::pg_lsn") != [
        (True,)
    ]:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def _register(node: Dovetail, subject: str, size: int) -> dict[str, object]:
    schema = json.dumps({"type": "fixed", "name": "F", "size": size})
    answer = httpx.post(
        f"{node.url}/subjects/{subject}/versions", json={"schema": schema}
    )
    assert answer.status_code == 200, answer.text
    made: dict[str, object] = answer.json()
    return made


@contextlib.contextmanager
def _primary_without_schemas(url: str) -> Iterator[None]:
    """Keep everyone from reading the primary's schemas."""
    dsn = url.replace("postgresql+psycopg://", "postgresql://")
    with psycopg.connect(dsn) as connection:
        connection.execute("LOCK TABLE schemas IN ACCESS EXCLUSIVE MODE")
        yield


def test_content_comes_from_the_replica(
    pair: tuple[Postgres, Postgres], url: str, node: Dovetail
) -> None:
    made = _register(node, "s", 1)
    _caught_up(pair)

    paths = [f"/schemas/ids/{made['id']}", f"/schemas/ids/{made['id']}/schema"]
    paths.append(f"/schemas/guids/{made['guid']}")
    httpx.get(node.url + paths[0])
    # Paused, or the lock would reach the replica too.
    with paused(pair[1]), _primary_without_schemas(url):
        found = [httpx.get(node.url + path, timeout=30).status_code for path in paths]
        mutable = httpx.get(f"{node.url}/subjects/s/versions/latest", timeout=30)

    assert found == [200, 200, 200]
    assert mutable.status_code == 503


def test_what_the_replica_does_not_have_yet(
    pair: tuple[Postgres, Postgres], url: str, node: Dovetail, tmp_path: Path
) -> None:
    with _node(pair, url, tmp_path / "other") as other, paused(pair[1]):
        made = _register(node, "s", 1)
        found = [
            httpx.get(f"{each.url}/schemas/ids/{made['id']}").status_code
            for each in (node, other)
        ]

    assert found == [200, 200]


def test_what_the_replica_does_not_know_to_be_deleted(
    pair: tuple[Postgres, Postgres], url: str, node: Dovetail, tmp_path: Path
) -> None:
    made, other_made = _register(node, "s", 1), _register(node, "other", 2)
    _caught_up(pair)
    with _node(pair, url, tmp_path / "other") as other:
        nodes = (node, other)
        with paused(pair[1]):
            httpx.delete(f"{node.url}/subjects/s").raise_for_status()
            shown = _ask(nodes, made["id"])
            httpx.delete(f"{node.url}/subjects/s?permanent=true").raise_for_status()
            gone = _ask(nodes, made["id"])
            kept = _ask(nodes, other_made["id"])
        _caught_up(pair)
        after = _ask(nodes, made["id"])

    assert [answer["deleted"] for answer in shown] == [True, True]
    assert [answer["error_code"] for answer in gone + after] == [40403] * 4
    assert ["schema" in answer for answer in kept] == [True, True]


def test_the_replica_is_away(
    pair: tuple[Postgres, Postgres], url: str, node: Dovetail
) -> None:
    with Load([node.url]) as load:
        load.wait_for_more(20)
        pair[1].child.kill()
        load.wait_for_more(20)
        pair[1].start()
        load.wait_for_more(20)
    outcomes = load.compare()

    assert {*outcomes.answers} <= {200, 404}


def _ask(nodes: tuple[Dovetail, ...], id: object) -> list[dict[str, object]]:
    return [httpx.get(f"{each.url}/schemas/ids/{id}").json() for each in nodes]
