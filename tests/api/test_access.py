"""A request gives its connection back, however it ends."""

from __future__ import annotations

import pytest
from sqlalchemy.pool import QueuePool
from werkzeug.test import Client

from registry.api import create_app
from registry.service.session import Registry
from registry.settings import Settings
from registry.store.migrations import upgrade

SCHEMA = {"schema": '"int"'}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/subjects/s/versions/latest", 200),
        ("GET", "/subjects/alias/versions/latest", 200),
        ("HEAD", "/subjects/s/versions/1/schema", 200),
        ("GET", "/subjects/s/versions/none", 422),
        ("GET", "/subjects/s/versions?offset=x", 404),
        ("GET", "/subjects/none/versions/latest", 404),
        ("GET", "/subjects/s/versions/latest/none", 404),
        ("DELETE", "/subjects/s/versions/9", 404),
        ("POST", "/subjects/s/versions", 200),
    ],
)
def test_no_connection_is_kept(
    database: str, method: str, path: str, status: int
) -> None:
    registry = Registry(Settings(database_url=database))
    upgrade(registry.database)
    client = Client(create_app(registry))
    client.post("/subjects/s/versions", json=SCHEMA)
    client.put("/config/alias", json={"alias": "s"})
    pool = registry.database.engine.pool
    assert isinstance(pool, QueuePool)
    body = SCHEMA if method == "POST" else None

    # More than the pool has.
    found = {
        client.open(path, method=method, json=body).status_code
        for _ in range(pool.size() + 2)
    }

    assert (found, pool.checkedout()) == ({status}, 0)
    registry.database.close()
