"""The server and the model give the same answers: 2,000 requests on each database.

`python -m tests.api.long_state_machine [sqlite|postgresql]` runs 50,000, at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.api.serving import Api, application, close
from tests.api.state_machine import machine
from tests.postgres import Postgres

BOUNDS = settings(
    max_examples=40,
    stateful_step_count=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(params=["sqlite", "postgresql"])
def start(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[Callable[[], Api]]:
    """A function that serves an empty database, another one each time."""
    apps = []

    def empty() -> str:
        if request.param == "sqlite":
            template: Path = request.getfixturevalue("sqlite_template")
            file = tmp_path / f"{len(apps)}.db"
            file.write_bytes(template.read_bytes())
            return f"sqlite:///{file}"
        postgres: Postgres = request.getfixturevalue("postgres")
        return postgres.create(template=request.getfixturevalue("postgres_template"))

    def serve() -> Api:
        if apps:
            close(apps[-1])
        apps.append(application(empty()))
        return Api(apps[-1])

    yield serve
    close(apps[-1])


@pytest.mark.slow
def test_random_histories(start: Callable[[], Api]) -> None:
    run_state_machine_as_test(machine(start), settings=BOUNDS)
