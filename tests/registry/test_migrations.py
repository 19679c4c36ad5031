"""Migrations bring an empty database to what the tables say, once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from registry.store import migrations
from registry.store.engine import Database
from registry.store.tables import metadata


def test_the_migrated_database_has_the_tables(database: str) -> None:
    opened = Database(database)
    migrations.upgrade(opened)

    with opened.reading() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
        revision = migrations.current(db)
    opened.close()

    assert (differences, revision) == ([], migrations.head())


def test_ten_nodes_start_at_once(database: str) -> None:
    def start(_: int) -> str | None:
        opened = Database(database)
        migrations.upgrade(opened)
        with opened.reading() as db:
            revision = migrations.current(db)
        opened.close()
        return revision

    with ThreadPoolExecutor(10) as pool:
        assert list(pool.map(start, range(10))) == [migrations.head()] * 10
