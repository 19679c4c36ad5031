"""Advice on Avro schemas."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from compat.formats.avro.model import (
    NO_DEFAULT,
    Array,
    Enum,
    Field,
    Fixed,
    Map,
    Node,
    Primitive,
    Record,
    Union,
)
from compat.formats.avro.schema import AvroSchema
from compat.lint.declared import ADVICE
from compat.lint.rules import Advice, LintLevel

__all__ = ["definitions", "fields"]


@ADVICE.rule("LINT_AVRO_DOC_MISSING", LintLevel.OFF, "AVRO")
def doc_missing(schema: AvroSchema, _: Sequence[AvroSchema]) -> Iterator[Advice]:
    """A type or field has no doc.

    Why: the next team learns what the data means from the schema alone.
    Fix: add a doc attribute that says what the value means, and its unit.
    """
    for node in definitions(schema.root):
        if not node.doc:
            yield Advice(node.at, f"{node.type} {node.full} has no doc")
        if isinstance(node, Record):
            for path, field in fields(node):
                if not field.doc:
                    yield Advice(path, f"field {field.name!r} has no doc")


@ADVICE.rule("LINT_AVRO_NULLABLE_NO_DEFAULT", LintLevel.WARN, "AVRO")
def nullable_no_default(
    schema: AvroSchema, _: Sequence[AvroSchema]
) -> Iterator[Advice]:
    """A field may be null but has no default.

    Why: an optional field without a default cannot be added or removed later
    without a break, although null would be the obvious value.
    Fix: put null first in the union and add "default": null.
    """
    for record in definitions(schema.root):
        if not isinstance(record, Record):
            continue
        for path, field in fields(record):
            if field.default is NO_DEFAULT and _nullable(field.type):
                yield Advice(
                    path, f"field {field.name!r} may be null but has no default"
                )


@ADVICE.rule("LINT_AVRO_ENUM_NO_DEFAULT", LintLevel.OFF, "AVRO")
def enum_no_default(schema: AvroSchema, _: Sequence[AvroSchema]) -> Iterator[Advice]:
    """An enum has no default symbol.

    Why: a reader refuses a symbol that it does not know; with a default it
    takes that instead, so that symbols can be added.
    Fix: add a symbol such as UNKNOWN and make it the enum's default.
    """
    for node in definitions(schema.root):
        if isinstance(node, Enum) and node.default is None:
            yield Advice(node.at, f"enum {node.full} has no default symbol")


@ADVICE.rule("LINT_AVRO_DECIMAL_SCALE_CHANGED", LintLevel.ERROR, "AVRO")
def decimal_scale_changed(
    schema: AvroSchema, history: Sequence[AvroSchema]
) -> Iterator[Advice]:
    """A decimal has another scale than in an earlier version.

    Why: the bytes hold the unscaled number: 12.30 written with scale 2 is
    read as 1.230 with scale 3, and no library notices.
    Fix: keep the scale, or add a new field with the new one.
    """
    before: dict[tuple[str, str], int] = {}
    for old in history:
        before |= {key: scale for key, _, scale in _scales(old.root)}
    for key, path, scale in _scales(schema.root):
        if before.get(key, scale) != scale:
            yield Advice(
                path,
                f"field {key[1]!r} of {key[0]} has the scale {scale}; "
                f"it had {before[key]}",
            )


def definitions(root: Node) -> Iterator[Record | Enum | Fixed]:
    """Yield the named types that the text itself defines, in its order."""
    seen: set[int] = set()
    left: list[Node] = [root]
    while left:
        node = left.pop()
        match node:
            case Record() | Enum() | Fixed():
                if id(node) in seen:
                    continue
                seen.add(id(node))
                if node.home is None:
                    yield node
                    if isinstance(node, Record):
                        types = (each.type for each in reversed(node.fields))
                        left += (e for e in types if not isinstance(e, Primitive))
            case Union():
                inner = reversed(node.branches)
                left += (e for e in inner if not isinstance(e, Primitive))
            case Array():
                left.append(node.items)
            case Map():
                left.append(node.values)


def fields(record: Record) -> Iterator[tuple[str, Field]]:
    """Yield the path and value of each field."""
    for index, field in enumerate(record.fields):
        yield f"{record.at}/fields/{index}", field


def _nullable(node: Node) -> bool:
    return isinstance(node, Union) and any(
        isinstance(each, Primitive) and each.type == "null" for each in node.branches
    )


def _scales(root: Node) -> Iterator[tuple[tuple[str, str], str, int]]:
    """Yield record and field, path, and scale of each decimal."""
    for record in definitions(root):
        if not isinstance(record, Record):
            continue
        for path, field in fields(record):
            branches = (
                field.type.branches if isinstance(field.type, Union) else (field.type,)
            )
            for node in branches:
                logical = node.logical if isinstance(node, Primitive | Fixed) else None
                if logical is not None and logical.name == "decimal":
                    yield (record.full, field.name), path, logical.scale or 0
