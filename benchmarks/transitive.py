"""A check of a new version against a long history, once the history is known.

In one process, without HTTP. Each version adds a field, none is like another. The
baseline is a check against the newest version alone (BACKWARD), in the same run.
`python -m benchmarks.transitive --only sqlite --versions 10 100 1000`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from statistics import median

from benchmarks.markdown import machine, table
from benchmarks.scale import database
from registry.service import config
from registry.service.compatibility import check_subject
from registry.service.names import SubjectName
from registry.service.register import register
from registry.service.requests import SchemaRequest
from registry.service.session import Registry
from registry.settings import Settings
from registry.store.migrations import upgrade

__all__ = ["main"]

_VERSIONS = (10, 100, 1_000)
_FIELDS = 20


def main() -> None:
    """Measure, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    parser.add_argument("--versions", type=int, nargs="*", default=_VERSIONS)
    parser.add_argument("--samples", type=int, default=50)
    chosen = parser.parse_args()
    print(machine())
    sizes = [f"{each:,} versions" for each in chosen.versions]
    for name in ("sqlite", "postgresql"):
        if chosen.only in (None, name):
            heads = [f"{name}, us (/ newest alone)", "newest alone", *sizes]
            print()
            table(heads, _rows(name, chosen.versions, chosen.samples))


def _rows(name: str, versions: list[int], samples: int) -> Iterator[list[str]]:
    for format, make in _FORMATS.items():
        with database(name) as url:
            found = _measured(url, make, versions, samples)
        first, *rest = (median(each) for each in found)
        cells = [f"{each:,.0f} ({each / first:.1f})" for each in rest]
        yield [format, f"{first:,.0f}", *cells]


def _avro(label: str) -> SchemaRequest:
    fields = [
        {"name": f"f{each}", "type": "int", "default": 0} for each in range(_FIELDS)
    ]
    fields.append({"name": label, "type": "int", "default": 0})
    return SchemaRequest(
        text=json.dumps({"type": "record", "name": "R", "fields": fields})
    )


def _protobuf(label: str) -> SchemaRequest:
    lines = [f"  int32 f{each} = {each};" for each in range(1, _FIELDS)]
    lines.append(f"  int32 {label} = {_FIELDS + int(label[1:])};")
    text = "\n".join(['syntax = "proto3";', "message R {", *lines, "}"])
    return SchemaRequest(type="PROTOBUF", text=text)


def _json(label: str) -> SchemaRequest:
    properties = {f"f{each}": {"type": "integer"} for each in range(_FIELDS)}
    properties[label] = {"type": "integer"}
    document = {
        "type": "object",
        "properties": properties,
        "additionalProperties": {"type": "integer"},
    }
    return SchemaRequest(type="JSON", text=json.dumps(document))


_FORMATS = {"AVRO": _avro, "PROTOBUF": _protobuf, "JSON": _json}


def _measured(
    url: str,
    make: Callable[[str], SchemaRequest],
    versions: list[int],
    samples: int,
) -> list[list[float]]:
    """Return microseconds: against the newest alone, then for each of ``versions``."""
    registry = Registry(Settings(database_url=url))
    labels = (f"x{each}" for each in count(1))
    try:
        upgrade(registry.database)
        subjects = [SubjectName.parse("newest"), *map(_named, versions)]
        for subject, size in zip(subjects, (min(versions), *versions), strict=True):
            for _ in range(size):
                register(registry, subject, make(next(labels)), force=True)
        for subject in subjects[1:]:
            _be_transitive(registry, subject)
        rounds = [
            [_time(registry, subject, make(next(labels))) for subject in subjects]
            for _ in range(samples + 5)
        ]
        return [list(each) for each in zip(*rounds[5:], strict=True)]
    finally:
        registry.database.close()


def _named(size: int) -> SubjectName:
    return SubjectName.parse(f"of-{size}")


def _be_transitive(registry: Registry, subject: SubjectName) -> None:
    update = {"compatibilityLevel": "BACKWARD_TRANSITIVE"}
    registry.write(lambda session: config.put_config(session, subject, update))


def _time(registry: Registry, subject: SubjectName, request: SchemaRequest) -> float:
    start = time.perf_counter()
    with registry.reading() as session:
        outcome = check_subject(session, subject, request, normalize=None)
    assert not outcome.blocks
    return (time.perf_counter() - start) * 1e6


if __name__ == "__main__":
    main()
