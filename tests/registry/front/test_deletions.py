"""No worker of any node serves what was deleted, from the moment of the answer on."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from tests.running import running

# So many connections reach both workers of a node, all but surely.
CONNECTIONS = 8


@pytest.fixture(params=["uvicorn", "gthread"])
def nodes(
    request: pytest.FixtureRequest, database: str, tmp_path: Path
) -> Iterator[list[httpx.Client]]:
    """Connections to two nodes, of two workers each, over one database."""
    settings = {"DOVETAIL_WORKER": request.param}
    with contextlib.ExitStack() as stack:
        found = []
        for name in ("one", "two"):
            folder = tmp_path / name
            folder.mkdir()
            node = stack.enter_context(running(database, folder, settings=settings))
            for _ in range(CONNECTIONS // 2):
                client = httpx.Client(base_url=node.url, timeout=30)
                found.append(stack.enter_context(client))
        yield found


def everywhere(nodes: list[httpx.Client], path: str) -> list[tuple[int, Any]]:
    """Return the answers of all connections, asked at once."""

    def ask(http: httpx.Client) -> tuple[int, Any]:
        answer = http.get(path)
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(len(nodes)) as pool:
        return list(pool.map(ask, nodes))


def test_what_is_deleted_is_gone_everywhere(nodes: list[httpx.Client]) -> None:
    for turn in range(4):
        writer, other = nodes[0], nodes[-1]
        schema = json.dumps({"type": "fixed", "name": "F", "size": turn + 1})
        made = writer.post("/subjects/s/versions", json={"schema": schema}).json()
        paths = [
            f"/schemas/ids/{made['id']}",
            f"/schemas/ids/{made['id']}/schema",
            f"/schemas/guids/{made['guid']}",
            "/subjects/s/versions/latest",
        ]
        for _ in range(2):
            for path in paths:
                assert {status for status, _ in everywhere(nodes, path)} == {200}

        assert other.delete("/subjects/s").status_code == 200
        shown = everywhere(nodes, paths[0])
        assert {body.get("deleted") for _, body in shown} == {True}
        assert {status for status, _ in everywhere(nodes, paths[3])} == {404}

        assert writer.delete("/subjects/s?permanent=true").status_code == 200
        for path in paths:
            assert {status for status, _ in everywhere(nodes, path)} == {404}, path


def test_a_write_is_read_everywhere_at_once(nodes: list[httpx.Client]) -> None:
    for turn in range(6):
        writer = nodes[turn % len(nodes)]
        schema = json.dumps({"type": "record", "name": f"R{turn}", "fields": []})
        writer.put("/config/s", json={"compatibility": "NONE"})
        made = writer.post("/subjects/s/versions", json={"schema": schema}).json()

        latest = everywhere(nodes, "/subjects/s/versions/latest")
        listed = everywhere(nodes, "/subjects/s/versions")

        assert {body["id"] for _, body in latest} == {made["id"]}
        assert {len(body) for _, body in listed} == {turn + 1}
        level = "FULL" if turn % 2 else "BACKWARD"
        writer.put("/config/s", json={"compatibility": level})
        levels = everywhere(nodes, "/config/s")
        assert {body["compatibilityLevel"] for _, body in levels} == {level}
