"""Every statement of a hot path finds its rows by an index, on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from sqlalchemy import Connection

from benchmarks import stock
from registry import store
from registry.store import subject_pages
from registry.store.engine import Database
from registry.store.statement import Statement
from registry.store.subject_pages import Listed
from registry.store.subjects import Scope

SUBJECTS = 300
PARAMETERS: dict[str, Any] = {
    **{"name": stock.subject_name(7), "subject": stock.subject_name(7)},
    **{"subject_id": 8, "context_id": 1, "context": ".", "id": 71, "key": 71},
    **{"number": 3, "revision": 10, "schema_key": 71, "created_at": 1},
    **{"digest": "d", "likeness": "l", "guid": "g", "type": "AVRO", "text": "t"},
    **{"refs": None, "metadata": None, "rule_set": None, "scope": "stocked-000007"},
    **{f"scope_{each}": f"stocked-00000{each}" for each in range(3)},
    **{f"config_{each}": None for each in range(3)},
    **{"first": stock.subject_name(9), "offset": 3, "limit": 5, "before": 600},
    **{f"mode_{each}": None for each in range(3)},
}
# The one table that stays small: it has a row for each context.
SMALL = {"contexts"}


def statements() -> Iterator[tuple[str, Statement]]:
    for module in iter_modules(store.__path__):
        found = import_module(f"{store.__name__}.{module.name}")
        for name, value in vars(found).items():
            if isinstance(value, Statement):
                yield f"{module.name}.{name}", value


@pytest.fixture
def full(database: str) -> Iterator[Connection]:
    stock.fill(database, SUBJECTS)
    made = Database(database)
    with made.writing() as db:
        for each in range(1000):
            scope = stock.subject_name(each)
            db.exec_driver_sql(f"INSERT INTO configs VALUES ('{scope}', '{{}}')")
            db.exec_driver_sql(f"INSERT INTO modes VALUES ('{scope}', 'READWRITE')")
        db.exec_driver_sql("ANALYZE")
        yield db
    made.close()


def test_no_table_is_read_whole(full: Connection) -> None:
    asked = dict(statements())
    if full.dialect.name == "sqlite":
        # Nothing is added within a query there.
        del asked["next_version._ADD_AT_ONCE"]
    else:
        # It would read tables of a few pages whole, however good an index is.
        full.exec_driver_sql("SET LOCAL enable_seqscan = off")
    whole = {name: _whole(_plan(full, each)) for name, each in asked.items()}

    assert len(whole) > 10
    assert {name: found for name, found in whole.items() if found} == {}


@pytest.mark.parametrize(
    ("statement", "index"),
    [
        ("versions._FIND_LIKE", "ix_schemas_likeness"),
        ("versions._FIND_LIKE_OR_LATEST", "ix_schemas_likeness"),
        ("schemas._FIND_BY_DIGEST", "ix_schemas_context_id_digest"),
        ("next_version._ALLOT_IF_HELD", "ix_schemas_context_id_digest"),
        ("versions._DELETED_WITH", "ix_versions_schema_key"),
    ],
)
def test_the_index_that_keeps_it_flat(
    full: Connection, statement: str, index: str
) -> None:
    assert index in "\n".join(_plan(full, dict(statements())[statement]))


@pytest.mark.parametrize("made", [subject_pages._page, subject_pages._places])
@pytest.mark.parametrize("prefix", ["", "stocked-"])
def test_a_page_of_subjects_begins_at_a_name(
    full: Connection, made: Callable[[Listed], Statement], prefix: str
) -> None:
    plan = "\n".join(_plan(full, made(Listed(Scope(prefix, default_only=True)))))

    if full.dialect.name == "sqlite":
        before = " AND name<?" if prefix else ""
        wanted = f"USING INDEX sqlite_autoindex_subjects_1 (name>?{before})"
        assert plan.count(wanted) == (1 if made is subject_pages._page else 2)
    else:  # it does not show the part that is repeated
        assert '"Index Name": "uq_subjects_name"' in plan
        assert '"Relation Name": "subjects"' in plan
        assert plan.count('"Seq Scan"') == 1  # of the contexts


def _plan(db: Connection, statement: Statement) -> list[str]:
    """Return the lines of the plan."""
    given = statement.parameters(db, PARAMETERS)
    driver: Any = db.connection.driver_connection
    if db.dialect.name == "sqlite":
        text = f"EXPLAIN QUERY PLAN {statement.text(db)}"
        return [row[3] for row in driver.execute(text, given)]
    text = f"EXPLAIN (FORMAT JSON) {statement.text(db)}"
    (found,) = driver.execute(text, given).fetchone()
    return [json.dumps(each) for each in _nodes(found[0]["Plan"])]


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield {key: value for key, value in plan.items() if key != "Plans"}
    for each in plan.get("Plans", ()):
        yield from _nodes(each)


def _whole(plan: list[str]) -> list[str]:
    """Return the lines that read a table from end to end."""
    found = []
    for line in plan:
        if line.startswith("{"):
            node = json.loads(line)
            whole, table = node["Node Type"] == "Seq Scan", node.get("Relation Name")
        else:
            words = line.split()
            whole, table = words[0] == "SCAN" and "USING" not in words, words[1]
        if whole and table not in SMALL and table != "CONSTANT":
            found.append(line)
    return found
