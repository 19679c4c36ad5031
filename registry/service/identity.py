"""What makes two schemas the same: Confluent's GUID, and our own digests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from registry.store.values import Reference

__all__ = ["digest", "guid", "likeness"]

_RULE_LISTS = ("migrationRules", "domainRules", "encodingRules")
VERSION_PROPERTY = "confluent:version"

_JSON = json.JSONEncoder(sort_keys=True)


def guid(
    text: str,
    references: Sequence[Reference],
    metadata: Mapping[str, Any] | None,
    rule_set: Mapping[str, Any] | None,
) -> str:
    """Return Confluent's GUID: the MD5 of all content, written as a UUID.

    It must equal what every other registry computes for the same content,
    so it has their weaknesses: no separators, no schema type. `digest`
    decides sameness here.
    """
    md5 = hashlib.md5(text.encode(), usedforsecurity=False)
    for each in references:
        md5.update(each.name.encode() + each.subject.encode())
        md5.update(each.version.to_bytes(4, "big", signed=True))
    if metadata is not None:
        md5.update(b"\x01" + "".join(_metadata_parts(metadata)).encode())
    if rule_set is not None:
        md5.update(b"\x01")
        for name in _RULE_LISTS:
            for rule in rule_set.get(name) or ():
                md5.update("".join(_rule_parts(rule)).encode())
                md5.update(b"\x01" if rule.get("disabled") else b"")
        md5.update((rule_set.get("enableAt") or "").encode())
    digits = md5.hexdigest()
    parts = digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]
    return "-".join(parts)


def digest(
    type: str,
    text: str,
    references: Sequence[Reference],
    metadata: Mapping[str, Any] | None,
    rule_set: Mapping[str, Any] | None,
) -> str:
    """Return the SHA-256, in hex, of all content and the schema type."""
    return _sha256(type, text, _references(references), metadata, rule_set)


def likeness(
    type: str,
    identity: str,
    references: Sequence[tuple[str, str, int]],
    metadata: Mapping[str, Any] | None,
    rule_set: Mapping[str, Any] | None,
) -> str:
    """Return a SHA-256 that spellings of one schema share.

    ``identity`` is what the format takes as the same schema; ``references``
    are (name, qualified subject, version). The property `confluent:version`
    does not count: the registry itself writes it.
    """
    properties = dict((metadata or {}).get("properties") or {})
    if properties.pop(VERSION_PROPERTY, None) is not None:
        metadata = {**(metadata or {}), "properties": properties}
        metadata = {k: v for k, v in metadata.items() if v} or None
    return _sha256(
        type, identity, [list(each) for each in references], metadata, rule_set
    )


def _references(references: Sequence[Reference]) -> list[list[str | int]]:
    return [[each.name, each.subject, each.version] for each in references]


def _sha256(*parts: Any) -> str:
    text = f"[{', '.join(map(_json, parts))}]"
    return hashlib.sha256(text.encode()).hexdigest()


def _json(part: Any) -> str:
    # The encoder is dear to start, and most schemas have but their text.
    if part is None:
        return "null"
    return "[]" if part == [] else _JSON.encode(part)


def _metadata_parts(metadata: Mapping[str, Any]) -> list[str]:
    parts: list[str] = []
    for path, tags in sorted((metadata.get("tags") or {}).items()):
        parts += [path, *sorted(tags)]
    for name, value in sorted((metadata.get("properties") or {}).items()):
        parts += [name, value]
    return parts + sorted(metadata.get("sensitive") or ())


def _rule_parts(rule: Mapping[str, Any]) -> list[str]:
    parts = [rule.get(key) or "" for key in ("name", "doc", "kind", "mode", "type")]
    parts += sorted(rule.get("tags") or ())
    for name, value in sorted((rule.get("params") or {}).items()):
        parts += [name, value]
    return parts + [rule.get(key) or "" for key in ("expr", "onSuccess", "onFailure")]
