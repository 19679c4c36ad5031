"""The server's clock jumps by days, both ways, under load."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.failure.load import Load
from tests.failure.processes import children
from tests.running import running

_DAY = 24 * 3600


def _library() -> str:
    import libfaketime

    folder = Path(libfaketime.__file__).parent / "vendor" / "libfaketime" / "src"
    return str(folder / "libfaketime.so.1")


@pytest.mark.skipif(sys.platform != "linux", reason="libfaketime is preloaded")
def test_the_clock_jumps(database: str, tmp_path: Path) -> None:
    clock = tmp_path / "clock"
    clock.write_text("+0")
    settings = {
        "LD_PRELOAD": _library(),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_CACHE_DURATION": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "DONT_FAKE_MONOTONIC": "1",
    }
    shown = []
    with running(database, tmp_path, workers=2, settings=settings) as dovetail:
        workers = children(dovetail.pid)
        with Load([dovetail.url]) as load:
            for jump in (0, 30 * _DAY, -30 * _DAY, 0):
                clock.write_text(f"{jump:+d}")
                time.sleep(1.5)  # longer than the library keeps what it read
                load.wait_for_more(20)
                subject = f"at{jump}-{len(shown)}"
                versions = f"{dovetail.url}/subjects/{subject}/versions"
                httpx.post(versions, json={"schema": '"string"'}).raise_for_status()
                created = httpx.get(f"{versions}/latest").json()["ts"] / 1000
                shown.append(round((created - time.time() - jump) / 60))
        outcomes = load.compare()

        assert children(dovetail.pid) == workers
    # Each time is the server's own clock's, and nothing else depends on it.
    assert shown == [0, 0, 0, 0]
    assert {*outcomes.answers} <= {200, 404}
