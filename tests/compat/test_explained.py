"""What docs/explain/compatibility.md says of single changes is what the engine says."""

from __future__ import annotations

from typing import Any

import pytest

from compat import Level, Policy, check, format_named

CASES: list[tuple[str, str, str, str, str, Any]] = [
    (
        "required",
        "JSON",
        '{"required":["foo"]}',
        '{"required":["bar"]}',
        "",
        {"foo": 0},
    ),
    (
        "oneOf that overlaps",
        "JSON",
        '{"oneOf":[{"type":"integer"}]}',
        '{"oneOf":[{"type":"integer"},{"type":"number"}]}',
        "",
        0,
    ),
    ("const to enum", "JSON", '{"const":1}', '{"enum":[1,2]}', "STRICT", None),
    (
        "decimal scale",
        "AVRO",
        '{"type":"bytes","logicalType":"decimal","precision":10,"scale":2}',
        '{"type":"bytes","logicalType":"decimal","precision":10,"scale":3}',
        "",
        "12.34",
    ),
    (
        "swapped names",
        "PROTOBUF",
        'syntax="proto3"; message M { string a=1; string b=2; }',
        'syntax="proto3"; message M { string b=1; string a=2; }',
        "",
        {"a": "a"},
    ),
    (
        "list of messages to one",
        "PROTOBUF",
        'syntax="proto3"; message M { repeated N n=1; message N { int32 x=1; } }',
        'syntax="proto3"; message M { N n=1; message N { int32 x=1; } }',
        "STRICT",
        {"n": [{}, {}]},
    ),
    (
        "narrowed number",
        "PROTOBUF",
        'syntax="proto3"; message M { int64 a=1; }',
        'syntax="proto3"; message M { int32 a=1; }',
        "STRICT",
        {"a": "2147483648"},
    ),
    (
        "optional property added to an open object",
        "JSON",
        '{"type":"object"}',
        '{"type":"object","properties":{"a":{"type":"string"}}}',
        "LENIENT",
        {"a": 0},
    ),
]


@pytest.mark.parametrize(
    ("name", "old", "new", "passes", "witness"),
    [pytest.param(*case[1:], id=case[0]) for case in CASES],
)
def test_change(name: str, old: str, new: str, passes: str, witness: Any) -> None:
    """``passes`` is the policy that lets the change through, of those that differ."""
    format = format_named(name)
    parsed = format.parse(new), [(1, format.parse(old))]
    reports = {
        policy: check(format, *parsed, Level.BACKWARD, policy=policy)
        for policy in Policy
    }

    compatible = {policy for policy, report in reports.items() if report.compatible}
    found = reports[Policy.STRICT].findings
    expected: set[Policy] = set()
    if passes == "STRICT":
        expected = {Policy.STRICT, Policy.LENIENT} | (
            set(Policy) if not found else set()
        )
    elif passes == "LENIENT":
        expected = {Policy.LENIENT}
    assert compatible == expected
    shown = found[0].witness.value if found and found[0].witness else None
    assert shown == witness
