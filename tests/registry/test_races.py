"""Many clients at once: nothing lost, nothing doubled, ids and numbers dense."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import httpx2 as httpx
import pytest

from tests.running import Dovetail, running

CLIENTS = 32


@pytest.fixture
def four_workers(database: str, tmp_path: Path) -> Iterator[Dovetail]:
    with running(database, tmp_path, workers=4) as dovetail:
        yield dovetail


def record(number: int) -> str:
    fields = [{"name": f"f{number}", "type": "int", "default": 0}]
    return json.dumps({"type": "record", "name": "Placed", "fields": fields})


def register(http: httpx.Client, subject: str, text: str) -> dict[str, int]:
    response = http.post(f"/subjects/{subject}/versions", json={"schema": text})
    assert response.status_code == 200, response.text
    answer = response.json()
    return {"id": answer["id"], "version": answer["version"]}


def test_a_thousand_distinct_schemas_over_fifty_subjects(
    four_workers: Dovetail,
) -> None:
    jobs = [(f"orders-{number % 50}", number) for number in range(1000)]
    with (
        httpx.Client(base_url=four_workers.url, timeout=60) as http,
        ThreadPoolExecutor(CLIENTS) as pool,
    ):
        answers = list(
            pool.map(lambda job: register(http, job[0], record(job[1])), jobs)
        )
        numbers = defaultdict(list)
        for (subject, _), answer in zip(jobs, answers, strict=True):
            numbers[subject].append(answer["version"])
        listed = {
            subject: http.get(f"/subjects/{subject}/versions").json()
            for subject in numbers
        }

    assert sorted(answer["id"] for answer in answers) == list(range(1, 1001))
    assert {s: sorted(found) for s, found in numbers.items()} == listed
    assert all(found == list(range(1, 21)) for found in listed.values())


def test_everyone_registers_the_same_schema_at_once(four_workers: Dovetail) -> None:
    barrier = Barrier(CLIENTS)

    def race(number: int) -> dict[str, int]:
        with httpx.Client(base_url=four_workers.url, timeout=60) as http:
            barrier.wait()
            return register(http, f"raced-{number % 2}", record(0))

    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(race, range(CLIENTS)))

    assert answers == [{"id": 1, "version": 1}] * CLIENTS
