"""Confluent's message lines for an incompatible schema.

Clients take them as opaque text and people search them for the error type
and the version, so their shape is kept; the findings beside them are the
machine-readable form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from compat import Finding, Report, format_named
from registry.service.config import Config

__all__ = ["DIFFERENT_TYPE", "messages_of"]

DIFFERENT_TYPE = "Incompatible because of different schema type"
_TEXT_LIMIT = 10240


def messages_of(
    type: str,
    report: Report,
    blocking: Sequence[Finding],
    texts: Mapping[int, str],
    config: Config,
) -> list[str]:
    """Return the lines for ``blocking`` findings, the newest version first.

    ``texts`` are the canonical texts of the versions. The lines of a version
    are followed by its number and its text; the config comes last.
    """
    lines: list[str] = []
    for version in dict.fromkeys(each.version for each in blocking):
        lines += [_line(type, each) for each in blocking if each.version == version]
        if version is not None:
            lines += [f"{{oldSchemaVersion: {version}}}", _old_schema(texts[version])]
    lines += [f"The check could not decide: {each}" for each in report.unknown]
    fields = str(config.validate_fields).lower()
    level = config.level.value
    lines.append(f"{{validateFields: '{fields}', compatibility: '{level}'}}")
    return lines


def _line(type: str, finding: Finding) -> str:
    rules = format_named(type).rules
    if finding.rule not in rules:
        return finding.message
    kind = rules[finding.rule].confluent
    path = finding.path or "/"
    if type == "AVRO":
        return (
            f"{{errorType:'{kind}', description:'{finding.message} (path '{path}', "
            f"{finding.direction.value})', additionalInfo:'{finding.rule}'}}"
        )
    if not path.startswith("/"):
        # Protobuf's dotted names, as Confluent writes them.
        path = "/" + path.replace(".", "/")
    return (
        f'{{errorType:"{kind}", description:"{finding.message} '
        f"(path '#{path}', {finding.direction.value})\"}}"
    )


def _old_schema(text: str) -> str:
    if len(text) > _TEXT_LIMIT:
        return f"{{oldSchema: <truncated> '{text[:_TEXT_LIMIT]}...'}}"
    return f"{{oldSchema: '{text}'}}"
