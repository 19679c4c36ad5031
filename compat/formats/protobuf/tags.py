"""Tags of a Protobuf schema: `tags` in the options of `confluent/meta.proto`.

A message's path is its name within the package, a field's is its message's,
a dot and its own name; with the package in front both are understood too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

from compat.errors import InvalidSchema
from compat.formats.protobuf.compile import compile_text
from compat.formats.protobuf.descriptors import add_file, pool_of, with_known_options
from compat.formats.protobuf.printer import print_file
from compat.formats.protobuf.schema import ProtobufSchema
from compat.formats.protobuf.source import FORMAT
from compat.tags import Entity, EntityKind, Tags, refuse_unknown

__all__ = ["entities", "entity", "retag"]

_META = "confluent/meta.proto"
_OPTIONS = {
    EntityKind.RECORD: "confluent.message_meta",
    EntityKind.FIELD: "confluent.field_meta",
}


def entities(schema: ProtobufSchema) -> dict[Entity, tuple[str, ...]]:
    """Return each message and field of the file, with its tags."""
    file = with_known_options(schema.file, schema.pool)
    return {
        entity: _tags(options, entity.kind, schema.pool)
        for entity, options in _walk(file)
    }


def entity(schema: ProtobufSchema, asked: Entity) -> Entity | None:
    """Return the entity of this path, with the package or without."""
    known = dict(_walk(schema.file))
    if asked in known:
        return asked
    package = schema.file.package
    if not package or not asked.path.startswith(f"{package}."):
        return None
    short = Entity(asked.path.removeprefix(f"{package}."), asked.kind)
    return short if short in known else None


def retag(schema: ProtobufSchema, tags: Tags) -> str:
    """Return the canonical text with ``tags`` in place of those there.

    The import that the option needs is added where it is missing.
    """
    needed = FileDescriptorProto()
    needed.CopyFrom(schema.file)
    pool = schema.pool
    present = (*needed.dependency, *needed.option_dependency)
    if any(tags.values()) and _META not in present:
        needed.dependency.append(_META)
        pool = _pool_with_meta(schema)
    file = with_known_options(needed, pool)
    holders = dict(_walk(file))
    for entity, names in tags.items():
        refuse_unknown(entity, holders)
        _set_tags(holders[entity], entity.kind, pool, list(names))
    return print_file(file)


def _pool_with_meta(schema: ProtobufSchema) -> DescriptorPool:
    text = f'syntax = "proto3";\nimport "{_META}";\n'
    present = [each.name for each in schema.imported]
    pool = pool_of(schema.imported)
    for each in compile_text(text, {}).imported:
        if each.name not in present:
            add_file(pool, each)
    return pool


def _walk(file: FileDescriptorProto) -> Iterator[tuple[Entity, Any]]:
    """Yield each entity with the options that hold its tags, in file order."""
    for message in file.message_type:
        yield from _message(message, message.name)


def _message(message: DescriptorProto, path: str) -> Iterator[tuple[Entity, Any]]:
    yield Entity(path, EntityKind.RECORD), message.options
    for field in message.field:
        yield Entity(f"{path}.{field.name}", EntityKind.FIELD), field.options
    for nested in message.nested_type:
        if not nested.options.map_entry:
            yield from _message(nested, f"{path}.{nested.name}")


def _option(kind: EntityKind, pool: DescriptorPool) -> Any:
    """Return the extension that holds the tags, or None without the import."""
    try:
        option = pool.FindExtensionByName(_OPTIONS[kind])
    except KeyError:
        return None
    # A reference may bring another file of that name.
    inner = option.message_type
    return option if inner and "tags" in inner.fields_by_name else None


def _tags(options: Any, kind: EntityKind, pool: DescriptorPool) -> tuple[str, ...]:
    option = _option(kind, pool)
    if option is None or not options.HasExtension(option):
        return ()
    return tuple(options.Extensions[option].tags)


def _set_tags(
    options: Any, kind: EntityKind, pool: DescriptorPool, names: list[str]
) -> None:
    option = _option(kind, pool)
    if option is None:
        if names:
            raise InvalidSchema(FORMAT, f"{_META} does not declare tags")
        return
    meta = options.Extensions[option]
    del meta.tags[:]
    meta.tags.extend(names)
    if not meta.ListFields():
        options.ClearExtension(option)
