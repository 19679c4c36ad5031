"""Levels, directions and versions: the questions that the engine asks a format."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from compat import Budget, Direction, Finding, Level, Reading, Report, Verdict, check
from compat.plugin import format_named


def _avro(**fields: object) -> str:
    listed = [
        value if isinstance(value, dict) else {"name": name, "type": value}
        for name, value in fields.items()
    ]
    return json.dumps({"type": "record", "name": "R", "fields": listed})


def _json(**properties: str) -> str:
    asked = {name: {"type": kind} for name, kind in properties.items()}
    return json.dumps({"properties": asked, "required": [*asked]})


def _proto(*fields: str) -> str:
    return f'syntax = "proto3"; message R {{ {"; ".join(fields)}; }}'


# Each pair has a break or a loss in one direction, or in both.
PAIRS = [
    ("AVRO", _avro(a="int"), _avro(a="int", b="string")),
    ("AVRO", _avro(a="int", c="long"), _avro(a="string", c="float")),
    ("JSON", _json(a="integer"), _json(a="number", b="string")),
    ("JSON", _json(a="integer"), _json(a="string")),
    ("PROTOBUF", _proto("int32 a = 1"), _proto("string a = 1", "bool b = 2")),
    ("PROTOBUF", _proto("int64 a = 1"), _proto("int32 a = 1")),
]
VERSIONS = [_json(a="integer"), _json(a="string"), _json(a="integer"), _json(a="array")]


def _ask(format: str, new: str, old: list[str], level: Level) -> Report:
    module = format_named(format)
    versions = [(n, module.parse(each)) for n, each in enumerate(old, 1)]
    return check(module, module.parse(new), versions, level, fixes=False)


def _turned(findings: tuple[Finding, ...]) -> list[Finding]:
    return [replace(each, direction=Direction.BACKWARD) for each in findings]


@pytest.mark.parametrize(("format", "one", "other"), PAIRS)
def test_backward_is_forward_of_the_other_schema(
    format: str, one: str, other: str
) -> None:
    for new, old in ((one, other), (other, one)):
        backward = _ask(format, new, [old], Level.BACKWARD)
        forward = _ask(format, old, [new], Level.FORWARD)

        assert forward.verdict is backward.verdict
        assert forward.proof is backward.proof
        assert {each.direction for each in forward.findings} <= {Direction.FORWARD}
        assert _turned(forward.findings) == list(backward.findings)


@pytest.mark.parametrize(("format", "one", "other"), PAIRS)
def test_full_is_both_directions(format: str, one: str, other: str) -> None:
    for new, old in ((one, other), (other, one)):
        backward = _ask(format, new, [old], Level.BACKWARD)
        forward = _ask(format, new, [old], Level.FORWARD)
        full = _ask(format, new, [old], Level.FULL)

        assert full.findings == (*backward.findings, *forward.findings)
        assert full.compatible is (backward.compatible and forward.compatible)


@pytest.mark.parametrize(("format", "one", "other"), PAIRS)
def test_pairs_differ(format: str, one: str, other: str) -> None:
    assert _ask(format, one, [other], Level.FULL).findings


@pytest.mark.parametrize(("format", "one", "other"), PAIRS)
def test_schema_reads_itself(format: str, one: str, other: str) -> None:
    module = format_named(format)
    for each in (one, other):
        # Asked of the format: the engine knows it by the fingerprint.
        schema, same = module.parse(each), module.parse(each)
        assert module.can_read(schema, same, Budget()) == Reading()


def test_every_failing_version_is_reported_the_newest_first() -> None:
    report = _ask("JSON", _json(a="integer"), VERSIONS, Level.BACKWARD_TRANSITIVE)

    assert [each.version for each in report.findings] == [4, 2]
    assert all(each.witness for each in report.findings)


def test_level_that_is_not_transitive_reads_the_newest_version_only() -> None:
    new, versions = _json(a="integer"), VERSIONS[:3]

    assert _ask("JSON", new, versions, Level.BACKWARD).compatible
    assert not _ask("JSON", new, versions, Level.BACKWARD_TRANSITIVE).compatible
    assert _ask("JSON", new, VERSIONS, Level.NONE).compatible


@pytest.mark.parametrize(("format", "one", "other"), PAIRS)
def test_spent_budget_is_never_compatible(format: str, one: str, other: str) -> None:
    module = format_named(format)
    versions = [(1, module.parse(one))]
    for level in (Level.BACKWARD, Level.FORWARD, Level.FULL):
        report = check(module, module.parse(other), versions, level, steps=0)
        assert report.verdict is not Verdict.COMPATIBLE


def test_spent_budget_names_the_search() -> None:
    module = format_named("JSON")
    old, new = module.parse(_json(a="integer")), module.parse(_json(a="number"))
    report = check(module, new, [(1, old)], Level.BACKWARD, steps=1)

    assert report.verdict is Verdict.UNKNOWN
    assert report.proof is None
    assert report.unknown == ("the search gave up after 1 steps",)


_PRINTED = """
import json, sys
from compat import Level, check
from compat.plugin import format_named
for name, one, other in json.load(sys.stdin):
    format = format_named(name)
    old, new = format.parse(one), format.parse(other)
    print(json.dumps(check(format, new, [(1, old)], Level.FULL).to_json()))
"""


def test_reports_are_equal_under_any_hash_seed() -> None:
    wide = [
        _json(**{f"{kind}{n}": kind for n in range(9)}) for kind in ("null", "array")
    ]
    asked = json.dumps([*PAIRS, ("JSON", *wide)])
    printed = {
        subprocess.run(
            [sys.executable, "-c", _PRINTED],
            input=asked,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(printed) == 1
    assert len(printed.pop().splitlines()) == len(PAIRS) + 1
