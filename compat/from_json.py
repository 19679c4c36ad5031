"""Findings and answers read back from the JSON that `compat.verdict` writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from compat.verdict import (
    Direction,
    Finding,
    Fix,
    Location,
    Reading,
    Severity,
    Witness,
)

__all__ = ["finding_from", "reading_from", "reading_to_json"]


def finding_from(body: Mapping[str, Any]) -> Finding:
    """Return the finding that `Finding.to_json` wrote.

    Raises `KeyError`, `TypeError` or `ValueError` for what it did not write.
    """
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


def reading_to_json(reading: Reading) -> dict[str, Any]:
    """Return a reading as JSON members."""
    findings = [each.to_json() for each in reading.findings]
    return {"findings": findings, "unknown": list(reading.unknown)}


def reading_from(body: Mapping[str, Any]) -> Reading:
    """Return the reading that `reading_to_json` wrote; raises as `finding_from`."""
    findings = tuple(finding_from(each) for each in body["findings"])
    return Reading(findings, tuple(body["unknown"]))


def _witness(body: Mapping[str, Any]) -> Witness:
    return Witness(
        value=body.get("value"),
        outcome=body["outcome"],
        confirmed_by=tuple(body.get("confirmedBy") or ()),
        bytes=body.get("bytes"),
    )
