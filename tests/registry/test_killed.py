"""The server is killed under load: what it acknowledged is there, and only once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import httpx2 as httpx

from tests.running import running


def record(number: int) -> str:
    fields = [{"name": f"f{number}", "type": "int", "default": 0}]
    return json.dumps({"type": "record", "name": "Placed", "fields": fields})


def test_acknowledged_versions_survive_a_kill(database: str, tmp_path: Path) -> None:
    acknowledged: dict[tuple[str, int], str] = {}
    enough, stop = Event(), Event()

    def load(client: int) -> None:
        with httpx.Client(base_url=dovetail.url, timeout=10) as http:
            for step in range(500):
                if stop.is_set():
                    return
                subject, text = f"load-{client}", record(1000 * client + step)
                try:
                    answer = http.post(
                        f"/subjects/{subject}/versions", json={"schema": text}
                    )
                except httpx.TransportError:
                    return
                if answer.status_code == 200:
                    acknowledged[subject, answer.json()["version"]] = text
                if len(acknowledged) > 150:
                    enough.set()

    with running(database, tmp_path) as dovetail, ThreadPoolExecutor(8) as pool:
        loads = [pool.submit(load, client) for client in range(8)]
        assert enough.wait(60)
        dovetail.kill()
        stop.set()
        for each in loads:
            each.result()
        dovetail.start()
        stored = {}
        with httpx.Client(base_url=dovetail.url, timeout=10) as http:
            for row in http.get("/schemas?limit=1000").json():
                key = (row["subject"], row["version"])
                assert key not in stored
                stored[key] = json.loads(row["schema"])
            again = http.post(
                "/subjects/load-0/versions", json={"schema": record(999_999)}
            )

    for key, text in acknowledged.items():
        assert stored[key] == json.loads(text)
    # At most the one request that each client had under way can be there besides.
    assert len(stored) - len(acknowledged) <= 8
    assert again.status_code == 200
