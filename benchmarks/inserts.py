"""Raw durable inserts: one row a transaction, by so many clients at once.

Each client is a process with one connection and nothing but the driver.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any

import psycopg
from sqlalchemy import make_url

__all__ = ["inserts"]

_TABLE = "CREATE TABLE IF NOT EXISTS raw_inserts (id INTEGER, text TEXT)"


def inserts(url: str, clients: int, seconds: float, text: str) -> tuple[float, float]:
    """Return rows a second, and the 99th percentile of one insert in ms."""
    with _inserter(url) as insert:
        insert(0, text)
    context = get_context("spawn")
    barrier, results = context.Barrier(clients), context.SimpleQueue()
    arguments = (url, seconds, text, barrier, results)
    started = [context.Process(target=_client, args=arguments) for _ in range(clients)]
    for each in started:
        each.start()
    times = [spent for _ in started for spent in results.get()]
    for each in started:
        each.join()
    return len(times) / seconds, sorted(times)[int(len(times) * 0.99)] * 1e3


def _client(
    url: str, seconds: float, text: str, barrier: Barrier, results: Any
) -> None:
    times = []
    with _inserter(url) as insert:
        barrier.wait()
        now = time.perf_counter()
        end = now + seconds
        while now < end:
            insert(len(times), text)
            before, now = now, time.perf_counter()
            times.append(now - before)
    results.put(times)


@contextmanager
def _inserter(url: str) -> Iterator[Callable[[int, str], Any]]:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        lite = sqlite3.connect(parsed.database or "", timeout=60, isolation_level=None)
        lite.execute("PRAGMA journal_mode=WAL")
        lite.execute("PRAGMA synchronous=FULL")
        lite.execute(_TABLE)
        # By itself a statement is a transaction.
        yield lambda id, text: lite.execute(
            "INSERT INTO raw_inserts VALUES (?, ?)", (id, text)
        )
        lite.close()
        return
    plain = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True, prepare_threshold=0) as post:
        post.execute(_TABLE)
        yield lambda id, text: post.execute(
            "INSERT INTO raw_inserts VALUES (%s, %s)", (id, text)
        )
