"""Checks that register nothing: ``/compatibility``."""

from __future__ import annotations

from registry.client._operations._operation import Operation, flags, segment, send
from registry.client._types import Compatibility, Schema

__all__ = ["check", "check_version"]


def check(
    subject: str, schema: Schema, *, normalize: bool = False
) -> Operation[Compatibility]:
    """Ask exactly what a registration would check."""
    path = f"/compatibility/subjects/{segment(subject)}/versions"
    query = flags(verbose=True, normalize=normalize)
    return send("POST", path, Compatibility.from_json, schema.to_json(), query)


def check_version(
    subject: str, version: int | str, schema: Schema, *, normalize: bool = False
) -> Operation[Compatibility]:
    """Check against one version, at the subject's level."""
    path = f"/compatibility/subjects/{segment(subject)}/versions/{segment(version)}"
    query = flags(verbose=True, normalize=normalize)
    return send("POST", path, Compatibility.from_json, schema.to_json(), query)
