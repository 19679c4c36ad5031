"""Reserved fields: names that a schema promises never to use.

The metadata property `confluent:reserved` lists them; they are checked when
`validateFields` is on, as is the prefix that no property may have. Source:
Confluent's data contracts.
"""

from __future__ import annotations

from collections.abc import Sequence

from compat import Direction, Finding, Severity, format_named
from registry.errors import InvalidSchemaText
from registry.service.candidate import Candidate
from registry.service.metadata import Metadata, properties_of

__all__ = ["refuse_reserved_prefix", "reserved_findings"]

_PROPERTY = "confluent:reserved"
_PREFIX = "$$"


def refuse_reserved_prefix(candidate: Candidate) -> None:
    """Raise `InvalidSchemaText` for a top-level property named `$$...`.

    Only JSON Schema can have such names.
    """
    names = format_named(candidate.type).field_names(candidate.parsed)
    for name in sorted(names):
        if name.startswith(_PREFIX):
            raise InvalidSchemaText(
                f"Invalid schema of type {candidate.type}, details: property '{name}' "
                f"begins with '{_PREFIX}', which is reserved (config 'validateFields')"
            )


def reserved_findings(
    candidate: Candidate, old: Sequence[tuple[int, Metadata | None]]
) -> list[Finding]:
    """Return a finding for each reserved name that is dropped or used.

    ``old`` are the versions before it: their numbers and metadata.
    """
    reserved = _names(candidate.metadata)
    findings = [
        Finding(
            "RESERVED_FIELD_REMOVED",
            Severity.BREAK,
            f"/{name}",
            f"The new schema has reserved field {name} removed from its metadata "
            "which is present in the old schema's metadata.",
            direction=Direction.BACKWARD,
            version=number,
        )
        for number, metadata in reversed(old)
        for name in _names(metadata)
        if name not in reserved
    ]
    used = format_named(candidate.type).field_names(candidate.parsed)
    findings += [
        Finding(
            "RESERVED_FIELD_USED",
            Severity.BREAK,
            f"/{name}",
            f"The new schema has field that conflicts with the reserved field {name}.",
            direction=Direction.BACKWARD,
        )
        for name in reserved
        if name in used
    ]
    return findings


def _names(metadata: Metadata | None) -> list[str]:
    text = properties_of(metadata).get(_PROPERTY, "")
    return [name.strip() for name in text.split(",") if name.strip()]
