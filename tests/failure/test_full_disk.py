"""SQLite's disk is full: a clear refusal, nothing half-written, and then it goes on."""

from __future__ import annotations

import contextlib
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.failure.load import Load
from tests.running import Dovetail, running

# All that the load writes has room beside the log, which takes 32 MB before SQLite
# begins it anew: a smaller disk could be full without the ballast.
_MOUNT = "mount -t tmpfs -o size=96m tmpfs"


def _can_mount() -> bool:
    done = subprocess.run(
        ["unshare", "--map-root-user", "--mount", "sh", "-c", f"{_MOUNT} /mnt"],
        check=False,
        capture_output=True,
    )
    return done.returncode == 0


@contextlib.contextmanager
def _on_small_disk(folder: Path) -> Iterator[tuple[Dovetail, Path]]:
    """Serve from a disk of its own that only the server sees; yield our way to it."""
    disk = folder / "disk"
    disk.mkdir()
    alone = ["unshare", "--map-root-user", "--mount", "sh", "-c"]
    start = [*alone, f'{_MOUNT} {disk} && exec "$0" "$@"']
    database = f"sqlite:///{disk}/dovetail.db"
    with running(database, folder, workers=2, before=start) as dovetail:
        yield dovetail, Path(f"/proc/{dovetail.pid}/root{disk}")


@pytest.mark.skipif(not _can_mount(), reason="no right to mount a small disk")
def test_the_disk_fills_up_and_is_emptied(tmp_path: Path) -> None:
    with _on_small_disk(tmp_path) as (dovetail, disk):
        with Load([dovetail.url]) as load:
            load.wait_for_more(30)
            _fill(disk / "ballast")
            refused = _register_until_refused(dovetail)
            read = httpx.get(f"{dovetail.url}/schemas/ids/1").status_code
            live = httpx.get(f"{dovetail.url}/health/live").status_code
            (disk / "ballast").unlink()
            load.wait_for_more(30, seconds=30)
        outcomes = load.compare()
        log = dovetail.output()

    assert (refused.status_code, refused.json()["error_code"]) == (507, 507)
    assert "disk is full: nothing was stored" in refused.json()["message"]
    assert (read, live) == (200, 200)
    assert {*outcomes.answers} - {200, 404} == {507}, Counter(outcomes.answers)
    assert "Traceback" not in log


def _fill(file: Path) -> None:
    with file.open("wb", buffering=0) as ballast, contextlib.suppress(OSError):
        while ballast.write(b"\0" * 4096):
            pass


def _register_until_refused(dovetail: Dovetail) -> httpx.Response:
    for number in range(1000):
        schema = f'{{"type": "fixed", "name": "F", "size": {number + 1}}}'
        answer = httpx.post(
            f"{dovetail.url}/subjects/filler-{number}/versions", json={"schema": schema}
        )
        if answer.status_code != 200:
            return answer
    raise AssertionError("the disk is never full")
