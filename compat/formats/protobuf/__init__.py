"""Protobuf: .proto text or file descriptors, compared by what the wire carries."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from compat.budget import Budget
from compat.formats.protobuf import tags, walk
from compat.formats.protobuf.descriptors import encode
from compat.formats.protobuf.edits import edits
from compat.formats.protobuf.history import ProtobufHistory
from compat.formats.protobuf.parse import parse
from compat.formats.protobuf.printer import Style
from compat.formats.protobuf.ruling import RULES
from compat.formats.protobuf.schema import ProtobufSchema
from compat.limits import Limits
from compat.plugin import NO_LIMITS, Edit
from compat.rules import RuleSet
from compat.tags import Entity, Tags
from compat.verdict import Finding, Location, Reading

__all__ = ["FORMAT", "Protobuf"]


@dataclass(frozen=True, slots=True)
class Protobuf:
    """The Protobuf format, as `compat.plugin.Format` wants it."""

    name: str = "PROTOBUF"
    rules: RuleSet = RULES
    transitive: bool = False

    def parse(
        self,
        text: str,
        references: Mapping[str, str] | None = None,
        *,
        strict: bool = True,  # noqa: ARG002 - the compiler knows one way
        limits: Limits = NO_LIMITS,
    ) -> ProtobufSchema:
        """Return the schema of .proto text, or of a descriptor in base64."""
        return parse(text, references or {}, limits)

    def can_read(
        self, reader: ProtobufSchema, writer: ProtobufSchema, budget: Budget
    ) -> Reading:
        """Find each way in which ``reader`` refuses or misreads ``writer``'s data."""
        return walk.can_read(reader, writer, budget)

    def normalize(self, schema: ProtobufSchema) -> str:
        """Return the text in which what has no order is sorted."""
        return schema.printed(Style(normal=True))

    def identity(self, schema: ProtobufSchema) -> str:
        """Return the canonical text: equal texts are the same schema."""
        return schema.canonical

    def render(self, schema: ProtobufSchema, style: str) -> str:
        """Return the base64 descriptor, or the text with or without extensions."""
        match style:
            case "serialized":
                return encode(schema.file)
            case "ignore_extensions":
                return schema.printed(Style(extensions=False))
        return schema.canonical

    def field_names(self, schema: ProtobufSchema) -> tuple[str, ...]:
        """Return the names of the first message's fields, in its order."""
        messages = schema.file.message_type
        return tuple(each.name for each in messages[0].field) if messages else ()

    def locate(self, schema: ProtobufSchema, path: str) -> Location | None:
        """Return where ``path``, or else what it is within, stands in the text."""
        while path:
            offset = schema.places.get(path)
            if offset is not None:
                line = bisect_right(schema.lines, offset)
                return Location(line, offset - schema.lines[line - 1] + 1)
            path = path.rpartition(".")[0]
        return None

    def history(self) -> ProtobufHistory:
        """Return an empty `compat.plugin.History`."""
        return ProtobufHistory()

    def edits(
        self, reader: ProtobufSchema, writer: ProtobufSchema, finding: Finding
    ) -> Iterable[Edit]:
        """Propose schemas without ``finding``, the least intrusive first."""
        return edits(reader, writer, finding)

    def entities(self, schema: ProtobufSchema) -> Tags:
        """Return each message and field of the file with its tags."""
        return tags.entities(schema)

    def entity(self, schema: ProtobufSchema, asked: Entity) -> Entity | None:
        """Return the entity of this path, with the package or without."""
        return tags.entity(schema, asked)

    def retag(self, schema: ProtobufSchema, changed: Tags) -> str:
        """Return the canonical text with ``changed`` tags."""
        return tags.retag(schema, changed)


FORMAT = Protobuf()
