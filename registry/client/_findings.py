"""The engine's findings, read back from an answer's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compat.verdict import Direction, Finding, Fix, Location, Severity, Witness

__all__ = ["findings_from"]


def findings_from(body: Mapping[str, Any]) -> tuple[Finding, ...]:
    """Return the findings of an answer; none when it holds none.

    A member that this version does not understand leaves its finding out
    rather than hide the error that carries it.
    """
    found = []
    for each in body.get("findings") or ():
        try:
            found.append(_finding(each))
        except (KeyError, TypeError, ValueError):
            continue
    return tuple(found)


def _finding(body: Mapping[str, Any]) -> Finding:
    fix, witness, location = (body.get(key) for key in ("fix", "witness", "location"))
    return Finding(
        rule=body["rule"],
        severity=Severity(body["severity"]),
        path=body["path"],
        message=body["message"],
        reader=body.get("reader"),
        writer=body.get("writer"),
        fix=Fix(fix["advice"], fix.get("schema")) if fix else None,
        witness=_witness(witness) if witness else None,
        location=Location(location["line"], location["column"]) if location else None,
        direction=Direction(body.get("direction", "backward")),
        version=body.get("version"),
    )


def _witness(body: Mapping[str, Any]) -> Witness:
    return Witness(
        value=body.get("value"),
        outcome=body["outcome"],
        confirmed_by=tuple(body.get("confirmedBy") or ()),
        bytes=body.get("bytes"),
    )
