"""Text for a person: where, what, why, the example, and how to fix it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from textwrap import fill

from click import style

from compat import Direction, Witness
from registry.cli.output.printable import printable
from registry.cli.results import Grade, Issue, Result

__all__ = ["render"]

_COLORS = {Grade.ERROR: "red", Grade.WARNING: "yellow", Grade.NOTE: "blue"}
_LABEL = 10
_WIDTH = 88


def render(results: Sequence[Result]) -> str:
    """Return one paragraph for each issue; nothing when all is well."""
    return "\n".join(
        "\n".join(_paragraph(issue, result)) + "\n"
        for result in results
        for issue in result.issues
    )


def _paragraph(issue: Issue, result: Result) -> Iterator[str]:
    where = printable(issue.file)
    if issue.location is not None:
        where += f":{issue.location.line}:{issue.location.column}"
    grade = "accepted" if issue.accepted else issue.grade.value
    head = style(f"{grade} {issue.rule}", fg=_COLORS[issue.grade], bold=True)
    yield f"{style(where, bold=True)}: {head}"
    yield _line("What", _sentence(issue.message))
    if issue.at:
        yield _line("At", issue.at)
    if why := " ".join(_sentence(each) for each in (issue.title, issue.why) if each):
        yield _line("Why", why)
    if issue.against is not None:
        yield _line("Against", _compared(issue, result))
    if issue.finding is not None and issue.finding.witness is not None:
        yield from _example(issue.finding.witness, issue)
    if issue.accepted:
        yield _line("Accepted", issue.accepted)
    elif issue.advice:
        yield _line("Fix", _sentence(issue.advice))
        yield from _proposed(issue)
    if issue.finding is not None:
        yield _line("More", f"dovetail explain {issue.rule}")


def _compared(issue: Issue, result: Result) -> str:
    if issue.finding is None:
        return str(issue.against)
    backward = issue.finding.direction is Direction.BACKWARD
    new, old = "the new schema", f"the schema in {issue.against}"
    reader, writer = (new, old) if backward else (old, new)
    text = (
        f"{issue.against}, at level {result.level}: {reader} (the reader) must be "
        f"able to read what {writer} (the writer) writes"
    )
    if issue.old_location is not None:
        place = issue.old_location
        text += f" (there {issue.old_file}:{place.line}:{place.column})"
    return text


def _example(witness: Witness, issue: Issue) -> Iterator[str]:
    backward = issue.finding is None or issue.finding.direction is Direction.BACKWARD
    writer = issue.against if backward else "the new schema"
    value = json.dumps(witness.value, ensure_ascii=False)
    yield _line("Example", f"{value}, written with {writer}: {witness.outcome}")
    if witness.bytes is not None:
        yield _line("", f"bytes {witness.bytes}")
    if witness.confirmed_by:
        yield _line("", f"confirmed by {', '.join(witness.confirmed_by)}")


def _sentence(text: str) -> str:
    # A message may start with a file or another name, which stays as it is.
    named = not text.partition(" ")[0].isalpha()
    whole = text if named else text[:1].upper() + text[1:]
    return whole if whole.endswith((".", "!", "?")) else f"{whole}."


def _proposed(issue: Issue) -> Iterator[str]:
    if issue.proposal:
        yield _line("", "With this change the break is gone (checked):")
    for line in issue.proposal:
        shown = f"{' ' * (_LABEL + 2)}{printable(line)}"
        yield style(shown, fg={"+": "green", "-": "red"}.get(line[:1]))


def _line(label: str, text: str) -> str:
    head = f"  {label}:" if label else ""
    indent = " " * (_LABEL + 2)
    body = fill(
        printable(" ".join(text.split())),
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return head.ljust(_LABEL + 2) + body[_LABEL + 2 :]
