"""What a record that lacks fields, or has too many, is written as."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from registry.client.serdes.avro_codec._defaults import default_value
from registry.client.serdes.avro_codec._parsed import ParsedAvro

__all__ = ["completion"]


def completion(
    parsed: ParsedAvro, schema: Any, strict: bool
) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """Return what fills absent fields with their defaults."""
    fields = schema["fields"]

    def complete(record: dict[str, Any]) -> dict[str, Any]:
        if record.get("-type") == schema["name"]:
            record = {key: record[key] for key in record if key != "-type"}
        full = {}
        for field in fields:
            name = field["name"]
            if name in record:
                full[name] = record[name]
            elif "default" in field:
                full[name] = default_value(parsed, field["type"], field["default"])
            elif not strict and _takes_null(parsed, field["type"]):
                full[name] = None
            else:
                raise ValueError(f"field {name!r} is missing and has no default")
        if strict and len(record) > sum(name in record for name in full):
            raise ValueError("the record has fields that the schema has not")
        return full

    return complete


def _takes_null(parsed: ParsedAvro, schema: Any) -> bool:
    schema = parsed.resolve(schema)
    return schema == "null" or (isinstance(schema, list) and "null" in schema)
