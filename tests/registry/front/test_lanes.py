"""Reads that Flask answers do not wait behind registrations."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.running import Dovetail, running

# More than there are threads.
POSTS = 16


@pytest.fixture
def dovetail(tmp_path: Path) -> Iterator[Dovetail]:
    with running(f"sqlite:///{tmp_path}/dovetail.db", tmp_path, workers=1) as started:
        yield started


def test_a_read_is_answered_while_all_registrations_wait(
    dovetail: Dovetail, tmp_path: Path
) -> None:
    def register(number: int) -> int:
        body = {"schema": f'{{"type": "fixed", "name": "F", "size": {number + 1}}}'}
        return httpx.post(
            f"{dovetail.url}/subjects/s{number}/versions", json=body, timeout=60
        ).status_code

    with (
        closing(sqlite3.connect(tmp_path / "dovetail.db", isolation_level=None)) as db,
        ThreadPoolExecutor(POSTS) as pool,
    ):
        db.execute("BEGIN IMMEDIATE")
        waiting = [pool.submit(register, number) for number in range(POSTS)]
        try:
            for page in range(5):
                # Each for the first time, so none is kept.
                read = httpx.get(f"{dovetail.url}/subjects?offset={page}", timeout=5)
                assert read.json() == []
            assert not any(each.done() for each in waiting)
        finally:
            db.execute("ROLLBACK")
        assert [each.result() for each in waiting] == [200] * POSTS
