"""Transitive checks answer from a subject's history as they would pair by pair."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from compat import InvalidSchema, Level, Schema, check, format_named
from registry.service.compatibility import check_subject
from registry.service.deletion import delete_version, undelete_version
from registry.service.histories import Histories
from registry.service.names import SubjectName
from registry.service.register import register
from registry.service.requests import SchemaRequest
from registry.service.session import Registry
from registry.settings import Settings
from registry.store import migrations
from registry.store.values import VersionHead
from registry.store.versions import versions_of
from tests.fuzz.avro_histories import versions
from tests.fuzz.avro_schemas import Schemas

AVRO = format_named("AVRO")
ORDERS = SubjectName(".", "orders")


@pytest.fixture
def registry(database: str) -> Iterator[Registry]:
    settings = Settings(database_url=database, default_level="FULL_TRANSITIVE")
    made = Registry(settings)
    migrations.upgrade(made.database)
    yield made
    made.database.close()


def text(*names: str, kind: str = "int") -> str:
    default = "" if kind == "string" else 0
    fields = [{"name": name, "type": kind, "default": default} for name in names]
    return json.dumps({"type": "record", "name": "Placed", "fields": fields})


def ask(registry: Registry, schema: str, subject: SubjectName = ORDERS) -> Any:
    """Return what the registry answers, and what pairs of the live versions give."""
    request = SchemaRequest(text=schema)
    with registry.reading() as session:
        outcome = check_subject(session, subject, request, normalize=None)
        live = versions_of(session.db, subject.qualified)
        old = [(v.number, AVRO.parse(v.schema.text, strict=False)) for v in live]
    pairwise = check(AVRO, AVRO.parse(schema), old, Level.FULL_TRANSITIVE)
    return outcome.report.to_json(), pairwise.to_json()


@pytest.mark.parametrize("seed", range(3))
def test_reports_stay_those_of_all_live_pairs(registry: Registry, seed: int) -> None:
    schemas = Schemas(seed)
    seen: list[str] = []
    for version in versions(schemas, 12):
        try:
            AVRO.parse(version.text)
        except InvalidSchema:
            continue  # what a registry refuses anyway
        found, expected = ask(registry, version.text) if seen else ({}, {})
        assert found == expected
        register(registry, ORDERS, SchemaRequest(text=version.text), force=True)
        seen.append(version.text)
        number = schemas.random.randint(1, len(set(seen)))

        def toggle(session: Any, number: int = number) -> None:
            live = [v.number for v in versions_of(session.db, ORDERS.qualified)]
            if number in live and len(live) > 1:
                delete_version(session, ORDERS, number, permanent=False)
            elif number not in live:
                undelete_version(session, ORDERS, number)

        registry.write(toggle)
    assert len(seen) > 6


def test_a_deleted_version_no_longer_counts_and_counts_again(
    registry: Registry,
) -> None:
    register(registry, ORDERS, SchemaRequest(text=text("a", kind="string")), force=True)
    register(registry, ORDERS, SchemaRequest(text=text("a")), force=True)
    new = text("a", "b")
    before = ask(registry, new)
    registry.write(lambda s: delete_version(s, ORDERS, 1, permanent=False))
    without = ask(registry, new)
    registry.write(lambda s: undelete_version(s, ORDERS, 1))

    assert without[0] == without[1]
    assert without[0]["verdict"] == "compatible"
    assert before[0]["verdict"] == "incompatible"
    assert before[0] == before[1] == ask(registry, new)[0]


def test_contexts_have_histories_of_their_own(registry: Registry) -> None:
    other = SubjectName("shop", "orders")
    register(registry, ORDERS, SchemaRequest(text=text("a")))
    register(registry, other, SchemaRequest(text=text("a", kind="string")), force=True)

    verdicts = [
        ask(registry, text("a", "b"), subject)[0]["verdict"]
        for subject in (ORDERS, other)
    ]

    assert verdicts == ["compatible", "incompatible"]


def test_checks_and_registrations_at_once_agree(registry: Registry) -> None:
    register(registry, ORDERS, SchemaRequest(text=text("f0")))

    def work(number: int) -> tuple[Any, Any]:
        schema = text("f0", f"f{number}")
        register(registry, ORDERS, SchemaRequest(text=schema))
        good = ask(registry, text("f0", "new"))[0]["verdict"]
        return good, ask(registry, text("f0", kind="long"))[0]["verdict"]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(work, range(1, 25)))

    assert answers == [("compatible", "incompatible")] * 24


def heads(keys: Iterable[int]) -> list[VersionHead]:
    return [VersionHead(each, each, "AVRO", 100) for each in keys]


class Parsing:
    """Parses rows, and notes which."""

    def __init__(self, rows: Mapping[int, str]) -> None:
        self._texts = rows
        self.rows: list[int] = []

    def __call__(self, keys: Sequence[int]) -> Iterator[tuple[int, Schema]]:
        for key in keys:
            self.rows.append(key)
            yield key, AVRO.parse(self._texts[key])


def test_a_warm_history_parses_only_what_was_added() -> None:
    keys = range(1, 30)
    parse = Parsing({each: text(f"f{each}") for each in keys})
    histories = Histories(1000)
    histories.of("orders", "AVRO", heads(keys[:28]), parse)
    parse.rows.clear()

    histories.of("orders", "AVRO", heads(keys), parse)
    histories.of("orders", "AVRO", heads(keys[3:9]), parse)

    assert parse.rows == [29]


def held(histories: Histories, subjects: Sequence[str]) -> list[str]:
    keys = range(1, 5)
    parse, warm = Parsing({each: text(f"f{each}") for each in keys}), []
    for subject in subjects:
        parse.rows.clear()
        histories.of(subject, "AVRO", heads(keys), parse)
        warm += [] if parse.rows else [subject]
    return warm


def test_the_histories_used_last_are_kept() -> None:
    assert held(Histories(8), ["a", "b", "a", "c", "a", "b"]) == ["a", "a"]


def test_a_history_of_versions_long_gone_is_made_anew() -> None:
    keys = range(1, 200)
    histories, parse = Histories(10_000), Parsing(dict.fromkeys(keys, text("a")))
    histories.of("orders", "AVRO", heads(keys), parse)
    parse.rows.clear()

    histories.of("orders", "AVRO", heads(keys[-1:]), parse)

    assert parse.rows == [199]


def test_texts_that_are_too_long_together_make_no_history() -> None:
    parse = Parsing({})
    long = [VersionHead(each, each, "AVRO", 60_000_000) for each in (1, 2)]

    assert Histories(10).of("orders", "AVRO", long, parse) is None
    assert parse.rows == []


def test_a_format_without_histories_has_none() -> None:
    assert Histories(10).of("orders", "JSON", [], Parsing({})) is None
