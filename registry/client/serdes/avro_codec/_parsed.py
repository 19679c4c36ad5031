"""An Avro schema ready for code: full names, and every named type by name."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from fastavro.schema import SchemaParseException, UnknownType, parse_schema

from registry.client.serdes._errors import UnusableSchema

__all__ = ["ParsedAvro", "kind", "logical", "parse"]

NAMED = frozenset({"record", "error", "enum", "fixed"})


@dataclass(frozen=True, slots=True, eq=False)
class ParsedAvro:
    """``root`` is the schema, ``names`` maps full names to definitions."""

    root: Any
    names: dict[str, Any]

    def resolve(self, schema: Any) -> Any:
        """Return the definition that ``schema`` names, or ``schema`` itself."""
        if type(schema) is str:
            return self.names.get(schema, schema)
        inner = schema.get("type") if isinstance(schema, dict) else None
        if type(inner) is str and inner in self.names and inner not in NAMED:
            return self.names[inner]
        # {"type": {"type": "string"}} is a wrapper, save for logical types.
        if isinstance(inner, dict | list) and "logicalType" not in schema:
            return self.resolve(inner)
        return schema

    @property
    def name(self) -> str | None:
        """The full name of the schema; None when it has none."""
        root = self.resolve(self.root)
        return root.get("name") if isinstance(root, dict) else None


def parse(text: str, references: Iterable[str] = ()) -> ParsedAvro:
    """Parse ``text``; ``references`` are the texts it names, deepest first.

    Raises `UnusableSchema` when fastavro cannot read one of them.
    """
    names: dict[str, Any] = {}
    root: Any = None
    try:
        for each in (*references, text):
            root = parse_schema(_json(each), names, _write_hint=False)
    except (
        SchemaParseException,
        UnknownType,
        ValueError,
        KeyError,
        TypeError,
    ) as error:
        raise UnusableSchema(f"not an Avro schema: {error!r}") from error
    except RecursionError:
        raise UnusableSchema("not an Avro schema: nested too deeply") from None
    return ParsedAvro(root, dict(names))


def kind(schema: Any) -> str:
    """Return the type of a resolved schema; a list is a ``union``."""
    if isinstance(schema, list):
        return "union"
    return str(schema["type"]) if isinstance(schema, dict) else str(schema)


def logical(schema: Any) -> str | None:
    """Return the key of fastavro's logical conversions, if ``schema`` has one."""
    if isinstance(schema, dict) and isinstance(schema.get("logicalType"), str):
        return f"{schema['type']}-{schema['logicalType']}"
    return None


def _json(text: str) -> Any:
    # A bare name such as string is a schema too, quoted or not.
    try:
        return json.loads(text)
    except ValueError:
        if text.strip().isidentifier():
            return text.strip()
        raise
