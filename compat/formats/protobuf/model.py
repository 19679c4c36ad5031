"""Messages, fields and enums as the rules see them: names, numbers, kinds."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from google.protobuf.descriptor import (
    Descriptor,
    EnumDescriptor,
    FieldDescriptor,
    FileDescriptor,
)
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool

from compat.formats.protobuf.options import default_json_name

__all__ = ["Enum", "Field", "File", "Map", "Message", "build"]

_KINDS: dict[int, str] = {
    number: name.removeprefix("TYPE_").lower()
    for name, number in FieldDescriptorProto.Type.items()
}
Ranges = tuple[tuple[int, int], ...]


def _within(number: int, ranges: Ranges) -> bool:
    """Whether one of ``ranges``, sorted and apart, holds ``number``."""
    place = bisect_right(ranges, number, key=lambda each: each[0])
    return place > 0 and number <= ranges[place - 1][1]


@dataclass(frozen=True)
class Enum:
    """An enum: ``values`` are pairs of name and number, in text order.

    ``name`` is relative to the package, ``numbers`` are those with a name. A
    closed enum refuses other numbers.
    """

    name: str
    full_name: str
    closed: bool
    values: tuple[tuple[str, int], ...]
    numbers: frozenset[int]
    reserved: Ranges
    reserved_names: tuple[str, ...]

    @cached_property
    def names(self) -> Mapping[int, list[str]]:
        """The names of each number, in text order."""
        found: dict[int, list[str]] = {}
        for name, number in self.values:
            found.setdefault(number, []).append(name)
        return found

    def reserves(self, number: int) -> bool:
        """Whether ``number`` may not be used again."""
        return _within(number, self.reserved)


@dataclass(frozen=True, slots=True)
class Map:
    """The types of a map's keys and values."""

    key: Field
    value: Field


@dataclass(frozen=True, slots=True)
class Field:
    """A field; ``kind`` is its type's keyword, ``type`` the full name it needs.

    ``kind`` is ``message``, ``group`` or ``enum`` for declared types, and
    ``group`` also for messages that editions encode between delimiters.
    ``label`` is the one that the text says, or empty. ``default`` is what a
    reader is given when the field is unset.
    """

    number: int
    name: str
    kind: str
    type: str
    label: str
    repeated: bool
    required: bool
    presence: bool
    oneof: str
    json_name: str
    default: object
    map: Map | None
    extension: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """A message; ``name`` is relative to the package, ``fields`` by number.

    ``oneofs`` maps each name to the numbers of its members, in text order.
    """

    name: str
    full_name: str
    fields: Mapping[int, Field]
    oneofs: Mapping[str, tuple[int, ...]]
    reserved: Ranges
    reserved_names: tuple[str, ...]
    unsupported: str = ""

    def reserves(self, number: int) -> bool:
        """Whether ``number`` may not be used again."""
        return _within(number, self.reserved)


@dataclass(frozen=True, slots=True)
class File:
    """A schema: its own messages and enums by name, and all types it can use.

    ``all_messages`` and ``all_enums`` are by full name and hold those of
    imports. ``imported`` finds an import's type by its name without package.
    """

    package: str
    messages: Mapping[str, Message]
    enums: Mapping[str, Enum]
    all_messages: Mapping[str, Message]
    all_enums: Mapping[str, Enum]
    imported: Mapping[str, str] = field(default_factory=dict)


def build(
    pool: DescriptorPool,
    file: FileDescriptorProto,
    imported: Iterable[FileDescriptorProto],
) -> File:
    """Return the model of ``file``, with the types of ``imported`` files."""
    own = _Builder(pool, file)
    own.add()
    others = [_Builder(pool, each) for each in imported]
    for each in others:
        each.add()
    messages = {each.full_name: each for each in own.messages}
    enums = {each.full_name: each for each in own.enums}
    names: dict[str, str] = {}
    for other in others:
        messages |= {each.full_name: each for each in other.messages}
        enums |= {each.full_name: each for each in other.enums}
        for message in other.messages:
            names.setdefault(message.name, message.full_name)
    for builder in (*others, own):
        _add_extensions(messages, builder.extensions)
    return File(
        file.package,
        {each.name: messages[each.full_name] for each in own.messages},
        {each.name: each for each in own.enums},
        messages,
        enums,
        names,
    )


def _add_extensions(
    messages: dict[str, Message], extensions: Iterable[tuple[str, Field]]
) -> None:
    by_message: dict[str, dict[int, Field]] = {}
    for name, each in extensions:
        by_message.setdefault(name, {})[each.number] = each
    for name, more in by_message.items():
        fields = {**messages[name].fields, **more}
        messages[name] = replace(messages[name], fields=fields)


class _Builder:
    """Collects the types of one file, outer before inner."""

    def __init__(self, pool: DescriptorPool, proto: FileDescriptorProto) -> None:
        self.file: FileDescriptor = pool.FindFileByName(proto.name)
        self.proto = proto
        self.messages: list[Message] = []
        self.enums: list[Enum] = []
        self.extensions: list[tuple[str, Field]] = []
        self.scope = f"{proto.package}." if proto.package else ""

    def add(self) -> None:
        for message in self.proto.message_type:
            self._add_message(self.file.message_types_by_name[message.name], message)
        for enum in self.proto.enum_type:
            found = self.file.enum_types_by_name[enum.name]
            self.enums.append(self._enum(found, enum))
        by_name = self.file.extensions_by_name
        self._extend((each, by_name[each.name]) for each in self.proto.extension)

    def _extend(
        self, pairs: Iterable[tuple[FieldDescriptorProto, FieldDescriptor]]
    ) -> None:
        for proto, found in pairs:
            extended = proto.extendee.removeprefix(".")
            self.extensions.append((extended, self._field(found, proto)))

    def _add_message(self, found: Descriptor, proto: DescriptorProto) -> None:
        if proto.options.map_entry:
            return
        fields = [
            self._field(each, own)
            for each, own in zip(found.fields, proto.field, strict=True)
        ]
        oneofs: dict[str, list[int]] = {}
        for each in fields:
            if each.oneof:
                oneofs.setdefault(each.oneof, []).append(each.number)
        sets = proto.options.message_set_wire_format
        self.messages.append(
            Message(
                found.full_name.removeprefix(self.scope),
                found.full_name,
                {each.number: each for each in fields},
                {name: tuple(numbers) for name, numbers in oneofs.items()},
                tuple(
                    sorted((each.start, each.end - 1) for each in proto.reserved_range)
                ),
                tuple(proto.reserved_name),
                f"the message set {found.full_name}" if sets else "",
            )
        )
        for nested in proto.nested_type:
            self._add_message(found.nested_types_by_name[nested.name], nested)
        for enum in proto.enum_type:
            declared = found.enum_types_by_name[enum.name]
            self.enums.append(self._enum(declared, enum))
        by_name = found.extensions_by_name
        self._extend((each, by_name[each.name]) for each in proto.extension)

    def _enum(self, found: EnumDescriptor, proto: EnumDescriptorProto) -> Enum:
        return Enum(
            found.full_name.removeprefix(self.scope),
            found.full_name,
            bool(found.is_closed),
            tuple((each.name, each.number) for each in proto.value),
            frozenset(each.number for each in proto.value),
            tuple(sorted((each.start, each.end) for each in proto.reserved_range)),
            tuple(proto.reserved_name),
        )

    def _field(self, found: FieldDescriptor, proto: FieldDescriptorProto) -> Field:
        repeated = bool(found.is_repeated)
        kind = _KINDS[found.type]
        declared = found.message_type or found.enum_type
        entries = None
        if found.message_type is not None and found.message_type.GetOptions().map_entry:
            entries = self._map(found.message_type)
        oneof = None if proto.proto3_optional else found.containing_oneof
        return Field(
            number=found.number,
            name=f"({found.full_name})" if found.is_extension else found.name,
            kind=kind,
            type=declared.full_name if declared is not None else "",
            label=self._label(proto),
            repeated=repeated,
            required=bool(found.is_required),
            presence=bool(found.has_presence),
            oneof=oneof.name if oneof is not None else "",
            json_name=proto.json_name or default_json_name(found.name),
            default=None if repeated or found.message_type else found.default_value,
            map=entries,
            extension=bool(found.is_extension),
        )

    def _label(self, proto: FieldDescriptorProto) -> str:
        if proto.label != FieldDescriptorProto.LABEL_OPTIONAL:
            return FieldDescriptorProto.Label.Name(proto.label)[6:].lower()
        if proto.proto3_optional:
            return "optional"
        proto2 = self.proto.syntax in ("", "proto2")
        return "optional" if proto2 and not proto.HasField("oneof_index") else ""

    def _map(self, entry: Descriptor) -> Map:
        plain = FieldDescriptorProto(label=FieldDescriptorProto.LABEL_OPTIONAL)
        key, value = entry.fields_by_number[1], entry.fields_by_number[2]
        return Map(self._field(key, plain), self._field(value, plain))
