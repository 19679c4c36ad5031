"""Dear verdicts outlive the process that found them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from compat import Level, format_named
from compat import check as compare
from registry.service.session import Registry
from registry.settings import Settings
from registry.store import migrations
from registry.store.tables import verdicts


@pytest.fixture
def registry(database: str) -> Iterator[Registry]:
    made = Registry(Settings(database_url=database))
    migrations.upgrade(made.database)
    yield made
    made.database.close()


def kept(registry: Registry) -> int:
    with registry.reading() as session:
        return len(session.db.execute(verdicts.select()).all())


def wide(longer: int) -> str:
    properties = {
        f"field{i}": {"type": "string", "maxLength": i + longer} for i in range(1000)
    }
    return json.dumps({"type": "object", "properties": properties})


def ask(registry: Registry, new: str, old: str) -> str:
    json_schema = format_named("JSON")
    with registry.reading() as session:
        report = compare(
            json_schema,
            json_schema.parse(new),
            [(1, json_schema.parse(old))],
            Level.BACKWARD,
            cache=session.verdicts,
        )
    return json.dumps(report.to_json())


def test_a_dear_verdict_is_kept_and_the_same_for_another_node(
    registry: Registry, database: str
) -> None:
    old, new = wide(0), wide(1)
    other = Registry(Settings(database_url=database))

    first = ask(registry, new, old)
    rows = kept(registry)
    again = ask(other, new, old)
    other.database.close()

    assert rows > 0
    assert kept(registry) == rows
    assert again == first


def test_a_cheap_verdict_is_not_written(registry: Registry) -> None:
    ask(registry, '{"type": "string"}', '{"type": "number"}')

    assert kept(registry) == 0
