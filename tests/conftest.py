"""The fixtures that every test may ask for. `tests/README.md` describes them."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path

import pytest

from tests.broker import Broker, broker_server
from tests.postgres import Postgres, postgres_server
from tests.running import Dovetail, running


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the log of each running Dovetail that a failed test used."""
    report = yield
    if report.failed:
        for name, value in getattr(item, "funcargs", {}).items():
            if isinstance(value, Dovetail):
                report.sections.append((f"Log of {name}", value.output()[-20_000:]))
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, one for each pytest worker."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def postgres_url(postgres: Postgres) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    with postgres.database() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database: the test runs once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/dovetail.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Broker]:
    """A Kafka broker that tests share: name topics and groups so that they differ."""
    with broker_server(tmp_path_factory.mktemp("broker")) as shared:
        yield shared


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    """A Kafka broker for one test, which may kill and restart it."""
    folder = tmp_path / "broker"
    folder.mkdir()
    with broker_server(folder) as own:
        yield own


@pytest.fixture(scope="session")
def dovetail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dovetail]:
    """A running Dovetail on SQLite that tests share: use subjects of your own.

    Leave global state (`/config`, `/mode`) as it was.
    """
    folder = tmp_path_factory.mktemp("dovetail")
    with running(f"sqlite:///{folder}/dovetail.db", folder) as shared:
        yield shared


@pytest.fixture
def fresh_dovetail(database: str, tmp_path: Path) -> Iterator[Dovetail]:
    """An empty running Dovetail for one test, once for each kind of database."""
    folder = tmp_path / "dovetail"
    folder.mkdir()
    with running(database, folder) as fresh:
        yield fresh
