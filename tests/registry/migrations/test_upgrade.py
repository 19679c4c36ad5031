"""Migrations bring an empty database to what the tables say, once, and politely."""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import httpx2 as httpx
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from registry.errors import NotMigrated, TooNew
from registry.migrations.online import add_index
from registry.store import migrations
from registry.store.engine import Database
from registry.store.tables import metadata
from tests.meta.tree import ROOT
from tests.running import Dovetail, running


def test_the_migrated_database_has_the_tables(database: str) -> None:
    opened = Database(database)
    migrations.upgrade(opened)

    with opened.reading() as db:
        context = MigrationContext.configure(db, opts={"compare_type": True})
        differences = compare_metadata(context, metadata)
        revision = migrations.current(db)
    opened.close()

    assert (differences, revision) == ([], migrations.head())


def test_ten_nodes_start_at_once(database: str, tmp_path: Path) -> None:
    def start(number: int) -> Dovetail:
        folder = tmp_path / str(number)
        folder.mkdir()
        node = running(database, folder, workers=1)
        return stack.enter_context(node)

    # The pool is the outer one: a node ends with the thread that started it.
    with ThreadPoolExecutor(10) as pool, ExitStack() as stack:
        nodes = list(pool.map(start, range(10)))
        ready = [httpx.get(f"{node.url}/health/ready").json() for node in nodes]
        outputs = [node.output() for node in nodes]

    assert ready == [{"status": "up", "revision": migrations.head()}] * 10
    assert sum("; applied 0001, " in each for each in outputs) == 1
    assert sum("applied" in each for each in outputs) == 1


def test_a_step_waits_for_a_lock_in_turns(postgres_url: str) -> None:
    opened = Database(postgres_url)
    migrations.upgrade(opened, to="0003")

    with ThreadPoolExecutor(1) as pool:
        with opened.writing() as db:
            db.execute(text("LOCK TABLE alembic_version IN SHARE MODE"))
            upgrading = pool.submit(migrations.upgrade, opened)
            time.sleep(2.5)  # longer than a step waits
            assert not upgrading.done()
        applied = upgrading.result(30)
    opened.close()

    assert applied[0] == "0004"


def test_an_index_is_built_while_others_write(postgres_url: str) -> None:
    opened = Database(postgres_url, timeout=60)
    migrations.upgrade(opened)

    def build() -> None:
        with opened.engine.connect() as db:
            context = MigrationContext.configure(
                db, opts={"transaction_per_migration": True}
            )
            with Operations.context(context), context.begin_transaction():
                add_index("ix_new", "modes", ["mode"])

    insert = text("INSERT INTO modes VALUES (:scope, 'IMPORT')")
    with ThreadPoolExecutor(1) as pool:
        with opened.writing() as before:
            before.execute(insert, {"scope": "before"})
            building = pool.submit(build)
            time.sleep(0.5)
            # The build waits for the transaction above; others must not.
            with opened.writing() as other:
                other.execute(text("SET LOCAL lock_timeout = 100"))
                other.execute(insert, {"scope": "meanwhile"})
            assert not building.done()
        building.result(30)
    build()  # again, as after an attempt that was cut short
    with opened.reading() as db:
        names = [each["name"] for each in inspect(db).get_indexes("modes")]
    opened.close()

    assert names == ["ix_new"]


def test_which_revisions_a_release_serves() -> None:
    assert migrations.require(migrations.head()) == migrations.head()
    assert migrations.require("9999") == "9999"
    with pytest.raises(NotMigrated, match="lacks tables"):
        migrations.require(None)
    with pytest.raises(NotMigrated, match="is at revision 0001"):
        migrations.require("0001")
    with pytest.raises(TooNew, match=r"at revision 1\.9999"):
        migrations.require("1.9999")


@pytest.mark.parametrize(
    ("revision", "answer"),
    [
        ("9999", (200, "up")),
        ("1.9999", (503, "The database is at revision 1.9999, which this")),
        ("0001", (503, "The database is at revision 0001; run 'dovetail db")),
    ],
)
def test_a_node_before_another_releases_database(
    fresh_dovetail: Dovetail, database: str, revision: str, answer: tuple[int, str]
) -> None:
    opened = Database(database)
    with opened.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = :r"), {"r": revision})
    opened.close()

    ready = httpx.get(f"{fresh_dovetail.url}/health/ready")

    said = ready.json().get("message", ready.json().get("status"))
    assert (ready.status_code, said[: len(answer[1])]) == answer


def test_a_newer_database_is_left_alone(database: str) -> None:
    opened = Database(database)
    migrations.upgrade(opened)
    with opened.writing() as db:
        db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    applied = migrations.upgrade(opened)

    with opened.reading() as db:
        assert (applied, migrations.current(db)) == ([], "9999")
    opened.close()


def test_the_steps_are_alembics_in_their_order() -> None:
    scripts = ScriptDirectory(str(ROOT / "migrations"))
    known = [each.revision for each in scripts.walk_revisions()]

    assert [*migrations.steps()] == known[::-1]
    assert migrations.head() == known[0]


def test_a_process_that_serves_does_not_load_the_tools_that_migrate() -> None:
    loaded = "import registry.asgi, sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], check=True, capture_output=True, text=True
    )
    names = {each.partition(".")[0] for each in done.stdout.split()}

    assert not names & {"alembic", "mako", "pygments", "grpc_tools", "google"}
    assert "sqlalchemy" in names
