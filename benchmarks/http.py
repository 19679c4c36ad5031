"""Reads over HTTP, as ratios to nginx serving a file of the same bytes.

Needs `nginx` and `wrk`. `python -m benchmarks.http --rounds 5`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import shutil
import tempfile
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from benchmarks.baselines import bare_wsgi, nginx_file, plain_flask
from benchmarks.wrk import Target, measure, show
from tests.postgres import postgres_server
from tests.running import running

__all__ = ["main"]

_BY_ID = "/schemas/ids/10"
_LATEST = "/subjects/orders/versions/latest"
_PATHS = {
    "by id": _BY_ID,
    "latest": _LATEST,
    "versions": "/subjects/orders/versions",
    "config": "/config/orders?defaultToGlobal=true",
}


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--only", default="", help="servers whose name has this in it")
    chosen = parser.parse_args()
    for program in ("nginx", "wrk"):
        if shutil.which(program) is None:
            print(f"skipped: {program} is not installed")
            return
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        targets, baselines = _targets(stack, folder)
        wanted = [each for each in targets if chosen.only in each.name]
        every = [*baselines, *wanted]
        measure(every, rounds=chosen.rounds, seconds=chosen.seconds)
        show(every, baselines)


def _targets(
    stack: contextlib.ExitStack, folder: Path
) -> tuple[list[Target], list[Target]]:
    """Start everything; return our servers, and what they are measured against."""
    postgres = stack.enter_context(postgres_server())
    pid = postgres.child.pid
    sqlite = f"sqlite:///{folder}/dovetail.db"
    on_postgres = postgres.create()
    found = [
        *_dovetail(stack, folder, "SQLite", sqlite),
        *_dovetail(stack, folder, "SQLite, gthread", sqlite, "gthread"),
        *_dovetail(stack, folder, "PostgreSQL", on_postgres, pids=[pid]),
    ]
    with urllib.request.urlopen(found[0].url) as answer:
        body = answer.read()
    baselines = [
        stack.enter_context(nginx_file(folder, body)),
        stack.enter_context(bare_wsgi(folder, len(body))),
        stack.enter_context(plain_flask(folder, sqlite, _LATEST)),
        stack.enter_context(plain_flask(folder, on_postgres, _LATEST, pids=[pid])),
    ]
    return found, baselines


def _dovetail(
    stack: contextlib.ExitStack,
    folder: Path,
    name: str,
    database: str,
    worker: str = "uvicorn",
    *,
    pids: Sequence[int] = (),
) -> list[Target]:
    """Start two servers on one database; the second keeps no answers."""
    found: list[Target] = []
    settings = {"DOVETAIL_WORKER": worker}
    for title, kept in ((name, {}), (f"{name}, nothing kept", _NOTHING)):
        home = folder / title
        home.mkdir()
        server = stack.enter_context(running(database, home, settings=settings | kept))
        etag = _stock(server.url)
        paths = {"latest": _LATEST} if kept else _PATHS
        for what, path in paths.items():
            url = server.url + path
            found.append(Target(f"{title}, {what}", url, [server.pid, *pids]))
        if not kept:
            url, header = server.url + _BY_ID, f"If-None-Match: {etag}"
            pid = [server.pid, *pids]
            found.append(Target(f"{title}, by id, 304", url, pid, [header]))
    return found


_NOTHING = {"DOVETAIL_ANSWER_CACHE_BYTES": "0"}


def _stock(base: str) -> str:
    """Register ten versions, the last of about 1.2 kB; return its ETag."""
    for number in range(10):
        fields = [
            {"name": f"a_field_{each}", "type": ["null", "string"], "default": None}
            for each in range(number + 7)
        ]
        schema = json.dumps({"type": "record", "name": "Placed", "fields": fields})
        request = urllib.request.Request(
            f"{base}/subjects/orders/versions",
            data=json.dumps({"schema": schema}).encode(),
            headers={"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request).close()
    with urllib.request.urlopen(f"{base}/schemas/ids/10") as answer:
        etag: str = answer.headers["ETag"]
        return etag


if __name__ == "__main__":
    main()
