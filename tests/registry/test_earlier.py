"""A transitive check reads the texts that it has to compare, and no others."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

from compat import Level, check, format_named
from registry.errors import StoreUnavailable
from registry.service.compatibility import Outcome, check_subject, check_version
from registry.service.earlier import Earlier
from registry.service.names import SubjectName
from registry.service.register import register
from registry.service.requests import SchemaRequest
from registry.service.session import Registry
from registry.settings import Settings
from registry.store import migrations, schemas, versions
from registry.store.values import StoredSchema, VersionHead
from registry.store.versions import versions_of

S = SubjectName(".", "s")
LONG = 120

Start = Callable[..., Registry]


@pytest.fixture
def start(database: str) -> Iterator[Start]:
    """Make registries over one database, as nodes that have kept nothing yet."""
    started = []

    def made(**settings: Any) -> Registry:
        level = {"default_level": "BACKWARD_TRANSITIVE", **settings}
        started.append(Registry(Settings(database_url=database, **level)))
        migrations.upgrade(started[-1].database)
        return started[-1]

    yield made
    for each in started:
        each.database.close()


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The keys of the schemas whose rows are read, one for each time."""
    keys: list[int] = []
    load = schemas.stored

    def look(row: Sequence[Any]) -> StoredSchema:
        keys.append(row[0])
        return load(row)

    monkeypatch.setattr(schemas, "stored", look)
    monkeypatch.setattr(versions, "stored", look)
    return keys


@contextmanager
def reading(read: list[int]) -> Iterator[list[int]]:
    """Give the keys that are read within."""
    found: list[int] = []
    before = len(read)
    yield found
    found += read[before:]


def avro(*fields: str, kind: str = "int") -> SchemaRequest:
    default = 0 if kind == "int" else ""
    listed = [{"name": each, "type": kind, "default": default} for each in fields]
    return SchemaRequest(
        text=json.dumps({"type": "record", "name": "R", "fields": listed})
    )


def proto(*fields: str) -> SchemaRequest:
    lines = [f"  int32 {each} = {number};" for number, each in enumerate(fields, 1)]
    text = "\n".join(['syntax = "proto3";', "message R {", *lines, "}"])
    return SchemaRequest(type="PROTOBUF", text=text)


def document(most: int) -> SchemaRequest:
    return SchemaRequest(
        type="JSON", text=json.dumps({"type": "string", "maxLength": most})
    )


def ask(registry: Registry, request: SchemaRequest) -> Outcome:
    with registry.reading() as session:
        return check_subject(session, S, request, normalize=None)


def pairwise(registry: Registry, request: SchemaRequest) -> Any:
    """Return the report of all live versions, each parsed from its text."""
    format = format_named(request.type)
    with registry.reading() as session:
        live = versions_of(session.db, S.qualified)
    old = [(each.number, format.parse(each.schema.text)) for each in live]
    new = format.parse(request.text)
    return check(format, new, old, Level.BACKWARD_TRANSITIVE).to_json()


@pytest.mark.parametrize("record", [avro, proto])
def test_a_warm_history_reads_no_text(
    start: Start, read: list[int], record: Callable[..., SchemaRequest]
) -> None:
    registry = start()
    names = [f"f{each}" for each in range(LONG)]
    for each in range(1, LONG):
        register(registry, S, record(*names[:each]))

    with reading(read) as cold:
        other = start()
        fine = ask(other, record(*names))
    with reading(read) as warm:
        again = ask(other, record(*names, "g"))
    register(registry, S, record(*names))
    with reading(read) as one_more:
        ask(other, record(*names, "h"))

    assert (fine.blocks, again.blocks) == (False, False)
    assert sorted(set(cold)) == list(range(1, LONG))
    # The history takes them all, and the newest is read again as the newest.
    assert len(cold) <= LONG
    assert warm == []
    assert one_more == [LONG]


def test_a_check_against_one_version_leaves_the_history(
    start: Start, read: list[int]
) -> None:
    registry = start()
    for each in range(LONG):
        register(registry, S, avro(f"f{each}"))
    ask(registry, avro("x"))
    with registry.reading() as session:
        check_version(session, S, 5, avro("y"), normalize=None)
    with reading(read) as warm:
        ask(registry, avro("z"))

    assert warm == []


def test_a_refusal_reads_the_texts_that_it_shows(start: Start, read: list[int]) -> None:
    registry = start(default_level="NONE")
    for each in range(LONG):
        kind = "string" if each in (7, 70) else "int"
        register(registry, S, avro(f"f{each}", "x", kind=kind))
    other = start()
    ask(other, avro("y"))
    with reading(read) as refused:
        outcome = ask(other, avro("x"))

    assert {each.version for each in outcome.report.findings} == {8, 71}
    assert "{oldSchemaVersion: 8}" in outcome.messages
    assert set(refused) == {8, 71}
    assert outcome.report.to_json() == pairwise(registry, avro("x"))


@pytest.mark.parametrize(
    ("kept", "rows"),
    [
        pytest.param(1000, 0, id="all are kept"),
        pytest.param(10, 1, id="the fingerprints are kept"),
        pytest.param(2, LONG, id="little is kept"),
    ],
)
def test_a_format_without_histories_compares_each(
    start: Start, read: list[int], kept: int, rows: int
) -> None:
    registry = start(parsed_cache_size=kept)
    for each in range(LONG):
        register(registry, S, document(each + 1), force=True)

    first = ask(registry, document(LONG + 1))
    with reading(read) as warm:
        wide = ask(registry, document(LONG + 2))
    narrow = ask(registry, document(100))

    assert (first.blocks, wide.blocks) == (False, False)
    assert narrow.report.to_json() == pairwise(registry, document(100))
    assert len(warm) == len(set(warm)) == rows


def test_a_version_that_is_purged_meanwhile(start: Start) -> None:
    registry = start()
    register(registry, S, avro("a"))
    heads = [VersionHead(1, 1, "AVRO", 9), VersionHead(2, 99, "AVRO", 9)]
    with registry.reading() as session:
        gone = Earlier(session, "s", heads)
        with pytest.raises(StoreUnavailable):
            list(gone.parsed([1, 99]))
        with pytest.raises(StoreUnavailable):
            list(gone.rows())
