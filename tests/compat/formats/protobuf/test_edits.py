"""A blocking change comes with a schema that is checked to be without it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from compat import Level, Policy, Severity, check
from compat.formats.protobuf import FORMAT

CASES = Path(__file__).parents[2] / "cases" / "protobuf"

# No edit of the new schema can help: the old reader has no such message, and
# nothing may be taken away from the new one.
BEYOND = {("FORWARD", "PROTO_MESSAGE_REMOVED")}


def breaking() -> list[Any]:
    found = []
    for path in sorted(CASES.glob("*.yaml")):
        content = yaml.safe_load(path.read_text("utf-8"))
        rule = content.pop("rule")
        blocks = FORMAT.rules[rule].severity is not Severity.NOTE
        for name, case in content.items() if blocks else ():
            found += [
                pytest.param(level, rule, case, id=f"{level} {rule}: {name}")
                for level in ("BACKWARD", "FORWARD")
                if "at" in case and (level, rule) not in BEYOND
            ]
    return found


@pytest.mark.parametrize(("level", "rule", "case"), breaking())
def test_fix_is_a_schema_without_the_finding(
    level: str, rule: str, case: dict[str, Any]
) -> None:
    reader, writer = FORMAT.parse(case["reader"]), FORMAT.parse(case["writer"])
    new, old = (reader, writer) if level == "BACKWARD" else (writer, reader)

    report = check(FORMAT, new, [(1, old)], Level(level), policy=Policy.EXACT)

    fixes = [each.fix for each in report.findings if each.rule == rule]
    assert fixes
    for fix in fixes:
        assert fix is not None
        assert fix.schema is not None
        again = check(
            FORMAT, FORMAT.parse(fix.schema), [(1, old)], Level(level), fixes=False
        )
        assert len(again.findings) < len(report.findings)
