"""A schema as an application gives it: a text, or a whole `Schema`."""

from __future__ import annotations

from registry.client._types import Schema

__all__ = ["as_schema"]


def as_schema(schema: str | Schema | None, type: str) -> Schema | None:
    """Return a text as a schema of ``type``; refuse a schema of another one."""
    if isinstance(schema, str):
        return Schema(schema, type)
    if schema is not None and schema.type != type:
        raise ValueError(f"a schema of type {schema.type}, where {type} is needed")
    return schema
