"""How many SQL statements a request costs, and that a long history adds none."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from psycopg.pq import Trace
from sqlalchemy import event
from sqlalchemy.pool import Pool

from registry.api import create_app
from registry.service.session import Registry
from registry.settings import Settings
from registry.store import versions
from registry.store.migrations import upgrade
from registry.store.values import StoredSchema

_FRAME = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")
# SQLite traces these once more as it comes to the table's trigger.
_TRIGGERS = "UPDATE subjects"


class Counted:
    """A registry, and what its drivers sent to its database.

    For SQLite the statements, BEGIN and COMMIT besides; for PostgreSQL the
    messages that wait for an answer, as the driver's library traces them.
    """

    def __init__(self, database: str, folder: Path) -> None:
        self.registry = Registry(Settings(database_url=database))
        upgrade(self.registry.database)
        self.http: FlaskClient = create_app(self.registry).test_client()
        self._sent: list[str] = []
        self._trace = (folder / "trace").open("w+")
        # The connections of the migration are not listened to.
        self.registry.database.close()
        event.listen(Pool, "connect", self._listen)

    def _listen(self, connection: Any, _record: object) -> None:
        if self.registry.database.sqlite:
            connection.set_trace_callback(self._sent.append)
        else:
            connection.pgconn.trace(self._trace.fileno())
            connection.pgconn.set_trace_flags(Trace.SUPPRESS_TIMESTAMPS)

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        self._sent.clear()
        self._trace.seek(0)
        self._trace.truncate()
        found: list[str] = []
        yield found
        self._trace.seek(0)
        messages = [line.split("\t") for line in self._trace]
        sent = [each for each in self._sent if not each.startswith(_FRAME)]
        found += [
            each
            for before, each in zip(["", *sent], sent, strict=False)
            if not (each == before and each.startswith(_TRIGGERS))
        ]
        found += [
            "\t".join(each)
            for each in messages
            if each[0] == "F" and each[2].strip() in ("Sync", "Query")
        ]

    def cost(self, method: str, path: str, number: int | None = None) -> int:
        body = None if number is None else {"schema": record(number)}
        # What has just been used is not asked first whether it is alive.
        with self.registry.database.reading():
            pass
        with self.counting() as found:
            answer = self.http.open(path, method=method, json=body)
        assert answer.status_code == 200, answer.text
        return len(found)

    def close(self) -> None:
        event.remove(Pool, "connect", self._listen)
        self.registry.database.close()
        self._trace.close()


def record(number: int) -> str:
    fields = [
        {"name": f"f{each}", "type": "int", "default": 0} for each in range(number)
    ]
    return json.dumps({"type": "record", "name": "Placed", "fields": fields})


@pytest.fixture
def counted(database: str, tmp_path: Path) -> Iterator[Counted]:
    made = Counted(database, tmp_path)
    for number in range(3):
        made.cost("POST", "/subjects/s/versions", number)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("method", "path", "number", "statements", "trips"),
    [
        ("GET", "/schemas/ids/1", None, 2, 2),
        ("GET", "/subjects", None, 1, 1),
        ("GET", "/subjects/s/versions", None, 2, 2),
        ("GET", "/subjects/s/versions/latest", None, 1, 1),
        ("GET", "/subjects/s/versions/2/schema", None, 1, 1),
        ("GET", "/config/s?defaultToGlobal=true", None, 1, 1),
        ("POST", "/subjects/s", 2, 4, 4),
        ("POST", "/subjects/s/versions", 2, 2, 2),
        ("POST", "/subjects/s/versions", 9, 6, 3),
        ("POST", "/compatibility/subjects/s/versions", 9, 2, 2),
    ],
)
def test_what_a_request_costs(
    counted: Counted,
    method: str,
    path: str,
    number: int | None,
    statements: int,
    trips: int,
) -> None:
    limit = statements if counted.registry.database.sqlite else trips
    assert counted.cost(method, path, number) <= limit


@pytest.mark.parametrize(
    "path", ["/subjects/s/versions", "/compatibility/subjects/s/versions"]
)
def test_a_long_history_is_not_read(
    counted: Counted, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3, 30):
        counted.cost("POST", "/subjects/s/versions", number)
    loaded, load = [], versions.stored

    def look(row: Sequence[Any]) -> StoredSchema:
        loaded.append(row)
        return load(row)

    monkeypatch.setattr(versions, "stored", look)
    counted.cost("POST", path, 40)

    assert len(loaded) == 1


def test_the_newest_of_a_group_is_found_behind_others(counted: Counted) -> None:
    counted.http.put(
        "/config/g", json={"compatibilityGroup": "major", "compatibility": "BACKWARD"}
    )

    def register(text: str, group: int) -> int:
        body = {"schema": text, "metadata": {"properties": {"major": str(group)}}}
        return counted.http.post("/subjects/g/versions", json=body).status_code

    assert register('"int"', 1) == 200
    for number in range(60):
        assert register(record(number), 2) == 200

    assert register('"string"', 1) == 409
    assert register('"long"', 1) == 200
    assert register('"string"', 3) == 200
