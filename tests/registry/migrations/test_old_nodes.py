"""What an older release sends still works on the newest tables of its generation."""

from __future__ import annotations

from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import MetaData, Table, insert, select

from registry.store import migrations
from registry.store.engine import Database
from tests.meta.tree import ROOT


def _older() -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    known = ScriptDirectory.from_config(config).walk_revisions()
    now = migrations.generation(migrations.head())
    return sorted(
        each.revision
        for each in known
        if each.revision != migrations.head()
        and migrations.generation(each.revision) == now
    )


def _row(table: Table, number: int) -> dict[str, Any]:
    """Return a value for each column that the old release had to give one for."""
    values: dict[str, Any] = {}
    for column in table.columns:
        if column.nullable or column.server_default is not None:
            continue
        if column.foreign_keys:
            values[column.name] = 1
        elif column.type.python_type is str:
            values[column.name] = f"{table.name}-{number}"
        elif column.type.python_type is bytes:
            values[column.name] = b"%d" % number
        elif column.type.python_type is bool:
            values[column.name] = False
        else:
            values[column.name] = number
    return values


@pytest.mark.parametrize("revision", _older())
def test_an_old_node_reads_and_writes(database: str, revision: str) -> None:
    opened = Database(database)
    migrations.upgrade(opened, to=revision)
    old = MetaData()
    with opened.reading() as db:
        old.reflect(db)
    tables = [each for each in old.sorted_tables if each.name != "alembic_version"]

    migrations.upgrade(opened)
    with opened.writing() as db:
        for number in (1, 2):
            for table in tables:
                db.execute(insert(table).values(_row(table, number)))
    with opened.reading() as db:
        found = {each.name: len(db.execute(select(each)).all()) for each in tables}
    opened.close()

    # One row is there from the start in the table that counts.
    assert found == {each.name: 3 if each.name == "deletions" else 2 for each in tables}
