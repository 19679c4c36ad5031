"""Clients that remember each acknowledgement, and compare at the end."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx2 as httpx

__all__ = ["Load", "Outcomes"]

# What a client may be told while something is broken, besides not being answered.
_EXCUSED = frozenset({502, 503, 504, 507})
_TIMEOUT = 30


def record(number: int) -> str:
    """Return a schema that is compatible with every other one of these."""
    fields = [{"name": f"f{number}", "type": "int", "default": 0}]
    return json.dumps({"type": "record", "name": "Placed", "fields": fields})


@dataclass
class Outcomes:
    """What the clients saw; ``wrong`` has to stay empty."""

    versions: dict[tuple[str, int], tuple[int, str]] = field(default_factory=dict)
    """By subject and number: the acknowledged id and text."""

    deleted: set[int] = field(default_factory=set)
    """Ids of schemas whose permanent deletion was acknowledged."""

    answers: Counter[int] = field(default_factory=Counter)
    """How many answers of ``urls`` had each status; 0 stands for none at all."""

    wrong: list[str] = field(default_factory=list)
    """Answers that contradict what was acknowledged, or have no right form."""


class WrongAnswer(Exception):
    """An answer that no failure excuses."""


class Load:
    """A block during which ``clients`` write to ``urls`` at random, and read back.

    ``nodes`` are asked for what was deleted, and compared at the end: the
    same, where no cache is in between. A client sends a write that was not
    acknowledged again, until it is, so that at the end nothing is in doubt.
    """

    def __init__(
        self,
        urls: Sequence[str],
        *,
        nodes: Sequence[str] | None = None,
        clients: int = 6,
        pause: float = 0.01,
    ) -> None:
        self._urls = urls
        self._nodes = urls if nodes is None else nodes
        self._pause = pause
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self.outcomes = Outcomes()
        self._threads = [
            threading.Thread(target=self._client, args=(number,))
            for number in range(clients)
        ]

    def __enter__(self) -> Load:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()

    def stop(self) -> None:
        """Let each client finish what it is about, and wait for it."""
        self._stop.set()
        for each in self._threads:
            each.join()

    @property
    def acknowledged(self) -> int:
        """How many versions have been acknowledged so far."""
        return len(self.outcomes.versions)

    def wait_for_more(self, count: int, *, seconds: float = 60) -> None:
        """Wait until ``count`` more writes were acknowledged."""
        begun, wanted = time.monotonic(), self.acknowledged + count
        while self.acknowledged < wanted:
            assert not self.outcomes.wrong, self.outcomes.wrong
            assert time.monotonic() < begun + seconds, dict(self.outcomes.answers)
            time.sleep(0.02)

    def _client(self, client: int) -> None:
        try:
            with httpx.Client(timeout=_TIMEOUT) as http:
                for step in itertools.count():
                    if self._stop.is_set():
                        return
                    self._turn(http, client, step)
                    time.sleep(random.uniform(0, 2 * self._pause))
        except WrongAnswer as wrong:
            self.outcomes.wrong.append(str(wrong))
        except Exception as error:
            self.outcomes.wrong.append(f"client {client} ended with {error!r}")

    def _turn(self, http: httpx.Client, client: int, step: int) -> None:
        subject, number = f"load-{client}", 1_000_000 * (client + 1) + step
        text = record(number)
        body = {"schema": text}
        _, made = self._until(http, "POST", f"/subjects/{subject}/versions", body)
        if made is None:
            return
        self._acknowledge(subject, made["version"], made["id"], text)
        self._expect(http, f"/schemas/ids/{made['id']}", lambda a: _same(a, text))
        self._expect(
            http,
            f"/subjects/{subject}/versions/latest",
            lambda a: (a["version"], a["id"]) == (made["version"], made["id"]),
        )
        if step % 7 == 3:
            self._delete(http, number)

    def _delete(self, http: httpx.Client, number: int) -> None:
        subject, text = f"gone-{number}", record(500_000 + number)
        path = f"/subjects/{subject}"
        _, made = self._until(http, "POST", f"{path}/versions", {"schema": text})
        if made is None:
            return
        id = made["id"]
        self._expect(http, f"/schemas/ids/{id}", lambda a: _same(a, text))
        # 404: it was done by an attempt that was not answered.
        if self._until(http, "DELETE", path, also=404)[0] == 0:
            return
        if self._until(http, "DELETE", f"{path}?permanent=true", also=404)[0] == 0:
            return
        self.outcomes.deleted.add(id)
        for url in self._nodes:
            status, answer = self._ask(http, "GET", f"/schemas/ids/{id}", url=url)
            if status == 200:
                raise WrongAnswer(f"deleted id {id}: {answer}")

    def _acknowledge(self, subject: str, version: int, id: int, text: str) -> None:
        with self._lock:
            self.outcomes.versions[subject, version] = id, text

    def _expect(
        self, http: httpx.Client, path: str, right: Callable[[Any], bool]
    ) -> None:
        """Read what was written, wherever; no answer is no wrong answer."""
        status, answer = self._ask(http, "GET", path)
        if status == 200 and right(answer):
            return
        if status != 0 and status not in _EXCUSED:
            raise WrongAnswer(f"GET {path}: {status} {answer}")

    def _until(
        self,
        http: httpx.Client,
        method: str,
        path: str,
        body: Any = None,
        *,
        also: int = 200,
    ) -> tuple[int, Any]:
        """Ask until the answer is 200 or ``also``; (0, None) when it is time to end."""
        while True:
            status, answer = self._ask(http, method, path, body)
            if status in (200, also):
                return status, answer
            if status != 0 and status not in _EXCUSED:
                raise WrongAnswer(f"{method} {path}: {status} {answer}")
            if self._stop.is_set():
                return 0, None
            time.sleep(0.05)

    def _ask(
        self,
        http: httpx.Client,
        method: str,
        path: str,
        body: Any = None,
        *,
        url: str = "",
    ) -> tuple[int, Any]:
        through = url or random.choice(self._urls)
        status, answer = 0, None
        try:
            response = http.request(method, through + path, json=body)
        except httpx.TransportError:
            pass
        else:
            status = response.status_code
            answer = self._read(response)
        # A node that is asked for what was deleted may be the broken one.
        if not url:
            with self._lock:
                self.outcomes.answers[status] += 1
        return status, answer

    def _read(self, response: httpx.Response) -> Any:
        """Return the JSON; an error has the form of the API, unless a proxy's."""
        if response.status_code in (502, 504):
            return None
        answer = response.json()
        if response.status_code >= 400 and not {"error_code", "message"} <= {*answer}:
            raise WrongAnswer(f"{response.status_code} {response.text}")
        if response.status_code == 503 and "retry-after" not in response.headers:
            raise WrongAnswer(f"503 without Retry-After: {response.text}")
        return answer

    def compare(self) -> Outcomes:
        """Compare with what each node says is stored; raise what differs."""
        assert not self.outcomes.wrong, self.outcomes.wrong
        for url in self._nodes:
            with httpx.Client(base_url=url, timeout=_TIMEOUT) as http:
                self._compare(http)
        return self.outcomes

    def _compare(self, http: httpx.Client) -> None:
        stored: dict[str, dict[int, tuple[int, str]]] = defaultdict(dict)
        for offset in itertools.count(step=1000):
            rows = http.get(f"/schemas?limit=1000&offset={offset}").json()
            for row in rows:
                mine = stored[row["subject"]]
                assert row["version"] not in mine, row
                mine[row["version"]] = (row["id"], row["schema"])
            if len(rows) < 1000:
                break
        for (subject, version), (id, text) in self.outcomes.versions.items():
            found = stored[subject].get(version)
            assert found is not None, f"lost: {subject} {version}"
            assert (found[0], json.loads(found[1])) == (id, json.loads(text))
        kept = {name: rows for name, rows in stored.items() if name[:5] == "load-"}
        for subject, rows in kept.items():
            texts = [text for _, text in rows.values()]
            assert len(texts) == len(set(texts)), f"doubled in {subject}"
            assert sorted(rows) == list(range(1, len(rows) + 1)), f"gap in {subject}"
        # At the end a client may have one write that it gave up.
        surplus = sum(map(len, kept.values())) - len(self.outcomes.versions)
        assert 0 <= surplus <= len(self._threads)
        ids = [row[0] for rows in kept.values() for row in rows.values()]
        assert len(ids) == len(set(ids))
        assert self.outcomes.deleted.isdisjoint(ids)
        for id in self.outcomes.deleted:
            assert http.get(f"/schemas/ids/{id}").status_code == 404


def _same(answer: Any, text: str) -> bool:
    return bool(json.loads(answer["schema"]) == json.loads(text))
