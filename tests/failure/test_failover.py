"""The primary is lost under load, and its replica is promoted."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx

from tests.balancers import nginx
from tests.failure.load import Load
from tests.failure.processes import children
from tests.postgres import Postgres, postgres_server
from tests.running import Dovetail, running

# Seconds: writes may be refused for so long once there is a primary again.
REFUSED = 20


@contextlib.contextmanager
def _nodes(
    count: int, database: str, folder: Path, settings: dict[str, str]
) -> Iterator[list[Dovetail]]:
    def start(number: int) -> Dovetail:
        own = folder / f"node-{number}"
        own.mkdir()
        node = running(database, own, workers=1, settings=settings)
        return stack.enter_context(node)

    with ThreadPoolExecutor(count) as pool, contextlib.ExitStack() as stack:
        yield list(pool.map(start, range(count)))


def _make_synchronous(primary: Postgres) -> None:
    """Acknowledge a commit once the standby has it on its disk too."""
    primary.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
    primary.run("SELECT pg_reload_conf()")
    state = "SELECT sync_state FROM pg_stat_replication"
    deadline = time.monotonic() + 10
    while primary.run(state) != [("sync",)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_four_nodes_outlive_their_primary(tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        server = postgres_server({"synchronous_commit": "on"})
        primary = stack.enter_context(server)
        standby = stack.enter_context(primary.standby("second"))
        _make_synchronous(primary)
        name = primary.create().rpartition("/")[2]
        hosts = f"127.0.0.1:{primary.port},127.0.0.1:{standby.port}"
        database = f"postgresql://postgres@{hosts}/{name}"
        settings = {"DOVETAIL_READ_DATABASE_URL": standby.url(name)}
        nodes = stack.enter_context(_nodes(4, database, tmp_path, settings))
        pids = [children(each.pid) for each in nodes]
        url = stack.enter_context(nginx([each.url for each in nodes], tmp_path))
        direct = [each.url for each in nodes]
        with Load([url], nodes=direct) as load:
            load.wait_for_more(60)
            primary.child.kill()
            standby.promote()
            # Each client may have begun an attempt just before, and waits for it.
            load.wait_for_more(1, seconds=REFUSED)
            load.wait_for_more(60)
        outcomes = load.compare()
        ready = [httpx.get(f"{each.url}/health/ready").status_code for each in nodes]

        assert [children(each.pid) for each in nodes] == pids
    assert ready == [200] * 4
    assert outcomes.deleted
    # Every node answered all the time, if only to say that it can't.
    assert outcomes.answers[0] == 0
