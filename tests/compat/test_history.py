"""Proofs that compose along a history."""

from __future__ import annotations

import json
from typing import Any

from compat import Level, check
from compat.budget import Budget
from compat.cache import MemoryCache
from compat.formats.jsonschema import FORMAT
from compat.verdict import Reading, Verdict


def version(fields: int, **others: Any) -> Any:
    schema = {
        "type": "object",
        "properties": {f"f{each}": {"type": "integer"} for each in range(fields)},
        "additionalProperties": False,
        **others,
    }
    return FORMAT.parse(json.dumps(schema))


class Counting:
    """The JSON Schema format, with a count of what it is asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []

    def can_read(self, reader: Any, writer: Any, budget: Budget) -> Reading:
        self.asked.append((reader.fingerprint, writer.fingerprint))
        return FORMAT.can_read(reader, writer, budget)

    def __getattr__(self, name: str) -> Any:
        return getattr(FORMAT, name)


def test_warm_history_costs_one_question() -> None:
    cache = MemoryCache()
    versions = [(number, version(number)) for number in range(1, 51)]
    for number in range(1, len(versions)):
        check(
            Counting(),
            versions[number][1],
            versions[:number],
            Level.BACKWARD_TRANSITIVE,
            cache=cache,
        )
    counting = Counting()

    report = check(
        counting, version(51), versions, Level.BACKWARD_TRANSITIVE, cache=cache
    )

    assert report.verdict is Verdict.COMPATIBLE
    assert len(counting.asked) == 1


def test_forward_composes_too() -> None:
    cache = MemoryCache()
    versions = [(number, version(60 - number)) for number in range(1, 51)]
    check(Counting(), version(9), versions, Level.FORWARD_TRANSITIVE, cache=cache)
    counting = Counting()

    report = check(
        counting, version(8), versions, Level.FORWARD_TRANSITIVE, cache=cache
    )

    assert report.verdict is Verdict.COMPATIBLE
    assert len(counting.asked) == 1


def test_a_broken_link_is_not_trusted() -> None:
    cache = MemoryCache()
    oldest, middle = version(3), version(2)
    versions = [(1, oldest), (2, middle)]

    report = check(FORMAT, version(2), versions, Level.BACKWARD_TRANSITIVE, cache=cache)

    assert [(each.rule, each.version) for each in report.findings] == [
        ("JSON_PROPERTY_REMOVED_FROM_CLOSED_MODEL", 1)
    ]


def test_a_version_that_heals_the_chain_is_asked_itself() -> None:
    cache = MemoryCache()
    versions = [(1, version(3)), (2, version(2)), (3, version(3))]

    report = check(FORMAT, version(4), versions, Level.BACKWARD_TRANSITIVE, cache=cache)

    assert report.verdict is Verdict.COMPATIBLE


def test_without_a_cache_each_version_is_asked() -> None:
    counting = Counting()
    versions = [(number, version(number)) for number in range(1, 6)]

    check(counting, version(6), versions, Level.BACKWARD_TRANSITIVE)

    assert len(counting.asked) == 5
