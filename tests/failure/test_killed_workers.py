"""Workers and nodes are killed under load: no acknowledged write is lost or doubled."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from tests.failure.load import Load
from tests.failure.processes import children
from tests.running import running


def test_workers_are_killed(database: str, tmp_path: Path) -> None:
    with running(database, tmp_path, workers=2) as dovetail:
        with Load([dovetail.url]) as load:
            for _ in range(3):
                load.wait_for_more(20)
                victim = children(dovetail.pid)[0]
                os.kill(victim, signal.SIGKILL)
                load.wait_for_more(40)
                assert victim not in children(dovetail.pid)
            deadline = time.monotonic() + 20
            while len(children(dovetail.pid)) < 2:
                assert time.monotonic() < deadline
                time.sleep(0.05)
        load.compare()


def test_a_node_is_killed_and_comes_back(database: str, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        nodes = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            node = running(database, tmp_path / name, workers=1)
            nodes.append(stack.enter_context(node))
        with Load([each.url for each in nodes]) as load:
            load.wait_for_more(50)
            nodes[0].kill()
            load.wait_for_more(50)
            nodes[0].start()
            load.wait_for_more(50)
        outcomes = load.compare()

    assert outcomes.answers[0] > 0
    assert outcomes.deleted
