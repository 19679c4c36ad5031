"""The fixtures that serve Dovetail serve it, and leave nothing behind."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.child import DidNotStart
from tests.running import Dovetail, running


def _register(dovetail: Dovetail, subject: str, schema: str) -> int:
    request = urllib.request.Request(
        f"{dovetail.url}/subjects/{subject}/versions",
        data=json.dumps({"schema": schema}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        number: int = json.load(answer)["id"]
        return number


def _subjects(dovetail: Dovetail) -> list[str]:
    with urllib.request.urlopen(f"{dovetail.url}/subjects", timeout=10) as answer:
        names: list[str] = json.load(answer)
        return names


def test_what_it_answered_survives_a_power_cut(fresh_dovetail: Dovetail) -> None:
    url = fresh_dovetail.url
    _register(fresh_dovetail, "orders-value", '"string"')
    arbiter = psutil.Process(fresh_dovetail.pid)
    processes = [arbiter, *arbiter.children(recursive=True)]
    assert len(processes) == 3

    fresh_dovetail.kill()
    assert psutil.wait_procs(processes, timeout=10)[1] == []
    fresh_dovetail.start()

    assert fresh_dovetail.url == url
    assert _subjects(fresh_dovetail) == ["orders-value"]


def test_it_ends_with_the_block(tmp_path: Path) -> None:
    with running(f"sqlite:///{tmp_path}/dovetail.db", tmp_path) as dovetail:
        arbiter = psutil.Process(dovetail.pid)
        processes = [arbiter, *arbiter.children(recursive=True)]

    assert psutil.wait_procs(processes, timeout=10)[1] == []


def test_it_leaves_nothing_in_the_home_directory(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    url = f"sqlite:///{tmp_path}/dovetail.db"

    with running(url, tmp_path, settings={"HOME": str(home), "XDG_RUNTIME_DIR": ""}):
        assert list(home.iterdir()) == []


def test_a_setting_that_it_refuses_is_shown(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/dovetail.db"

    with (
        pytest.raises(DidNotStart, match="DOVETAIL_THREADS='many'"),
        running(url, tmp_path, settings={"DOVETAIL_THREADS": "many"}),
    ):
        pass


def test_the_shared_one_is_ready(dovetail: Dovetail) -> None:
    with urllib.request.urlopen(f"{dovetail.url}/health/ready", timeout=10) as answer:
        assert answer.status == 200
