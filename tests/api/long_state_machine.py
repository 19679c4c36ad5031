"""50,000 random requests against the server and the model, on either database.

Run it as ``python -m tests.api.long_state_machine [sqlite|postgresql] [HISTORIES]``:
1,000 histories of 50 requests on SQLite unless told otherwise. It ends with the first
that differs, made short.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test
from sqlalchemy import make_url

from registry.store.engine import Database
from registry.store.migrations import upgrade
from tests.api.serving import Api, application, close
from tests.api.state_machine import machine
from tests.postgres import postgres_server

__all__ = ["main"]

STEPS = 50


def main(database: str = "sqlite", histories: str = "1000") -> None:
    """Run that many histories, each in an empty database."""
    kinds = {"sqlite": _sqlite, "postgresql": _postgresql}
    bounds = settings(
        max_examples=int(histories),
        stateful_step_count=STEPS,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    with kinds[database]() as empty:
        serving = []

        def start() -> Api:
            while serving:
                close(serving.pop())
            serving.append(application(empty()))
            return Api(serving[-1])

        run_state_machine_as_test(machine(start), settings=bounds)
        while serving:
            close(serving.pop())
    ran = f"{histories} histories of up to {STEPS} requests on {database}"
    print(f"{ran}: all as the model says")  # noqa: T201


@contextmanager
def _sqlite() -> Iterator[Callable[[], str]]:
    """Give a function that returns the URL of an empty database, always the same."""
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "template.db")
        _migrate(f"sqlite:///{template}")

        def empty() -> str:
            for each in Path(folder).glob("history.db*"):
                each.unlink()
            file = Path(folder, "history.db")
            file.write_bytes(template.read_bytes())
            return f"sqlite:///{file}"

        yield empty


@contextmanager
def _postgresql() -> Iterator[Callable[[], str]]:
    """Give a function that returns the URL of an empty database, each time another."""
    with postgres_server() as server:
        made = [server.create()]
        _migrate(made[0])
        template = make_url(made[0]).database

        def empty() -> str:
            while len(made) > 1:
                server.drop(made.pop())
            made.append(server.create(template=template))
            return made[-1]

        yield empty


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
