"""How long `dovetail serve` takes to its first answer, and its memory when idle.

On SQLite, from the start of the command until `/health/ready` is answered 200 and all
workers are there, the database's migration included; memory is the share (PSS) of all
its processes. The baseline is a plain Flask and SQLAlchemy application on gunicorn
with two workers, until its first answer, started in turn with them.
`python -m benchmarks.start --rounds 5`.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median

from benchmarks import stock
from benchmarks.baselines import plain_flask
from benchmarks.markdown import machine, table
from benchmarks.wrk import Target
from tests.running import running

__all__ = ["main"]

_IDLE_SECONDS = 2


@dataclass
class _Start:
    """One way to start, and seconds and MB of each time that it was tried."""

    name: str
    serve: Callable[[Path], AbstractContextManager[Target]]
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)

    def measure(self, folder: Path) -> None:
        """Start it once."""
        folder.mkdir()
        started = time.perf_counter()
        with self.serve(folder) as target:
            self.seconds.append(time.perf_counter() - started)
            time.sleep(_IDLE_SECONDS)
            self.megabytes.append(target.memory())


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        ready = f"sqlite:///{home}/ready.db"
        stock.fill(ready, 1)
        starts = [
            _Start("plain Flask, two workers", partial(_plain, ready)),
            _Start("an empty file, two workers", partial(_ours, "", 2)),
            _Start("an up-to-date file, two workers", partial(_ours, ready, 2)),
            _Start("the same, four workers", partial(_ours, ready, 4)),
        ]
        for turn in range(chosen.rounds):
            for number, each in enumerate(starts):
                each.measure(Path(home) / f"{turn}-{number}")
    print(f"{machine()} {chosen.rounds} starts of each.\n")
    heads = ["", "first answer, s", "longest, s", "/ plain", "memory, MB"]
    table(heads, (_row(each, starts[0]) for each in starts))


@contextmanager
def _ours(database: str, workers: int, folder: Path) -> Iterator[Target]:
    url = database or f"sqlite:///{folder}/dovetail.db"
    with running(url, folder, workers=workers) as server:
        yield Target("Dovetail", server.url, [server.pid])


def _plain(database: str, folder: Path) -> AbstractContextManager[Target]:
    return plain_flask(folder, database, "")


def _row(start: _Start, plain: _Start) -> list[str]:
    middle = median(start.seconds)
    return [
        start.name,
        f"{middle:.2f}",
        f"{max(start.seconds):.2f}",
        f"{middle / median(plain.seconds):.2f}",
        f"{median(start.megabytes):.0f}",
    ]


if __name__ == "__main__":
    main()
