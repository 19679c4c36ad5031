"""Each rule of each format against its own cases: one YAML file for each rule.

A case has ``reader`` and ``writer``, a schema's text or its JSON as YAML; ``at``,
the path (or the list of paths) where the rule fires, absent where it must not;
and, when they matter, ``severity``, and ``strict: false`` for schemas that only
an older release would have accepted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

from compat import formats
from compat.budget import Budget
from tests.compat.rule_cases import CASES, content, format_of, text

FOLDERS = [module.name for module in iter_modules(formats.__path__)]


def cases() -> Iterator[Any]:
    for path in sorted(CASES.glob("*/*.yaml")):
        rule = content(path)["rule"]
        for name, case in content(path).items():
            if name != "rule":
                yield pytest.param(path.parent.name, rule, case, id=f"{rule}: {name}")


@pytest.mark.parametrize(("folder", "rule", "case"), list(cases()))
def test_rule(folder: str, rule: str, case: dict[str, Any]) -> None:
    format = format_of(folder)
    strict = case.get("strict", True)
    reader, writer = (
        format.parse(text(case[side]), strict=strict) for side in ("reader", "writer")
    )

    findings = format.can_read(reader, writer, Budget()).findings
    found = [each for each in findings if each.rule == rule]

    at = case.get("at", [])
    assert [each.path for each in found] == (at if isinstance(at, list) else [at])
    expected = case.get("severity", format.rules[rule].severity)
    assert {each.severity for each in found} <= {expected}


@pytest.mark.parametrize("path", sorted(CASES.glob("*/*.yaml")), ids=lambda p: p.stem)
def test_case_file_is_named_after_its_rule(path: Path) -> None:
    assert content(path)["rule"] == path.stem
    assert path.stem in format_of(path.parent.name).rules


@pytest.mark.parametrize(
    ("folder", "rule"),
    [(folder, rule.id) for folder in FOLDERS for rule in format_of(folder).rules],
)
def test_rule_has_cases_of_both_kinds(folder: str, rule: str) -> None:
    path = CASES / folder / f"{rule}.yaml"
    kinds = {"at" in case for name, case in content(path).items() if name != "rule"}

    assert kinds == {True, False}, f"{path.name} needs a failing and a passing case"


@pytest.mark.parametrize(
    ("folder", "rule"),
    [(folder, rule.id) for folder in FOLDERS for rule in format_of(folder).rules],
)
def test_rule_says_why_and_on_what_ground(folder: str, rule: str) -> None:
    doc = format_of(folder).rules[rule].doc

    assert "\nWhy:" in doc
    assert "\nSpec:" in doc
    assert doc.partition("\n")[0].endswith(".")
