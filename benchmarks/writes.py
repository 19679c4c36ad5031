"""Registrations and checks over HTTP, as ratios to raw durable inserts.

Needs `wrk`. A raw insert is one row in a transaction of its own, by the bare
driver, one process for each client, into the same database. All of it is durable:
SQLite with synchronous=FULL, PostgreSQL with fsync and synchronous_commit. Client,
server and database share the machine; rounds are interleaved and the medians shown.
*engine* is the part of the CPU time, database included, that went into parsing and
checking schemas: the server counts it, under `/metrics`.
`python -m benchmarks.writes --rounds 3 --only sqlite`.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import shutil
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import stock
from benchmarks.baselines import plain_flask
from benchmarks.inserts import inserts
from benchmarks.markdown import machine, table
from benchmarks.wrk import Target
from tests.postgres import postgres_server
from tests.running import running

__all__ = ["main"]

_CLIENTS = (1, 8, 32)
_KINDS = ("new", "same", "same again", "check new", "check same")
_PLAIN = "plain insert"
# What each is compared with, besides the inserts.
_NEW = {"same": "new", "same again": "new", "check same": "check new"}
_ENGINE = re.compile(r"^dovetail_engine_cpu_seconds_sum\{.*\} (\S+)$", re.MULTILINE)
_SUBJECTS = 2000
_DURABLE = {"fsync": "on", "full_page_writes": "on", "synchronous_commit": "on"}
_LUA = Path(__file__).with_name("requests.lua")


@dataclass
class Measured:
    """Raw inserts and requests at one number of clients."""

    database: str
    clients: int
    raw: list[float] = field(default_factory=list)
    raw_p99: list[float] = field(default_factory=list)
    targets: dict[str, Target] = field(default_factory=dict)
    engine: dict[str, list[float]] = field(default_factory=dict)

    def round(self, url: str, seconds: int) -> None:
        """Measure each once."""
        rate, p99 = inserts(url, self.clients, seconds, stock.schema_text("raw"))
        self.raw.append(rate)
        self.raw_p99.append(p99)
        for kind, target in self.targets.items():
            assert target.script is not None
            _script(target.script, "new" if kind == _PLAIN else kind)
            if kind == _PLAIN:
                target.measure(seconds)
                continue
            before = _engine_seconds(target.url)
            target.measure(seconds)
            spent = _engine_seconds(target.url) - before
            each = spent / max(target.totals[-1], 1) * 1e6
            self.engine.setdefault(kind, []).append(each)


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=2)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--clients", type=int, nargs="*", default=_CLIENTS)
    parser.add_argument("--kinds", nargs="*", choices=_KINDS, default=_KINDS)
    chosen = parser.parse_args()
    if shutil.which("wrk") is None:
        print("skipped: wrk is not installed")
        return
    measured: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        for name in ("sqlite", "postgresql"):
            if chosen.only not in (None, name):
                continue
            with _database(name, Path(folder)) as (url, pids):
                stock.fill(url, _SUBJECTS)
                with (
                    plain_flask(Path(folder), url, "", pids=pids) as plain,
                    running(url, Path(folder)) as server,
                ):
                    own = [server.pid, *pids]
                    served = {_PLAIN: (plain.url, plain.pids)}
                    served |= dict.fromkeys(chosen.kinds, (server.url, own))
                    found = [
                        Measured(name, n, targets=_targets(served, Path(folder), n))
                        for n in chosen.clients
                    ]
                    for _ in range(chosen.rounds):
                        for each in found:
                            each.round(url, chosen.seconds)
                measured += found
    _print(measured)


@contextlib.contextmanager
def _database(name: str, folder: Path) -> Iterator[tuple[str, list[int]]]:
    if name == "sqlite":
        yield f"sqlite:///{folder}/dovetail.db", []
        return
    with postgres_server(_DURABLE) as server, server.database() as url:
        yield url, [server.child.pid]


def _targets(
    served: dict[str, tuple[str, Sequence[int]]], folder: Path, clients: int
) -> dict[str, Target]:
    script = folder / f"requests-{clients}.lua"
    return {
        kind: Target(kind, url, pids, connections=clients, script=script)
        for kind, (url, pids) in served.items()
    }


def _script(file: Path, kind: str) -> None:
    """Write requests that no run before has made."""
    run = f"{time.time_ns() // 1_000_000:x}"
    head = f'KIND, RUN, SUBJECTS = "{kind}", "{run}", {_SUBJECTS}\n'
    file.write_text(head + _LUA.read_text())


def _engine_seconds(url: str) -> float:
    """Return the CPU time of the engine so far, in all processes of the server."""
    with urllib.request.urlopen(f"{url}/metrics") as answer:
        return sum(map(float, _ENGINE.findall(answer.read().decode())))


def _print(measured: list[Measured]) -> None:
    print(machine() + "\n")
    heads = ["database", "clients", "what", "a second", "min-max", "/ raw", "/ plain"]
    heads += ["/ new", "CPU us", "engine us", "engine", "p50 ms", "p99 ms", "bad"]
    table(heads, (row for each in measured for row in _rows(each)))


def _rows(measured: Measured) -> Iterator[list[str]]:
    raw, targets = median(measured.raw), measured.targets
    at = [measured.database, str(measured.clients)]
    spread = f"{min(measured.raw):.0f}-{max(measured.raw):.0f}"
    p99 = f"{median(measured.raw_p99):.1f}"
    yield [*at, "raw insert", f"{raw:.0f}", spread, "1.00", *[""] * 6, p99, ""]
    for kind, target in targets.items():
        cpu = median(target.cpu)
        yield [
            *at,
            kind,
            f"{target.rate:.0f}",
            f"{min(target.rates):.0f}-{max(target.rates):.0f}",
            f"{target.rate / raw:.2f}",
            _ratio(target, targets[_PLAIN]),
            _ratio(target, targets.get(_NEW.get(kind, ""))),
            f"{cpu:.0f}",
            *_engine(measured.engine.get(kind), cpu),
            f"{median(target.p50):.2f}",
            f"{median(target.p99):.1f}",
            str(target.failed),
        ]


def _ratio(target: Target, other: Target | None) -> str:
    return f"{target.rate / other.rate:.2f}" if other else ""


def _engine(spent: list[float] | None, cpu: float) -> tuple[str, str]:
    if spent is None:
        return "", ""
    return f"{median(spent):.0f}", f"{median(spent) / cpu:.0%}"


if __name__ == "__main__":
    main()
