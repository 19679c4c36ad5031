"""A schema with its references written into it, as fastavro takes it."""

from __future__ import annotations

from typing import Any

from registry.client.serdes.avro_codec._parsed import ParsedAvro

__all__ = ["inlined"]


def inlined(parsed: ParsedAvro) -> Any:
    """Return the schema as one value: each name is defined where it is first used."""
    return _inline(parsed, parsed.root, set())


def _inline(parsed: ParsedAvro, schema: Any, defined: set[str]) -> Any:
    if isinstance(schema, list):
        return [_inline(parsed, each, defined) for each in schema]
    if isinstance(schema, str):
        if schema in defined or schema not in parsed.names:
            return schema
        schema = parsed.names[schema]
    if "name" in schema:
        if schema["name"] in defined:
            return schema["name"]
        defined.add(schema["name"])
    whole = dict(schema)
    for inner in ("items", "values"):
        if inner in whole:
            whole[inner] = _inline(parsed, whole[inner], defined)
    if isinstance(whole["type"], dict | list):
        whole["type"] = _inline(parsed, whole["type"], defined)
    if "fields" in whole:
        whole["fields"] = [
            {**field, "type": _inline(parsed, field["type"], defined)}
            for field in whole["fields"]
        ]
    return whole
