"""A field's default: JSON in the schema, an Avro value when it is used."""

from __future__ import annotations

from typing import Any

from registry.client.serdes.avro_codec._conversions import conversion
from registry.client.serdes.avro_codec._parsed import ParsedAvro, kind

__all__ = ["default_as_read", "default_value"]


def default_value(parsed: ParsedAvro, schema: Any, default: Any) -> Any:
    """Return ``default`` as the value that a writer of ``schema`` takes.

    Bytes are written as text in JSON, one character a byte; a record's
    missing members take their own defaults (specification, Complex Types).
    Raises `ValueError` when it fits no branch of a union.
    """
    schema = parsed.resolve(schema)
    match kind(schema):
        case "bytes" | "fixed" if isinstance(default, str):
            return default.encode("latin-1")
        case "float" | "double" if isinstance(default, int | float | str):
            return float(default)
        case "array":
            return [default_value(parsed, schema["items"], each) for each in default]
        case "map":
            values = schema["values"]
            return {
                key: default_value(parsed, values, each)
                for key, each in default.items()
            }
        case "record" | "error":
            return _record(parsed, schema, default)
        case "union":
            return _branch(parsed, schema, default)
    return default


def _record(parsed: ParsedAvro, schema: Any, default: Any) -> dict[str, Any]:
    record = {}
    for field in schema["fields"]:
        name = field["name"]
        given = default[name] if name in default else field["default"]
        record[name] = default_value(parsed, field["type"], given)
    return record


def _branch(parsed: ParsedAvro, union: list[Any], default: Any) -> Any:
    """Use the first branch that fits: 1.12 allows any, older texts the first."""
    # Imported late: the two modules need one another for nested unions.
    from registry.client.serdes.avro_codec._faults import first_fault

    for branch in union:
        try:
            value = default_value(parsed, branch, default)
        except (AttributeError, KeyError, TypeError, ValueError):
            continue
        if first_fault(parsed, branch, value) is None:
            return value
    raise ValueError(f"default {default!r} fits no branch of the union")


def default_as_read(parsed: ParsedAvro, schema: Any, value: Any) -> Any:
    """Return a default as it would come out of the reader: dates, decimals."""
    schema = parsed.resolve(schema)
    what = kind(schema)
    if isinstance(value, dict) and what in ("record", "error"):
        return {
            field["name"]: default_as_read(parsed, field["type"], value[field["name"]])
            for field in schema["fields"]
        }
    if isinstance(value, dict) and what == "map":
        return {
            k: default_as_read(parsed, schema["values"], v) for k, v in value.items()
        }
    if isinstance(value, list) and what == "array":
        return [default_as_read(parsed, schema["items"], each) for each in value]
    convert = conversion(schema, schema) if isinstance(schema, dict) else None
    return convert(value) if convert is not None else value
