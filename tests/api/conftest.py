"""An application for each test of the API, on each kind of database."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from registry.store.engine import Database
from registry.store.migrations import upgrade
from tests.api.serving import Api, application, close
from tests.api.stock import stock
from tests.postgres import Postgres


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite database without rows, to be copied."""
    file = tmp_path_factory.mktemp("template") / "dovetail.db"
    _migrate(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def stocked_sqlite(sqlite_template: Path) -> Path:
    """A SQLite database with a subject of each state, to be copied."""
    file = sqlite_template.with_name("stocked.db")
    shutil.copyfile(sqlite_template, file)
    _stock(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def postgres_template(postgres: Postgres) -> str:
    """The name of a migrated PostgreSQL database without rows, to be copied."""
    url = postgres.create()
    _migrate(url)
    name = make_url(url).database
    assert name is not None
    return name


@pytest.fixture(scope="session")
def stocked_postgres(postgres: Postgres, postgres_template: str) -> str:
    """The name of a PostgreSQL database with a subject of each state, to be copied."""
    url = postgres.create(template=postgres_template)
    _stock(url)
    name = make_url(url).database
    assert name is not None
    return name


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a migrated database without rows: the test runs once for each kind."""
    with _copy(request, tmp_path, "sqlite_template", "postgres_template") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def stocked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Api]:
    """A registry with a subject of each state, on each kind of database."""
    with _copy(request, tmp_path, "stocked_sqlite", "stocked_postgres") as url:
        app = application(url)
        yield Api(app)
        close(app)


@pytest.fixture
def serve(database: str) -> Iterator[Callable[..., Api]]:
    """A function that serves the database, with settings of the test's own."""
    apps = []

    def start(**settings: Any) -> Api:
        app = application(**{"database": database, **settings})
        apps.append(app)
        return Api(app)

    yield start
    for app in apps:
        close(app)


@pytest.fixture
def api(serve: Callable[..., Api]) -> Api:
    """An empty registry with the default settings."""
    return serve()


@contextmanager
def _copy(
    request: pytest.FixtureRequest, folder: Path, sqlite: str, postgres: str
) -> Iterator[str]:
    if request.param == "sqlite":
        file = folder / "dovetail.db"
        shutil.copyfile(request.getfixturevalue(sqlite), file)
        yield f"sqlite:///{file}"
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database(template=request.getfixturevalue(postgres)) as url:
        yield url


def _stock(url: str) -> None:
    app = application(url)
    stock(Api(app))
    close(app)


def _migrate(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()
