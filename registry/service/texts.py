"""Compatibility of texts that belong to no subject."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from compat import Level, Policy, Report, format_named
from compat import check as compare
from registry.errors import BadRequest, InvalidLevel, InvalidSchemaText
from registry.service.candidate import read_candidate
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest
from registry.service.session import Session

__all__ = ["compare_texts", "level_of", "old_of", "policy_of"]

_NOWHERE = SubjectName.parse("")


def compare_texts(
    session: Session,
    new: SchemaRequest,
    old: Sequence[SchemaRequest],
    level: Level,
    policy: Policy,
) -> Report:
    """Check ``new`` against ``old`` texts, oldest first, counted from version 1.

    References mean versions of the default context. Raises
    `InvalidSchemaText` for a text that can't be parsed, and for texts of
    different types.
    """
    if any(each.type != new.type for each in old):
        raise InvalidSchemaText("'old' schemas must have the new one's 'schemaType'")
    parsed = [
        read_candidate(session, _NOWHERE, each, strict=False, normalize=False).parsed
        for each in (new, *old)
    ]
    with session.engine_time.of(new.type, "check"):
        return compare(
            format_named(new.type),
            parsed[0],
            list(enumerate(parsed[1:], start=1)),
            level,
            policy=policy,
            steps=session.settings.check_steps,
            cache=session.verdicts,
        )


def level_of(body: dict[str, Any]) -> Level:
    """Return the body's `level`, BACKWARD when it has none."""
    try:
        return Level(str(body.get("level", Level.BACKWARD)).upper())
    except ValueError:
        raise InvalidLevel from None


def policy_of(body: dict[str, Any]) -> Policy:
    """Return the body's `policy`, STRICT when it has none."""
    try:
        return Policy(str(body.get("policy", Policy.STRICT)).upper())
    except ValueError:
        raise BadRequest(f"'policy' must be one of {', '.join(Policy)}") from None


def old_of(body: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the body's `old` schemas, oldest first; each is a text or an object."""
    old = body.get("old")
    if not isinstance(old, list) or not old:
        raise BadRequest("'old' must be a list of at least one schema")
    if not all(isinstance(each, str | dict) for each in old):
        raise BadRequest("each of 'old' must be a schema's text or an object")
    type = body.get("schemaType", "AVRO")
    return [
        {"schema": each, "schemaType": type}
        if isinstance(each, str)
        else {"schemaType": type, **each}
        for each in old
    ]
