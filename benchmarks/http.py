"""Reads over HTTP, as ratios to nginx serving a file of the same bytes.

Needs `nginx` and `wrk`. Client and servers share the machine; rounds are
interleaved and the medians shown. `python -m benchmarks.http --rounds 5`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.child import Child
from tests.ports import free_port
from tests.running import running

__all__ = ["main"]

_BASELINE = "nginx, a file"
_NGINX = """
worker_processes 2; daemon off; pid {folder}/pid; error_log {folder}/log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 100000000; default_type application/json;
  client_body_temp_path {folder}; proxy_temp_path {folder};
  fastcgi_temp_path {folder}; uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}/www; }}
}}
"""
_BARE = """
def application(environ, start_response):
    start_response("200 OK", [("Content-Length", str(len(BODY)))])
    return [BODY]
BODY = b"x" * {size}
"""


@dataclass
class Target:
    """A URL, the process that serves it, and what was measured."""

    name: str
    url: str
    pid: int
    headers: tuple[str, ...] = ()
    rates: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    failed: int = 0

    def measure(self, seconds: int) -> None:
        """Run wrk once."""
        before = self._seconds()
        command = ["wrk", "-t2", "-c32", f"-d{seconds}s", "--latency"]
        for each in self.headers:
            command += ["-H", each]
        text = subprocess.run(
            [*command, self.url], check=True, capture_output=True, text=True
        ).stdout
        (total,) = re.findall(r"(\d+) requests in", text)
        (rate,) = re.findall(r"Requests/sec: +([\d.]+)", text)
        ((slow, unit),) = re.findall(r"99% +([\d.]+)(us|ms|s)", text)
        self.rates.append(float(rate))
        self.p99.append(float(slow) * {"us": 1e-3, "ms": 1, "s": 1e3}[unit])
        self.cpu.append((self._seconds() - before) / int(total) * 1e6)
        self.failed += sum(map(int, re.findall(r"Non-2xx.*: (\d+)", text)))

    def memory(self) -> float:
        """Return the process tree's own share of memory, in MB."""
        return sum(p.memory_full_info().pss for p in self._tree()) / 1e6

    def _tree(self) -> list[psutil.Process]:
        own = psutil.Process(self.pid)
        return [own, *own.children(recursive=True)]

    def _seconds(self) -> float:
        return sum(sum(p.cpu_times()[:2]) for p in self._tree())


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=int, default=3)
    chosen = parser.parse_args()
    for program in ("nginx", "wrk"):
        if shutil.which(program) is None:
            print(f"skipped: {program} is not installed")
            return
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.chmod(0o755)
        targets = _targets(stack, folder)
        for _ in range(chosen.rounds):
            for each in targets:
                each.measure(chosen.seconds)
        _print(targets)


def _targets(stack: contextlib.ExitStack, folder: Path) -> list[Target]:
    found: list[Target] = []
    for worker in ("uvicorn", "gthread"):
        home = folder / worker
        home.mkdir()
        url = f"sqlite:///{home}/dovetail.db"
        settings = {"DOVETAIL_WORKER": worker}
        server = stack.enter_context(running(url, home, settings=settings))
        etag = _stock(server.url)
        pairs = {
            "by id": "/schemas/ids/10",
            "latest": "/subjects/orders/versions/latest",
            "config": "/config/orders?defaultToGlobal=true",
        }
        for name, path in pairs.items():
            found.append(Target(f"{worker}, {name}", server.url + path, server.pid))
        by_id = server.url + pairs["by id"]
        header = (f"If-None-Match: {etag}",)
        found.append(Target(f"{worker}, by id, 304", by_id, server.pid, header))
        home = folder / f"{worker}-plain"
        home.mkdir()
        settings["DOVETAIL_ANSWER_CACHE_BYTES"] = "0"
        url = f"sqlite:///{home}/dovetail.db"
        plain = stack.enter_context(running(url, home, settings=settings))
        _stock(plain.url)
        name = f"{worker}, latest, nothing kept"
        found.append(Target(name, plain.url + pairs["latest"], plain.pid))
    with urllib.request.urlopen(found[0].url) as answer:
        body = answer.read()
    static = stack.enter_context(_nginx(folder, body))
    bare = stack.enter_context(_bare(folder, len(body)))
    return [static, bare, *found]


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


@contextlib.contextmanager
def _nginx(folder: Path, body: bytes) -> Iterator[Target]:
    home, port = folder / "nginx", free_port()
    (home / "www").mkdir(parents=True)
    (home / "www" / "file").write_bytes(body)
    (home / "conf").write_text(_NGINX.format(folder=home, port=port))
    program = shutil.which("nginx")
    assert program is not None
    child = Child([program, "-c", home / "conf"], log=home / "out")
    yield from _served(child, _BASELINE, f"http://127.0.0.1:{port}/file")


@contextlib.contextmanager
def _bare(folder: Path, size: int) -> Iterator[Target]:
    home, port = folder / "bare", free_port()
    home.mkdir()
    (home / "bare.py").write_text(_BARE.format(size=size))
    command = [sys.executable, "-m", "gunicorn", "bare:application", "-w2"]
    command += ["-k", "gthread", "--threads", "8", "--keep-alive", "75"]
    command += ["--no-control-socket", "-b", f"127.0.0.1:{port}"]
    child = Child(command, log=home / "out", cwd=home, env=dict(os.environ))
    yield from _served(child, "bare WSGI on gthread", f"http://127.0.0.1:{port}/")


def _served(child: Child, name: str, url: str) -> Iterator[Target]:
    try:
        child.wait_for(lambda: _answers(url))
        yield Target(name, url, child.pid)
    finally:
        child.stop()


def _answers(url: str) -> bool | None:
    try:
        urllib.request.urlopen(url).close()
    except OSError:
        return None
    return True


def _print(targets: list[Target]) -> None:
    base, bare = (statistics.median(each.rates) for each in targets[:2])
    print(
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores, load {os.getloadavg()}"
    )
    print(
        "| server | req/s | min-max | / nginx | / bare | CPU us | p99 ms | MB | bad |"
    )
    print("| --- " * 9 + "|")
    for each in targets:
        rate = statistics.median(each.rates)
        print(
            f"| {each.name} | {rate:.0f} | {min(each.rates):.0f}-{max(each.rates):.0f}"
            f" | {rate / base:.2f} | {rate / bare:.2f}"
            f" | {statistics.median(each.cpu):.0f} | {statistics.median(each.p99):.1f}"
            f" | {each.memory():.0f} | {each.failed} |"
        )


if __name__ == "__main__":
    main()
