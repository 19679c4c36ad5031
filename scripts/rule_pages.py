"""Writes `docs/rules/`: a page for each rule, from its docstring and its cases.

Run as `python -m scripts.rule_pages`; a test compares the pages with what this
would write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from compat.budget import Budget
from compat.plugin import Format, all_formats
from compat.rules import Rule
from compat.verdict import Finding

ROOT = Path(__file__).parent.parent
CASES = ROOT / "tests" / "compat" / "cases"
PAGES = ROOT / "docs" / "rules"

_LABELS = ("Why:", "Fix:", "Spec:")


def pages() -> Mapping[str, str]:
    """Return the text of each page by its file's name, the index among them."""
    made = {
        f"{rule.id}.md": page(format, rule)
        for format in all_formats().values()
        for rule in format.rules
    }
    return made | {"index.md": index()}


def index() -> str:
    """Return the table of all rules, by format."""
    lines = ["# Rules", "", "Written by `python -m scripts.rule_pages`."]
    for format in all_formats().values():
        lines += ["", f"## {format.name}", "", "| rule | severity | what it finds |"]
        lines.append("| --- | --- | --- |")
        for rule in format.rules:
            link = f"[{rule.id}]({rule.id}.md)"
            lines.append(f"| {link} | {rule.severity.value} | {rule.title} |")
    return "\n".join(lines) + "\n"


def page(format: Format, rule: Rule) -> str:
    """Return one rule's page."""
    lines = [f"# {rule.id}", "", rule.title, ""]
    lines += _facts(format, rule)
    for paragraph in _paragraphs(rule):
        lines += ["", paragraph]
    failing, passing = _examples(format, rule)
    lines += ["", "## Found", "", *failing, "", "## Not found", "", *passing]
    return "\n".join(lines) + "\n"


def _facts(format: Format, rule: Rule) -> list[str]:
    rows = ["| | |", "| --- | --- |", f"| format | {format.name} |"]
    rows.append(f"| severity | {rule.severity.value} |")
    if rule.confluent != rule.id:
        rows.append(f"| Confluent's name | `{rule.confluent}` |")
    if rule.lenient:
        rows.append("| policy LENIENT | forgives it |")
    return rows


def _paragraphs(rule: Rule) -> Iterator[str]:
    words: list[str] = []
    for line in rule.doc.splitlines()[1:]:
        label = next((each for each in _LABELS if line.startswith(each)), None)
        if (label or not line.strip()) and words:
            yield " ".join(words)
            words = []
        if label:
            line = f"**{label}**{line[len(label) :]}"
        words += line.split()
    if words:
        yield " ".join(words)


def _examples(format: Format, rule: Rule) -> tuple[list[str], list[str]]:
    cases = yaml.safe_load(_cases_of(rule).read_text(encoding="utf-8"))
    failing = passing = None
    for name, case in cases.items():
        if name == "rule":
            continue
        if "at" in case and failing is None:
            failing = _example(format, rule, name, case)
        if "at" not in case and passing is None:
            passing = _example(format, rule, name, case)
    return failing or [], passing or []


def _cases_of(rule: Rule) -> Path:
    (path,) = CASES.glob(f"*/{rule.id}.yaml")
    return path


def _example(
    format: Format, rule: Rule, name: str, case: Mapping[str, Any]
) -> list[str]:
    lines = [f"It {name}."]
    for side in ("writer", "reader"):
        text = _text(case[side])
        language = "json" if text.startswith(("{", "[", '"')) else "proto"
        lines += ["", f"The {side}:", "", f"```{language}", text, "```"]
    for finding in _found(format, rule, case):
        lines += ["", f"> `{finding.path or '/'}`: {finding.message}"]
        if finding.witness is not None:
            value = json.dumps(finding.witness.value, ensure_ascii=False)
            lines += [">", f"> Witness: `{value}`. {finding.witness.outcome}"]
    return lines


def _found(format: Format, rule: Rule, case: Mapping[str, Any]) -> list[Finding]:
    strict = case.get("strict", True)
    reader, writer = (
        format.parse(_source(case[side]), strict=strict)
        for side in ("reader", "writer")
    )
    findings = format.can_read(reader, writer, Budget()).findings
    return [each for each in findings if each.rule == rule.id]


def _source(schema: Any) -> str:
    return schema if isinstance(schema, str) else json.dumps(schema)


def _text(schema: Any) -> str:
    if isinstance(schema, str):
        return schema.strip()
    return json.dumps(schema, indent=2, ensure_ascii=False)


def main() -> None:
    """Write every page, and remove those of rules that are gone."""
    PAGES.mkdir(parents=True, exist_ok=True)
    made = pages()
    for path in PAGES.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (PAGES / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
