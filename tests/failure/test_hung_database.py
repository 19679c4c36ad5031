"""PostgreSQL stops answering, and goes on later: no node hangs, none is restarted."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import httpx2 as httpx
import pytest

from tests.failure.load import Load
from tests.failure.processes import children, frozen
from tests.postgres import Postgres, postgres_server
from tests.running import running

TIMEOUT = 2
# The server's own timeout, our grace beyond it, one more attempt to connect.
LONGEST = 3 * TIMEOUT + 2


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    with postgres_server({"synchronous_commit": "on"}) as server:
        yield server


@pytest.mark.parametrize("worker", ["uvicorn", "gthread"])
def test_postgresql_hangs(own_postgres: Postgres, tmp_path: Path, worker: str) -> None:
    settings = {"DOVETAIL_DATABASE_TIMEOUT": str(TIMEOUT), "DOVETAIL_WORKER": worker}
    database = own_postgres.create()
    with running(database, tmp_path, workers=1, settings=settings) as dovetail:
        workers = children(dovetail.pid)
        with Load([dovetail.url], clients=12) as load:
            load.wait_for_more(30)
            with frozen(own_postgres.child.pid):
                time.sleep(TIMEOUT / 2)  # by now every thread waits
                begun = _get(f"{dovetail.url}/health/live")
                time.sleep(LONGEST)
                during = [_get(f"{dovetail.url}/health/ready") for _ in range(5)]
                live = _get(f"{dovetail.url}/health/live")
            load.wait_for_more(30, seconds=30)
        outcomes = load.compare()
        ready = _get(f"{dovetail.url}/health/ready")

        assert children(dovetail.pid) == workers
    assert [status for status, _, _ in during] == [503] * 5
    # Those that do not find out whether it is back do not wait for it.
    assert sorted(took for _, _, took in during)[2] < TIMEOUT
    assert begun[0] == live[0] == ready[0] == 200
    if worker == "uvicorn":  # the other one has only threads
        assert begun[2] < TIMEOUT / 2
    assert outcomes.answers[0] == 0
    assert outcomes.answers[503] > 12


def test_commits_wait_for_a_standby_that_is_away(
    own_postgres: Postgres, tmp_path: Path
) -> None:
    settings = {
        "DOVETAIL_DATABASE_TIMEOUT": str(TIMEOUT),
        "DOVETAIL_ANSWER_CACHE_BYTES": "0",
    }
    database = own_postgres.create()
    with running(database, tmp_path, workers=1, settings=settings) as dovetail:
        with Load([dovetail.url]) as load:
            load.wait_for_more(30)
            _set_standby(own_postgres, "absent")
            begun, reads = time.monotonic(), []
            while time.monotonic() < begun + 3 * TIMEOUT:
                reads.append(_get(f"{dovetail.url}/subjects")[0])
            _set_standby(own_postgres, "")
            load.wait_for_more(30, seconds=30)
        outcomes = load.compare()

    assert {*reads} == {200}
    assert outcomes.answers[503] > 0
    assert outcomes.answers[0] == 0


def _set_standby(server: Postgres, name: LiteralString) -> None:
    server.run("ALTER SYSTEM SET synchronous_standby_names = '" + name + "'")
    server.run("SELECT pg_reload_conf()")


def test_postgresql_is_killed_and_started(
    own_postgres: Postgres, tmp_path: Path
) -> None:
    database = own_postgres.create()
    with running(database, tmp_path, workers=1) as dovetail:
        with Load([dovetail.url]) as load:
            load.wait_for_more(30)
            own_postgres.child.kill()
            time.sleep(1)
            during = _get(f"{dovetail.url}/health/ready")
            own_postgres.start()
            load.wait_for_more(30, seconds=30)
        outcomes = load.compare()

    assert (during[0], during[1]["error_code"]) == (503, 50001)
    assert outcomes.answers[503] > 0
    assert outcomes.answers[0] == 0


def _get(url: str) -> tuple[int, dict[str, object], float]:
    begun = time.monotonic()
    answer = httpx.get(url, timeout=30)
    return answer.status_code, answer.json(), time.monotonic() - begun
