"""Apache Avro."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from compat.budget import Budget
from compat.formats.avro import canonical as texts
from compat.formats.avro import tags
from compat.formats.avro.edits import propose
from compat.formats.avro.findings import can_read
from compat.formats.avro.history import AvroHistory
from compat.formats.avro.locate import locate
from compat.formats.avro.parse import parse
from compat.formats.avro.rules import RULES
from compat.formats.avro.schema import AvroSchema
from compat.limits import Limits
from compat.plugin import NO_LIMITS, Edit
from compat.rules import RuleSet
from compat.tags import Entity, Tags
from compat.verdict import Finding, Location, Reading

__all__ = ["FORMAT"]


_NO_REFERENCES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class _Avro:
    name: str = "AVRO"
    rules: RuleSet = RULES
    transitive: bool = False

    def parse(
        self,
        text: str,
        references: Mapping[str, str] | None = None,
        *,
        strict: bool = True,
        limits: Limits = NO_LIMITS,
    ) -> AvroSchema:
        known = MappingProxyType(dict(references)) if references else _NO_REFERENCES
        parsed = parse(text, known, strict=strict, limits=limits)
        return AvroSchema(text, known, parsed)

    def can_read(
        self, reader: AvroSchema, writer: AvroSchema, budget: Budget
    ) -> Reading:
        return can_read(reader, writer, budget)

    def normalize(self, schema: AvroSchema) -> str:
        return texts.normalized(schema.root)

    def identity(self, schema: AvroSchema) -> str:
        return schema.identity

    def render(self, schema: AvroSchema, style: str) -> str:
        return texts.resolved(schema.root) if style == "resolved" else schema.canonical

    def field_names(self, schema: AvroSchema) -> tuple[str, ...]:
        return schema.field_names

    def locate(self, schema: AvroSchema, path: str) -> Location | None:
        return locate(schema, path)

    def history(self) -> AvroHistory:
        return AvroHistory()

    def edits(
        self, reader: AvroSchema, writer: AvroSchema, finding: Finding
    ) -> Iterable[Edit]:
        return propose(reader, writer, finding)

    def entities(self, schema: AvroSchema) -> Tags:
        return tags.entities(schema)

    def entity(self, schema: AvroSchema, asked: Entity) -> Entity | None:
        return asked if asked in tags.entities(schema) else None

    def retag(self, schema: AvroSchema, changed: Tags) -> str:
        return tags.retag(schema, changed)


FORMAT = _Avro()
