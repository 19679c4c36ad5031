"""One JSON object with everything that is known."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from registry.cli.results import Issue, Result

__all__ = ["render"]

VERSION = 1
"""Changes when a member changes its meaning or goes away."""


def render(results: Sequence[Result]) -> str:
    """Return ``{"version", "results": [{"file", "outcome", "issues", ...}]}``."""
    shown = {"version": VERSION, "results": [_result(each) for each in results]}
    return json.dumps(shown, indent=2, ensure_ascii=False) + "\n"


def _result(result: Result) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "file": result.file,
        "outcome": result.outcome.value,
        "type": result.type,
        "subject": result.subject,
        "level": result.level,
        "against": list(result.against),
        "issues": [_issue(each) for each in result.issues],
    }
    return {key: value for key, value in shown.items() if value is not None}


def _issue(issue: Issue) -> dict[str, Any]:
    finding = issue.finding.to_json() if issue.finding else {}
    # What stands outside is about the file; `version` is only our numbering.
    for known in ("rule", "message", "path", "location", "version", "severity"):
        finding.pop(known, None)
    shown: dict[str, Any] = {
        "rule": issue.rule,
        "grade": issue.grade.value,
        "message": issue.message,
        "path": issue.at,
        "location": issue.location and issue.location.to_json(),
        "severity": issue.finding and issue.finding.severity.value,
        "against": issue.against,
        "oldFile": issue.old_file,
        "oldLocation": issue.old_location and issue.old_location.to_json(),
        "accepted": issue.accepted,
        "title": issue.title or None,
        "why": issue.why or None,
        "advice": issue.advice or None,
    }
    return {key: value for key, value in shown.items() if value is not None} | finding
