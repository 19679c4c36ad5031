"""One budget for all versions of a check, beside the one for each pair."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

import pytest

from compat import Budget, Deferred, Level, Report, Verdict, check
from compat.budget import DEFAULT_STEPS
from compat.cache import MemoryCache
from compat.engine import PAIRS_WORTH
from compat.plugin import format_named

JSON = format_named("JSON")
STEPS = 100
COUNT = 60


def _version(number: int, kind: str = "integer") -> tuple[int, Any]:
    """Return a version of some thirty steps, unlike all others."""
    fields = {f"f{each}": {"type": "integer"} for each in range(40)}
    fields["own"] = {"type": kind, "maximum": number}
    return number, JSON.parse(json.dumps({"type": "object", "properties": fields}))


def _asked(versions: list[tuple[int, Any]], **options: Any) -> Report:
    new = _version(10_000)[1]
    level = Level.BACKWARD_TRANSITIVE
    return check(JSON, new, versions, level, steps=STEPS, fixes=False, **options)


def test_versions_beyond_the_budget_of_the_check_are_unknown() -> None:
    report = _asked([_version(number) for number in range(1, COUNT + 1)])

    left = int(report.unknown[0].split()[1])
    assert report.verdict is Verdict.UNKNOWN
    assert not report.compatible
    assert report.unknown == (
        f"the {left} oldest versions: the check of all versions gave up after "
        f"{PAIRS_WORTH * STEPS} steps",
    )
    assert 0 < left < COUNT


def test_one_version_is_always_looked_at() -> None:
    length = 2 * PAIRS_WORTH * STEPS * 50
    wordy = JSON.parse(json.dumps({"not": {}, "description": "x" * length}))

    assert _asked([(1, wordy)]).unknown == ()
    assert _asked([(1, wordy), _version(2), (3, wordy)]).unknown == (
        f"the 2 oldest versions: the check of all versions gave up after "
        f"{PAIRS_WORTH * STEPS} steps",
    )


def test_a_break_in_a_newer_version_is_told_beside_what_is_unknown() -> None:
    versions = [_version(number) for number in range(1, COUNT)]

    report = _asked([*versions, _version(COUNT, "string")])

    assert report.verdict is Verdict.INCOMPATIBLE
    assert [each.version for each in report.findings] == [COUNT]
    assert report.unknown[-1].endswith(f"gave up after {PAIRS_WORTH * STEPS} steps")


def test_what_is_remembered_costs_nothing() -> None:
    cache = MemoryCache()
    versions = [_version(number) for number in range(1, COUNT + 1)]
    first = _asked(versions, cache=cache)
    for _ in range(COUNT):
        last = _asked(versions, cache=cache)

    assert first.verdict is Verdict.UNKNOWN
    assert last.verdict is Verdict.COMPATIBLE


def _deferred(versions: list[tuple[int, Any]], parsed: list[int]) -> list[Any]:
    """Return them deferred; which are parsed is noted in ``parsed``."""

    def parse(number: int, schema: Any) -> Any:
        parsed.append(number)
        return schema

    return [
        (number, Deferred(schema.fingerprint, partial(parse, number, schema)))
        for number, schema in versions
    ]


def test_versions_of_which_the_answers_are_remembered_are_not_parsed() -> None:
    cache, parsed = MemoryCache(), list[int]()
    versions = [_version(number) for number in range(1, 11)]
    whole = _asked(versions, cache=cache)

    assert _asked(_deferred(versions, parsed), cache=cache) == whole
    assert parsed == []


def test_deferred_versions_are_parsed_when_they_have_to_be() -> None:
    parsed: list[int] = []
    versions = [*(_version(number) for number in range(1, 10)), _version(10, "string")]

    report = _asked(_deferred(versions, parsed))

    assert report == _asked(versions)
    assert [each.version for each in report.findings] == [10]
    assert set(parsed) == set(range(1, 11))


def test_to_parse_deferred_versions_is_a_part_of_the_budget() -> None:
    versions = [_version(number) for number in range(1, COUNT + 1)]
    parsed: list[int] = []

    report = _asked(_deferred(versions, parsed))

    assert report == _asked(versions)
    assert report.verdict is Verdict.UNKNOWN
    assert 0 < len(parsed) < COUNT


def _avro(fields: int, kind: str) -> str:
    listed = [{"name": f"f{each}", "type": "string"} for each in range(fields)]
    listed[3]["type"] = kind
    return json.dumps({"type": "record", "name": "R", "fields": listed})


def _json(fields: int, kind: str) -> str:
    listed = {f"f{each}": {"type": "string", "maxLength": 99} for each in range(fields)}
    listed["f3"] = {"type": kind}
    closed = {"required": [*listed], "additionalProperties": False}
    return json.dumps({"type": "object", "properties": listed, **closed})


def _proto(fields: int, kind: str) -> str:
    listed = [f"string f{each} = {each + 1};" for each in range(fields)]
    listed[3] = f"{kind} f3 = 4;"
    return f'syntax = "proto3"; message R {{ {" ".join(listed)} }}'


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("AVRO", _avro(1_000, "long"), _avro(1_000, "string")),
        ("JSON", _json(1_000, "integer"), _json(1_000, "string")),
        ("PROTOBUF", _proto(1_000, "int32"), _proto(1_000, "string")),
    ],
)
def test_a_thousand_wide_versions_with_a_break_stay_below_it(
    name: str, old: str, new: str
) -> None:
    format = format_named(name)
    budget = Budget()
    reading = format.can_read(format.parse(new), format.parse(old), budget)
    assert reading.findings

    each = budget.steps - budget.left + len(old) // 50
    assert 1_000 * each < PAIRS_WORTH * DEFAULT_STEPS
