"""Markdown for a comment on a pull request, or a job's summary."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from registry.cli.output.printable import printable
from registry.cli.results import Grade, Issue, Result

__all__ = ["render"]


def render(results: Sequence[Result]) -> str:
    """Return a table of the files, then each file's issues."""
    return "\n".join(_lines(results)) + "\n"


def _lines(results: Sequence[Result]) -> Iterator[str]:
    yield "## Schema compatibility"
    yield ""
    if not results:
        yield "No schemas to check."
        return
    yield "| File | Result | Level | Against | Issues |"
    yield "| --- | --- | --- | --- | --- |"
    for result in results:
        cells = (
            _code(result.file),
            result.outcome.value,
            result.level or "",
            ", ".join(map(_code, result.against)),
            str(len(result.issues)),
        )
        yield f"| {' | '.join(each.replace('|', chr(92) + '|') for each in cells)} |"
    for result in results:
        if result.issues:
            yield from ("", f"### {_code(result.file)}", "")
            for issue in result.issues:
                yield from _item(issue)


def _item(issue: Issue) -> Iterator[str]:
    grade = "accepted" if issue.accepted else issue.grade.value
    place = f", line {issue.location.line}" if issue.location else ""
    mark = "**" if issue.grade is Grade.ERROR else ""
    yield f"- {mark}{grade}{mark} {_code(issue.rule)}{place}: {_plain(issue.message)}"
    if issue.why:
        yield f"  - Why: {_plain(issue.why)}"
    if issue.finding is not None and issue.finding.witness is not None:
        value = json.dumps(issue.finding.witness.value, ensure_ascii=False)
        outcome = _plain(issue.finding.witness.outcome)
        yield f"  - Example: {_code(value)}: {outcome}"
    if issue.accepted:
        yield f"  - Accepted: {_plain(issue.accepted)}"
    elif issue.advice:
        yield f"  - Fix: {_plain(issue.advice)}"


def _code(text: str) -> str:
    """Return ``text`` as a code span, whatever backticks it holds."""
    flat = printable(" ".join(text.split()))
    longest = max(map(len, _runs(flat)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if longest else ""
    return f"{fence}{pad}{flat}{pad}{fence}"


def _runs(text: str) -> list[str]:
    return "".join(each if each == "`" else " " for each in text).split()


def _plain(text: str) -> str:
    """Return ``text`` so that none of it is taken for markup or for a mention."""
    flat = printable(" ".join(text.split()))
    for char in "\\`*_[]<>|":
        flat = flat.replace(char, f"\\{char}")
    return flat.replace("@", "@\N{ZERO WIDTH SPACE}")
