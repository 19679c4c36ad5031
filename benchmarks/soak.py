"""A long mixed load on two workers: do memory, files and threads stay as they are?

    python -m benchmarks.soak --minutes 30 [--database postgresql]

Clients register, look up, check, read and delete at a bounded rate. Every few
seconds the processes are measured from /proc: memory of their own (anonymous, what
they share divided among them), open files, threads. Pages of files are left out, as
their part depends on what else runs on the machine. Once the first half has warmed
the caches up (SQLite's pages and the allocator's take longest), the median slope
between all pairs of samples (Theil and Sen) says whether a figure grows, and by how
much in an hour.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import httpx2 as httpx

from tests.failure.processes import children
from tests.postgres import postgres_server
from tests.running import Dovetail, running

_EVERY = 5.0
_CLIENTS = 4
_FIGURES = ("memory", "files", "threads")
# By the slope, over the whole run, of what there was after the warm-up.
_ALLOWED = 0.02


class Sample(NamedTuple):
    """What the server's processes hold together, ``at`` s after the start.

    ``memory`` is in MiB.
    """

    at: float
    memory: float
    files: int
    threads: int


def main() -> None:
    """Run the load, and exit with 1 if something grows."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=1)
    parser.add_argument("--rate", type=float, default=60, help="requests each second")
    parser.add_argument(
        "--database", choices=("sqlite", "postgresql"), default="sqlite"
    )
    asked = parser.parse_args()
    with _serving(asked.database) as dovetail:
        samples, answers = _soak(dovetail, asked.minutes * 60, asked.rate)
    print(f"{asked.database}, {asked.minutes:g} minutes, answers by status: {answers}")
    grown = _report(samples)
    failed = sum(count for status, count in answers.items() if status >= 500)
    sys.exit(1 if grown or failed else 0)


@contextlib.contextmanager
def _serving(database: str) -> Iterator[Dovetail]:
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = f"sqlite:///{folder}/dovetail.db"
        if database == "postgresql":
            server = postgres_server({"synchronous_commit": "on", "fsync": "on"})
            url = stack.enter_context(server).create()
        # Small, so that the caches are full soon and evict from then on.
        settings = {
            "DOVETAIL_ANSWER_CACHE_BYTES": str(1024 * 1024),
            "DOVETAIL_PARSED_CACHE_SIZE": "100",
            "DOVETAIL_VERDICT_CACHE_SIZE": "100",
            "DOVETAIL_HISTORY_CACHE_SIZE": "200",
        }
        yield stack.enter_context(running(url, folder, workers=2, settings=settings))


def _soak(
    dovetail: Dovetail, seconds: float, rate: float
) -> tuple[list[Sample], Counter[int]]:
    answers: Counter[int] = Counter()
    stop = threading.Event()
    clients = [
        threading.Thread(
            target=_client, args=(dovetail.url, each, _CLIENTS / rate, answers, stop)
        )
        for each in range(_CLIENTS)
    ]
    for each in clients:
        each.start()
    samples, begun = [], time.monotonic()
    try:
        while time.monotonic() < begun + seconds:
            time.sleep(_EVERY)
            samples.append(_sample(dovetail.pid, time.monotonic() - begun))
    finally:
        stop.set()
        for each in clients:
            each.join()
    return samples, answers


def _client(
    url: str, client: int, pause: float, answers: Counter[int], stop: threading.Event
) -> None:
    chance = random.Random(client)
    with httpx.Client(base_url=url, timeout=30) as http:
        for step in itertools.count():
            for method, path, body in _requests(client, step, chance):
                if stop.is_set():
                    return
                answers[http.request(method, path, json=body).status_code] += 1
                time.sleep(chance.uniform(0, 2 * pause))


def _requests(
    client: int, step: int, chance: random.Random
) -> Iterator[tuple[str, str, object]]:
    """Yield one round; every tenth starts a subject, and deletes the one before."""
    subject = f"soak-{client}-{step // 10}"
    schema = {"schema": _record(client * 1_000_000 + step)}
    yield "POST", f"/subjects/{subject}/versions", schema
    yield "POST", f"/compatibility/subjects/{subject}/versions/latest", schema
    yield "POST", f"/subjects/{subject}", schema
    yield "GET", f"/subjects/{subject}/versions/latest", None
    yield "GET", f"/subjects/{subject}/versions", None
    for _ in range(4):
        yield "GET", f"/schemas/ids/{chance.randint(1, 4 * step + 1)}", None
    yield "GET", f"/config/{subject}?defaultToGlobal=true", None
    if step % 10 == 0 and step:
        before = f"/subjects/soak-{client}-{step // 10 - 1}"
        yield "DELETE", before, None
        yield "DELETE", f"{before}?permanent=true", None
        yield "GET", "/subjects?limit=50", None
        yield "GET", "/metrics", None


def _record(number: int) -> str:
    fields = [{"name": f"f{number}", "type": "int", "default": 0}]
    return json.dumps({"type": "record", "name": "Soaked", "fields": fields})


def _sample(pid: int, at: float) -> Sample:
    pids = [pid, *children(pid)]
    return Sample(
        at,
        sum(_number(each, "smaps_rollup", "Pss_Anon:") for each in pids) / 1024,
        sum(len(list(Path(f"/proc/{each}/fd").iterdir())) for each in pids),
        sum(_number(each, "status", "Threads:") for each in pids),
    )


def _number(pid: int, file: str, name: str) -> int:
    for line in Path(f"/proc/{pid}/{file}").read_text().splitlines():
        if line.startswith(name):
            return int(line.split()[1])
    raise LookupError(name)


def _report(samples: Sequence[Sample]) -> bool:
    """Print each figure's course; return whether one of them grows."""
    settled = samples[len(samples) // 2 :]
    grown = False
    print(f"{len(samples)} samples: medians of the quarters, slope of the second half")
    print("| figure | 1 | 2 | 3 | 4 | slope an hour | |")
    print("| --- | --: | --: | --: | --: | --: | --- |")
    for name in _FIGURES:
        slope = _slope([(each.at, getattr(each, name)) for each in settled])
        by = slope * (settled[-1].at - settled[0].at)
        grows = by > max(_ALLOWED * getattr(settled[0], name), 1)
        grown |= grows
        quarters = " | ".join(f"{each:.1f}" for each in _quarters(samples, name))
        verdict = "grows" if grows else "flat"
        print(f"| {name} | {quarters} | {slope * 3600:+.1f} | {verdict} |")
    return grown


def _quarters(samples: Sequence[Sample], name: str) -> list[float]:
    values = [getattr(each, name) for each in samples]
    at = [len(values) * part // 4 for part in range(5)]
    return [statistics.median(values[a:b]) for a, b in itertools.pairwise(at)]


def _slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the median of the slopes between all pairs."""
    return statistics.median(
        (later[1] - earlier[1]) / (later[0] - earlier[0])
        for earlier, later in itertools.combinations(points, 2)
    )


if __name__ == "__main__":
    main()
