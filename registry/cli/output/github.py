"""GitHub's workflow commands: one annotation for each issue.

Source: GitHub Docs, Workflow commands for GitHub Actions.
"""

from __future__ import annotations

from collections.abc import Sequence

from registry.cli.output.printable import printable
from registry.cli.results import Grade, Issue, Result

__all__ = ["render"]

_COMMANDS = {Grade.ERROR: "error", Grade.WARNING: "warning", Grade.NOTE: "notice"}


def render(results: Sequence[Result]) -> str:
    """Return ``::error file=...,line=...::message`` lines."""
    return "".join(f"{_line(issue)}\n" for result in results for issue in result.issues)


def _line(issue: Issue) -> str:
    members = {"file": issue.file}
    if issue.location is not None:
        members["line"] = str(issue.location.line)
        members["col"] = str(issue.location.column)
    members["title"] = issue.rule
    shown = ",".join(f"{key}={_property(value)}" for key, value in members.items())
    text = issue.message
    if issue.accepted:
        text += f"\nAccepted: {issue.accepted}"
    elif issue.advice:
        text += f"\nFix: {issue.advice}"
    return f"::{_COMMANDS[issue.grade]} {shown}::{_data(text)}"


def _data(text: str) -> str:
    shown = printable(text, keep="\r\n")
    return shown.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
