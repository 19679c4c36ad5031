"""50,000 random requests against the server and the model, on SQLite.

Run it as ``python -m tests.api.long_state_machine [HISTORIES]``: 1,000 histories of
50 requests unless told otherwise. It ends with the first that differs, made short.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from registry.store.engine import Database
from registry.store.migrations import upgrade
from tests.api.serving import Api, application, close
from tests.api.state_machine import machine

__all__ = ["main"]


def main(histories: int = 1000) -> None:
    """Run that many histories."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/dovetail.db"
        database = Database(url)
        upgrade(database)
        database.close()
        template = Path(folder, "dovetail.db").read_bytes()
        serving = []

        def start() -> Api:
            while serving:
                close(serving.pop())
            file = Path(folder, "history.db")
            for each in Path(folder).glob("history.db*"):
                each.unlink()
            file.write_bytes(template)
            serving.append(application(f"sqlite:///{file}"))
            return Api(serving[-1])

        bounds = settings(
            max_examples=histories,
            stateful_step_count=50,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(machine(start), settings=bounds)
        while serving:
            close(serving.pop())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
