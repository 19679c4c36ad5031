"""Subjects with histories, put straight into the tables, for other benchmarks."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import psycopg
from sqlalchemy import make_url

from registry.service.candidate import read_candidate
from registry.service.identity import digest, guid, likeness
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest
from registry.service.session import Registry
from registry.settings import Settings
from registry.store.migrations import upgrade

__all__ = ["VERSIONS", "fill", "schema_text", "subject_name"]

VERSIONS = 10
"""How many each subject starts with."""

_CREATED_AT = 1_700_000_000_000
_NAMED = "shop.Placed"

_TABLES = {
    "contexts": "id, name, last_schema_id",
    "subjects": "id, context_id, name, bare_name, revision, live, latest",
    "schemas": ("key, context_id, id, guid, digest, likeness, type, text, created_at"),
    "versions": "subject_id, number, schema_key, deleted, created_at",
}


def subject_name(number: int) -> str:
    """Return the name of a subject, counted from 0."""
    return f"stocked-{number:06d}"


def schema_text(label: object) -> str:
    """Return a record of four fields, one of them named after ``label``.

    It is its own canonical text. Any two can read each other.
    """
    fields = [
        {"name": "id", "type": "long"},
        {"name": "customer", "type": "string"},
        {"name": "note", "type": ["null", "string"], "default": None},
        {"name": f"f_{label}", "type": "int", "default": 0},
    ]
    record = {"type": "record", "name": "Placed", "namespace": "shop", "fields": fields}
    return json.dumps(record, separators=(",", ":"))


def fill(url: str, subjects: int) -> None:
    """Migrate the database of ``url`` and load subjects of `VERSIONS` versions each.

    The rows are those that registering would have made, which one is tried on.
    """
    registry = Registry(Settings(database_url=url))
    try:
        upgrade(registry.database)
        _compare_with_registered(registry)
    finally:
        registry.database.close()
    rows = {
        "contexts": [(1, ".", subjects * VERSIONS)],
        "subjects": _subjects(subjects),
        "schemas": _schemas(subjects),
        "versions": _versions(subjects),
    }
    if registry.database.sqlite:
        _into_sqlite(registry.database.url.database or "", rows)
    else:
        _into_postgresql(url, rows)


def _compare_with_registered(registry: Registry) -> None:
    text = schema_text("1_1")
    with registry.reading() as session:
        read = read_candidate(
            session,
            SubjectName.parse("s"),
            SchemaRequest(text=text),
            strict=True,
            normalize=False,
        )
    assert (read.text, read.guid, read.digest, read.likeness) == _content(text)


def _content(text: str) -> tuple[str, str, str, str]:
    """Return the text with its GUID, digest and likeness."""
    full = text.replace('"Placed","namespace":"shop"', f'"{_NAMED}"')
    identity = f'["{_NAMED}",{full}]'
    return (
        text,
        guid(text, (), None, None),
        digest("AVRO", text, (), None, None),
        likeness("AVRO", identity, (), None, None),
    )


def _subjects(count: int) -> Iterator[tuple[Any, ...]]:
    for each in range(count):
        name = subject_name(each)
        yield each + 1, 1, name, name, VERSIONS, VERSIONS, VERSIONS


def _schemas(count: int) -> Iterator[tuple[Any, ...]]:
    for each in range(count * VERSIONS):
        text, *hashes = _content(schema_text(f"{each // VERSIONS}_{each % VERSIONS}"))
        yield each + 1, 1, each + 1, *hashes, "AVRO", text, _CREATED_AT


def _versions(count: int) -> Iterator[tuple[Any, ...]]:
    for each in range(count * VERSIONS):
        subject, number = divmod(each, VERSIONS)
        yield subject + 1, number + 1, each + 1, False, _CREATED_AT


def _into_sqlite(file: str, rows: dict[str, Iterable[tuple[Any, ...]]]) -> None:
    with sqlite3.connect(file) as db:
        for table, columns in _TABLES.items():
            marks = ", ".join("?" * (columns.count(",") + 1))
            db.executemany(
                f"INSERT INTO {table} ({columns}) VALUES ({marks})",
                rows[table],
            )
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.execute("ANALYZE")
    db.close()


def _into_postgresql(url: str, rows: dict[str, Iterable[tuple[Any, ...]]]) -> None:
    plain = make_url(url).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False)) as db:
        for table, columns in _TABLES.items():
            with db.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows[table]:
                    copy.write_row(row)
        for table, key in (("contexts", "id"), ("subjects", "id"), ("schemas", "key")):
            db.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'),"
                f" (SELECT max({key}) FROM {table}))"
            )
        db.commit()
        db.autocommit = True
        db.execute("VACUUM ANALYZE")
