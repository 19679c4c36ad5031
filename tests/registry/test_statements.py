"""How many SQL statements a request costs, and that a long history adds none."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from registry.api import create_app
from registry.service.session import Registry
from registry.settings import Settings
from registry.store.migrations import upgrade


class Counted:
    """A registry, and the statements that it sent to its database."""

    def __init__(self, database: str) -> None:
        self.registry = Registry(Settings(database_url=database))
        upgrade(self.registry.database)
        self.http: FlaskClient = create_app(self.registry).test_client()
        self.sent: list[str] = []
        event.listen(
            self.registry.database.engine,
            "before_cursor_execute",
            lambda _c, _k, statement, *_: self.sent.append(statement),
        )

    @contextmanager
    def counting(self) -> Iterator[list[str]]:
        self.sent.clear()
        found: list[str] = []
        yield found
        found += [each for each in self.sent if not each.startswith("BEGIN")]

    def cost(self, method: str, path: str, number: int | None = None) -> int:
        body = None if number is None else {"schema": record(number)}
        with self.counting() as found:
            answer = self.http.open(path, method=method, json=body)
        assert answer.status_code == 200, answer.text
        return len(found)


def record(number: int) -> str:
    fields = [
        {"name": f"f{each}", "type": "int", "default": 0} for each in range(number)
    ]
    return json.dumps({"type": "record", "name": "Placed", "fields": fields})


@pytest.fixture
def counted(database: str) -> Iterator[Counted]:
    made = Counted(database)
    for number in range(3):
        made.cost("POST", "/subjects/s/versions", number)
    yield made
    made.registry.database.close()


@pytest.mark.parametrize(
    ("method", "path", "number", "statements"),
    [
        ("GET", "/schemas/ids/1", None, 2),
        ("GET", "/subjects", None, 1),
        ("GET", "/subjects/s/versions", None, 2),
        ("GET", "/subjects/s/versions/latest", None, 2),
        ("GET", "/config/s?defaultToGlobal=true", None, 1),
        ("POST", "/subjects/s", 2, 4),
        ("POST", "/subjects/s/versions", 2, 5),
        ("POST", "/subjects/s/versions", 9, 21),
        ("POST", "/compatibility/subjects/s/versions", 9, 3),
    ],
)
def test_what_a_request_costs(
    counted: Counted, method: str, path: str, number: int | None, statements: int
) -> None:
    assert counted.cost(method, path, number) <= statements, counted.sent


@pytest.mark.parametrize(
    "path", ["/subjects/s/versions", "/compatibility/subjects/s/versions"]
)
def test_a_long_history_is_not_read(counted: Counted, path: str) -> None:
    for number in range(3, 30):
        counted.cost("POST", "/subjects/s/versions", number)
    loaded = []

    def look(_connection: object, cursor: object, statement: str, *_: object) -> None:
        if "schemas.text" in statement and "LIMIT" not in statement:
            loaded.append(statement)

    event.listen(counted.registry.database.engine, "before_cursor_execute", look)
    counted.cost("POST", path, 40)

    # By a unique key, each: none reads the versions of a subject.
    assert [each for each in loaded if "ORDER BY versions.number" in each] == []


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
