"""Owning a subject and referring to it, or deleting it, at the same moment."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from flask import Flask

from registry.api import create_app
from registry.service.session import Registry
from registry.settings import Settings
from registry.store import migrations

ROUNDS = 12
ORDER = '{"type":"record","name":"Order","fields":[{"name":"id","type":"long"}]}'


@pytest.fixture
def app(database: str) -> Iterator[Flask]:
    registry = Registry(Settings(database_url=database))
    migrations.upgrade(registry.database)
    yield create_app(registry)
    registry.database.close()


def own(app: Flask, i: int, *, subject: str = "", lifecycle: str = "STRONG") -> int:
    made = {"subject": subject or f"s{i}", "lifecycle": lifecycle}
    topic = {"resourceName": f"o{i}", "resourceNamespace": "c", "resourceId": f"t{i}"}
    return (
        app.test_client()
        .post("/associations", json={**topic, "associations": [made]})
        .status_code
    )


def refer(app: Flask, i: int) -> int:
    reference = {"name": "Order", "subject": f"s{i}", "version": 1}
    body = {"schema": '{"type":"array","items":"Order"}', "references": [reference]}
    return app.test_client().post(f"/subjects/r{i}/versions", json=body).status_code


def delete(app: Flask, i: int) -> int:
    return app.test_client().delete(f"/subjects/s{i}").status_code


def at_once(calls: list[Callable[[], int]]) -> list[int]:
    barrier = Barrier(len(calls))

    def run(call: Callable[[], int]) -> int:
        barrier.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


# A subject without versions can still be owned, but not shared.
@pytest.mark.parametrize(("other", "lifecycle"), [(refer, "STRONG"), (delete, "WEAK")])
def test_one_of_the_two_wins(
    app: Flask, other: Callable[[Flask, int], int], lifecycle: str
) -> None:
    for i in range(ROUNDS):
        app.test_client().post(f"/subjects/s{i}/versions", json={"schema": ORDER})
        answers = at_once(
            [
                lambda i=i: own(app, i, lifecycle=lifecycle),
                lambda i=i: other(app, i),
            ]
        )
        assert sorted(each == 200 for each in answers) == [False, True], answers
        assert max(answers) in (409, 422), answers


def test_one_topic_with_two_subjects(app: Flask) -> None:
    for name in ("a", "b"):
        app.test_client().post(f"/subjects/{name}/versions", json={"schema": ORDER})
    for i in range(ROUNDS):
        answers = at_once(
            [
                lambda i=i: own(app, i, subject="a"),
                lambda i=i: own(app, i, subject="b"),
            ]
        )
        assert sorted(answers) == [200, 409]
        path = f"/associations/resources/t{i}"
        assert len(app.test_client().get(path).get_json()) == 1
        app.test_client().delete(path)


def test_two_topics_with_one_subject_that_is_not_there(app: Flask) -> None:
    for i in range(0, 2 * ROUNDS, 2):
        answers = at_once(
            [
                lambda i=i: own(app, i, subject=f"new{i}"),
                lambda i=i: own(app, i + 1, subject=f"new{i}"),
            ]
        )
        assert sorted(answers) == [200, 409]
        found = app.test_client().get(f"/associations/subjects/new{i}").get_json()
        assert len(found) == 1
