"""Servers under `wrk`, in interleaved rounds, and the table of what came out.

Client and servers share the machine, so only ratios within one run mean something
elsewhere. The CPU per request moves least.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil

from benchmarks.markdown import machine, table

__all__ = ["Target", "measure", "show"]

_MILLISECONDS = {"us": 1e-3, "ms": 1.0, "s": 1e3, "m": 6e4}


@dataclass
class Target:
    """A URL, the processes that serve it, and what was measured.

    ``pids`` are parents: the first one's processes are the server, those of the
    others (a database) count for the CPU only. ``script`` is a file in Lua that
    makes the requests. One entry of each list is one round: requests in all and a
    second, microseconds of CPU a request, and latencies in milliseconds. ``failed``
    counts answers other than 2xx and 3xx, and errors of sockets.
    """

    name: str
    url: str
    pids: Sequence[int]
    headers: Sequence[str] = ()
    connections: int = 32
    script: Path | None = None
    totals: list[int] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        """Requests a second, the median of the rounds."""
        return median(self.rates)

    def measure(self, seconds: int) -> None:
        """Run wrk once."""
        before = _seconds(self.pids)
        text = subprocess.run(
            self._command(seconds), check=True, capture_output=True, text=True
        ).stdout
        (total,) = re.findall(r"(\d+) requests in", text)
        (rate,) = re.findall(r"Requests/sec: +([\d.]+)", text)
        self.totals.append(int(total))
        self.rates.append(float(rate))
        self.p50.append(_latency(text, 50))
        self.p99.append(_latency(text, 99))
        self.cpu.append((_seconds(self.pids) - before) / max(int(total), 1) * 1e6)
        self.failed += sum(map(int, re.findall(r"Non-2xx.*: (\d+)", text)))
        for errors in re.findall(r"Socket errors: (.*)", text):
            self.failed += sum(map(int, re.findall(r"\d+", errors)))

    def memory(self) -> float:
        """Return the server's own share of memory, in MB."""
        parts = _tree(self.pids[0])
        return sum(p.memory_full_info().pss for p in parts) / 1e6

    def _command(self, seconds: int) -> list[str]:
        threads = min(2, self.connections)
        command = ["wrk", f"-t{threads}", f"-c{self.connections}"]
        command += [f"-d{seconds}s", "--latency"]
        for each in self.headers:
            command += ["-H", each]
        if self.script is not None:
            command += ["-s", str(self.script)]
        return [*command, self.url]


def measure(targets: Sequence[Target], *, rounds: int, seconds: int) -> None:
    """Run wrk on each target in turn, ``rounds`` times."""
    for _ in range(rounds):
        for each in targets:
            each.measure(seconds)


def show(targets: Sequence[Target], baselines: Sequence[Target]) -> None:
    """Print the medians as Markdown, each rate also over each baseline's."""
    ratios = [f"/ {each.name}" for each in baselines]
    heads = ["server", "req/s", "min-max", *ratios]
    heads += ["CPU us", "p50 ms", "p99 ms", "MB", "bad"]
    print(f"{machine()} The median of {len(targets[0].rates)} rounds.\n")
    table(heads, (_cells(each, baselines) for each in targets))


def _cells(target: Target, baselines: Sequence[Target]) -> list[str]:
    return [
        target.name,
        f"{target.rate:.0f}",
        f"{min(target.rates):.0f}-{max(target.rates):.0f}",
        *(f"{target.rate / each.rate:.2f}" for each in baselines),
        f"{median(target.cpu):.0f}",
        f"{median(target.p50):.2f}",
        f"{median(target.p99):.1f}",
        f"{target.memory():.0f}",
        str(target.failed),
    ]


def _latency(text: str, percentile: int) -> float:
    ((value, unit),) = re.findall(rf"{percentile}% +([\d.]+)(us|ms|s|m) *\n", text)
    return float(value) * _MILLISECONDS[unit]


def _tree(pid: int) -> list[psutil.Process]:
    own = psutil.Process(pid)
    return [own, *own.children(recursive=True)]


def _seconds(pids: Sequence[int]) -> float:
    """Return the CPU time that the processes have used so far."""
    return sum(_spent(each) for pid in pids for each in _tree(pid))


def _spent(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:  # a connection of PostgreSQL that has ended
        return 0
    return float(times.user + times.system)
