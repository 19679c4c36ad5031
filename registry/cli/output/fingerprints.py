"""What makes an issue the same one in the next run, for tools that track them."""

from __future__ import annotations

from hashlib import sha256

from registry.cli.results import Issue

__all__ = ["fingerprint"]


def fingerprint(issue: Issue) -> str:
    """Return 64 hex digits; lines that moved do not change them."""
    direction = issue.finding.direction.value if issue.finding else ""
    parts = (issue.file, issue.rule, issue.at, direction, issue.against or "")
    return sha256("\0".join(parts).encode()).hexdigest()
