"""Who got 200 for a write reads it at once on every node, while others write too."""

from __future__ import annotations

import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx
import pytest

from tests.running import running

NODES = 3
WRITERS = 6
SECONDS = 6


@pytest.fixture
def urls(database: str, tmp_path: Path) -> Iterator[list[str]]:
    """Nodes of two workers each over one database."""
    with contextlib.ExitStack() as stack:
        found = []
        for number in range(NODES):
            folder = tmp_path / str(number)
            folder.mkdir()
            found.append(stack.enter_context(running(database, folder)).url)
        yield found


class Client:
    """Connections to all workers of all nodes; what it writes nobody else does."""

    def __init__(self, urls: list[str], subject: str) -> None:
        self._path = f"/subjects/{subject}"
        self._config = f"/config/{subject}"
        self._connections = [
            httpx.Client(base_url=url, timeout=30) for url in urls for _ in range(3)
        ]
        self._dice = random.Random(subject)
        self.seen: Counter[str] = Counter()

    def work(self) -> Counter[str]:
        """Write, and after each answer read everywhere, until the time is over."""
        end = time.monotonic() + SECONDS
        number = 0
        while time.monotonic() < end:
            number += 1
            self._write(number)
            # The second reading is of what the first one left in memory.
            for _ in range(2):
                self._read(number)
        for each in self._connections:
            each.close()
        return self.seen

    def _write(self, number: int) -> None:
        writer = self._dice.choice(self._connections)
        schema = {"type": "fixed", "name": "F", "size": number}
        body = {"compatibility": "NONE", "compatibilityGroup": str(number)}
        assert writer.put(self._config, json=body).status_code == 200
        made = writer.post(
            f"{self._path}/versions", json={"schema": json.dumps(schema)}
        )
        assert made.status_code == 200, made.text

    def _read(self, number: int) -> None:
        for http in self._connections:
            latest = http.get(f"{self._path}/versions/latest").json()
            listed = http.get(f"{self._path}/versions").json()
            config = http.get(self._config).json()
            assert latest["version"] == number
            assert listed == list(range(1, number + 1))
            assert config["compatibilityGroup"] == str(number)
            self.seen["reads"] += 3
        self.seen["writes"] += 1


def test_each_reads_its_own_writes_everywhere(urls: list[str]) -> None:
    clients = [Client(urls, f"s{number}") for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as pool:
        seen = list(pool.map(Client.work, clients))

    assert all(each["writes"] >= 2 for each in seen), seen
