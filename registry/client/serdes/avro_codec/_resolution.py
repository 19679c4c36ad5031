"""Which reader type a writer type is read as (specification, Schema Resolution)."""

from __future__ import annotations

from typing import Any

from registry.client.serdes.avro_codec._parsed import ParsedAvro, kind

__all__ = ["NO_MATCH", "alias_names", "matching", "reader_field"]

NO_MATCH = object()
"""What `matching` returns when the reader refuses the writer's type."""

PROMOTIONS = {
    "int": ("long", "float", "double"),
    "long": ("float", "double"),
    "float": ("double",),
    "string": ("bytes",),
    "bytes": ("string",),
}

NAMED = ("record", "error", "enum", "fixed")


def matching(writer: ParsedAvro, written: Any, reader: ParsedAvro, wanted: Any) -> Any:
    """Return the type of ``wanted`` that reads ``written``, or `NO_MATCH`.

    ``written`` is resolved and no union. Of a reader's union the branch of
    the same type and full name counts before one of the same short name, and
    that before a promotion: data are then changed as little as possible, as
    Java's reader does it.
    """
    wanted = reader.resolve(wanted)
    if kind(wanted) not in ("union", "error_union"):
        return wanted if _closeness(writer, written, reader, wanted) else NO_MATCH
    branches = [reader.resolve(each) for each in wanted]
    ranks = [_closeness(writer, written, reader, each) for each in branches]
    best = max(ranks, default=0)
    return branches[ranks.index(best)] if best else NO_MATCH


def _closeness(
    writer: ParsedAvro, written: Any, reader: ParsedAvro, wanted: Any
) -> int:
    """Return 3 for the same, 2 for the same short name, 1 for promoted, 0 for no."""
    has, wants = kind(written), kind(wanted)
    if has == "error":
        has = "record"
    if wants == "error":
        wants = "record"
    if has != wants:
        return int(wants in PROMOTIONS.get(has, ()))
    if has in NAMED:
        if has == "fixed" and written["size"] != wanted["size"]:
            return 0
        return _same_name(written["name"], wanted)
    if has in ("array", "map"):
        inner = "items" if has == "array" else "values"
        return 3 if _inner(writer, written[inner], reader, wanted[inner]) else 0
    return 3


def _inner(writer: ParsedAvro, written: Any, reader: ParsedAvro, wanted: Any) -> bool:
    """Whether at least one branch of ``written`` is readable."""
    written = writer.resolve(written)
    branches = written if isinstance(written, list) else [written]
    return any(
        matching(writer, writer.resolve(each), reader, wanted) is not NO_MATCH
        for each in branches
    )


def _same_name(name: str, wanted: Any) -> int:
    if name == wanted["name"] or name in alias_names(wanted):
        return 3
    return 2 if name.rpartition(".")[2] == wanted["name"].rpartition(".")[2] else 0


def alias_names(definition: Any) -> list[str]:
    """Return the full names of a definition's aliases."""
    space = definition["name"].rpartition(".")[0]
    return [
        each if "." in each or not space else f"{space}.{each}"
        for each in definition.get("aliases") or ()
    ]


def reader_field(written: Any, fields: list[Any]) -> Any | None:
    """Return the reader's field for a writer's one: by name, else by alias."""
    for field in fields:
        if field["name"] == written["name"]:
            return field
    for field in fields:
        if written["name"] in (field.get("aliases") or ()):
            return field
    return None
