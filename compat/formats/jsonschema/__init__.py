"""JSON Schema, drafts 04 to 2020-12."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compat.budget import Budget
from compat.errors import InvalidSchema
from compat.formats.jsonschema import tags
from compat.formats.jsonschema.edits import edits
from compat.formats.jsonschema.reading import can_read
from compat.formats.jsonschema.rules import RULES
from compat.formats.jsonschema.schema import JsonSchema, parse
from compat.formats.jsonschema.text import compact
from compat.limits import Limits
from compat.plugin import NO_LIMITS, Edit
from compat.rules import RuleSet
from compat.spans import Spans
from compat.tags import Entity, Tags
from compat.verdict import Finding, Location, Reading

__all__ = ["FORMAT"]


@dataclass(frozen=True)
class _JsonSchema:
    name: str = "JSON"
    rules: RuleSet = RULES
    transitive: bool = True

    def parse(
        self,
        text: str,
        references: Mapping[str, str] | None = None,
        *,
        strict: bool = True,
        limits: Limits = NO_LIMITS,
    ) -> JsonSchema:
        try:
            return parse(text, references or {}, strict=strict, limits=limits)
        except InvalidSchema as error:
            if error.line is None:
                place = Spans(text).nearest(error.path)
                if place is not None:
                    error.line, error.column = place.line, place.column
            raise

    def can_read(
        self, reader: JsonSchema, writer: JsonSchema, budget: Budget
    ) -> Reading:
        return can_read(reader, writer, budget)

    def normalize(self, schema: JsonSchema) -> str:
        return compact(schema.value, sort=True)

    def identity(self, schema: JsonSchema) -> str:
        return schema.canonical

    def render(self, schema: JsonSchema, _style: str) -> str:
        return schema.canonical

    def field_names(self, schema: JsonSchema) -> tuple[str, ...]:
        root = schema.value
        known = root.get("properties") if isinstance(root, dict) else None
        return tuple(known) if isinstance(known, dict) else ()

    def locate(self, schema: JsonSchema, path: str) -> Location | None:
        return schema.spans.nearest(path)

    def edits(
        self, reader: JsonSchema, writer: JsonSchema, finding: Finding
    ) -> Iterable[Edit]:
        return edits(reader, writer, finding)

    def entities(self, schema: JsonSchema) -> Tags:
        return tags.entities(schema)

    def entity(self, schema: JsonSchema, asked: Entity) -> Entity | None:
        return tags.entity(schema, asked)

    def retag(self, schema: JsonSchema, changed: Tags) -> str:
        return tags.retag(schema, changed)


FORMAT = _JsonSchema()
