"""GitLab's Code Quality report.

Source: GitLab Docs, Code Quality, "Code Quality report format".
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from registry.cli.output.fingerprints import fingerprint
from registry.cli.results import Grade, Result

__all__ = ["render"]

_SEVERITIES = {Grade.ERROR: "major", Grade.WARNING: "minor", Grade.NOTE: "info"}


def render(results: Sequence[Result]) -> str:
    """Return the JSON array that GitLab reads; equal issues appear once."""
    entries = {
        fingerprint(issue): {
            "description": issue.message,
            "check_name": issue.rule,
            "fingerprint": fingerprint(issue),
            "severity": _SEVERITIES[issue.grade],
            "location": {
                "path": issue.file,
                "lines": {"begin": issue.location.line if issue.location else 1},
            },
        }
        for result in results
        for issue in result.issues
    }
    return json.dumps(list(entries.values()), indent=2, ensure_ascii=False) + "\n"
