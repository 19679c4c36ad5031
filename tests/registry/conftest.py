"""The application over an empty database of each kind, called in this process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from werkzeug.test import Client

from registry.api import create_app
from registry.service.session import Registry
from registry.settings import Settings
from registry.store import migrations


@pytest.fixture
def api(database: str) -> Iterator[Client]:
    """A client of an empty registry, once for each kind of database."""
    registry = Registry(Settings(database_url=database))
    migrations.upgrade(registry.database)
    yield create_app(registry).test_client()
    registry.database.close()
