"""The engine's findings, read back from an answer's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compat.from_json import finding_from
from compat.verdict import Finding

__all__ = ["findings_from"]


def findings_from(body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the findings of an answer; none when it holds none.

    A member that this version does not understand leaves its finding out
    rather than hide the error that carries it.
    """
    found = []
    for each in body.get("findings") or ():
        try:
            found.append(finding_from(each))
        except (KeyError, TypeError, ValueError):
            continue
    return tuple(found)
