"""SARIF 2.1.0, as GitHub's code scanning and other viewers read it.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any
from urllib.parse import quote

from compat import Location
from registry.cli.output.fingerprints import fingerprint
from registry.cli.results import Issue, Result

__all__ = ["render"]

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PACKAGE = "dovetail-registry"


def render(results: Sequence[Result]) -> str:
    """Return a log with one run; a file without issues leaves no trace in it."""
    issues = [issue for result in results for issue in result.issues]
    rules = {issue.rule: issue for issue in issues}
    numbers = {rule: index for index, rule in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "Dovetail",
                "semanticVersion": _version(),
                "rules": [_rule(each) for each in rules.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(each, numbers[each.rule]) for each in issues],
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False) + "\n"


def _rule(issue: Issue) -> dict[str, Any]:
    title = issue.title or issue.rule
    text = " ".join(filter(None, (title, issue.why)))
    return {
        "id": issue.rule,
        "shortDescription": {"text": title},
        "fullDescription": {"text": text},
        "help": {"text": issue.advice or text},
    }


def _result(issue: Issue, rule: int) -> dict[str, Any]:
    text = issue.message
    if issue.advice and not issue.accepted:
        text += f" Fix: {issue.advice}"
    shown: dict[str, Any] = {
        "ruleId": issue.rule,
        "ruleIndex": rule,
        "level": issue.grade.value,
        "message": {"text": text},
        "locations": [{"physicalLocation": _place(issue.file, issue.location)}],
        "partialFingerprints": {"dovetail/v1": fingerprint(issue)},
    }
    if issue.old_location is not None and issue.old_file is not None:
        place = _place(issue.old_file, issue.old_location)
        said = {"text": f"as it is in {issue.against}"}
        shown["relatedLocations"] = [
            {"id": 1, "physicalLocation": place, "message": said}
        ]
    if issue.accepted:
        shown["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": issue.accepted}
        ]
    return shown


def _place(file: str, location: Location | None) -> dict[str, Any]:
    artifact = {"uri": quote(file), "uriBaseId": "%SRCROOT%"}
    line, column = (location.line, location.column) if location else (1, 1)
    region = {"startLine": line, "startColumn": column}
    return {"artifactLocation": artifact, "region": region}


def _version() -> str:
    try:
        return version(_PACKAGE)
    except PackageNotFoundError:
        return "0.0.0"
