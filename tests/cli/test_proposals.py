"""Proven fixes as diffs."""

from __future__ import annotations

import json

from compat import Fix
from registry.cli.proposals import proposal

TEXT = '{\n  "a": 1,\n  "b": 2\n}\n'


def test_a_fix_in_the_layout_of_the_file() -> None:
    fix = Fix("x", '{\n  "a": 1,\n  "b": 3\n}\n')

    assert proposal(TEXT, "{}", fix) == ('   "a": 1,', '-  "b": 2', '+  "b": 3', " }")


def test_a_fix_that_was_written_anew() -> None:
    canonical = json.dumps(json.loads(TEXT))

    shown = proposal(TEXT, canonical, Fix("x", '{"a":1,"b":3}'))

    assert shown == ('   "a": 1,', '-  "b": 2', '+  "b": 3', " }")


def test_no_fix_and_one_that_changes_too_much() -> None:
    long = "\n".join(map(str, range(30)))

    assert proposal(TEXT, TEXT, None) == ()
    assert proposal(TEXT, TEXT, Fix("advice only")) == ()
    assert proposal(TEXT, TEXT, Fix("x", long)) == ()
