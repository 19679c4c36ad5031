"""Prints a file descriptor as .proto text, the same for every spelling of it.

The layout is that of Square's Wire, which Confluent's registry prints with:
messages before enums, two spaces, a blank line between the groups of a
message, options last on a field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    Edition,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    OneofDescriptorProto,
    ServiceDescriptorProto,
)

from compat.formats.protobuf.options import field_options, options, quoted

__all__ = ["Style", "print_file"]

_TYPES = {
    number: name.removeprefix("TYPE_").lower()
    for name, number in FieldDescriptorProto.Type.items()
}
_MAX_FIELD = 536_870_912  # one past the last; ranges of messages exclude their end
_MAX_ENUM = 2_147_483_647  # ranges of enums include it


@dataclass(frozen=True, slots=True)
class Style:
    """What the text leaves out or puts in order.

    ``normal`` sorts what has no order and drops what has no meaning;
    ``extensions`` False leaves ``extend`` and ``extensions`` out.
    """

    normal: bool = False
    extensions: bool = True


def print_file(file: FileDescriptorProto, style: Style = Style()) -> str:
    """Return the canonical text of ``file``; type names in full, with a dot."""
    return "".join(f"{line}\n" for line in _File(file, style).lines())


class _File:
    """Prints one file; `scope` names hold the package, with a leading dot."""

    def __init__(self, file: FileDescriptorProto, style: Style) -> None:
        self.file = file
        self.style = style
        self.editions = file.syntax == "editions"
        self.optional = file.syntax in ("", "proto2")

    def lines(self) -> Iterator[str]:
        yield from self._head()
        scope = f".{self.file.package}" if self.file.package else ""
        groups = _groups(self.file.extension)
        nested = {f"{scope}.{each.name}": each for each in self.file.message_type}
        messages = (
            line
            for name, each in nested.items()
            if name not in groups
            for line in self._message(each, scope)
        )
        enums = (line for each in self.file.enum_type for line in self._enum(each))
        yield from _spaced(chain(messages, enums))
        if self.style.extensions:
            blocks = self._extends(self.file.extension, nested)
            yield from _spaced(chain.from_iterable(blocks))
        services = map(self._service, self.file.service)
        yield from _spaced(chain.from_iterable(services))

    def _head(self) -> Iterator[str]:
        if self.editions:
            edition = Edition.Name(self.file.edition).removeprefix("EDITION_")
            yield f'edition = "{edition}";'
        elif not (self.optional and self.style.normal):
            yield f'syntax = "{self.file.syntax or "proto2"}";'
        if self.file.package:
            yield f"package {self.file.package};"
        yield from _spaced(self._imports())
        found = options(self.file.options)
        yield from _spaced(f"option {name} = {value};" for name, value in found)

    def _imports(self) -> Iterator[str]:
        public = set(self.file.public_dependency)
        weak = set(self.file.weak_dependency)
        plain: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for index, name in enumerate(self.file.dependency):
            kind = "weak " if index in weak else ""
            (shared if index in public else plain).append((name, kind))
        late = [(name, "option ") for name in self.file.option_dependency]
        if self.style.normal:
            plain, shared, late = sorted(plain), sorted(shared), sorted(late)
        yield from (f"import {kind}{quoted(name)};" for name, kind in plain)
        yield from (f"import public {quoted(name)};" for name, _ in shared)
        yield from (f"import {kind}{quoted(name)};" for name, kind in late)

    def _enum(self, enum: EnumDescriptorProto) -> Iterator[str]:
        ranges = [(each.start, each.end) for each in enum.reserved_range]
        values = list(enum.value)
        if self.style.normal:
            # A proto3 or open enum starts with its default, which stays first.
            first = values[0].number
            values.sort(key=lambda each: (each.number != first, each.number, each.name))
        body = [
            *self._reserved(ranges, enum.reserved_name, _MAX_ENUM),
            *(f"option {name} = {value};" for name, value in options(enum.options)),
            *(
                line
                for each in values
                for line in _with_options(
                    f"{each.name} = {each.number}",
                    options(each.options) if each.HasField("options") else [],
                )
            ),
        ]
        keyword = _visibility(enum.visibility) + "enum"
        yield from _block(f"{keyword} {enum.name}", [body])

    def _reserved(
        self, ranges: list[tuple[int, int]], names: Iterable[str], most: int
    ) -> Iterator[str]:
        """Print ranges whose ends are both included, then names."""
        shown = [_range(start, end, most) for start, end in self._sorted(ranges)]
        called = [name if self.editions else quoted(name) for name in names]
        if self.style.normal:
            yield from (f"reserved {each};" for each in shown)
            yield from (f"reserved {each};" for each in sorted(called))
            return
        if shown:
            yield f"reserved {', '.join(shown)};"
        if called:
            yield f"reserved {', '.join(called)};"

    def _sorted(self, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
        return sorted(ranges) if self.style.normal else ranges

    def _message(self, message: DescriptorProto, scope: str) -> Iterator[str]:
        name = f"{_visibility(message.visibility)}message {message.name}"
        yield from _block(name, self._groups_of(message, f"{scope}.{message.name}"))

    def _groups_of(self, message: DescriptorProto, full: str) -> Iterator[list[str]]:
        """Yield the groups of lines that blank lines part, in Wire's order."""
        nested = {f"{full}.{each.name}": each for each in message.nested_type}
        reserved = [(each.start, each.end - 1) for each in message.reserved_range]
        groups = _groups([*message.field, *message.extension])
        fields = list(message.field)
        if self.style.normal:
            fields.sort(key=lambda each: each.number)
        yield list(self._reserved(reserved, message.reserved_name, _MAX_FIELD - 1))
        found = options(message.options, skip=("map_entry",))
        yield [f"option {name} = {value};" for name, value in found]
        yield [
            line
            for field in fields
            if not _in_oneof(field)
            for line in self._field(field, nested)
        ]
        yield [
            line
            for index, members in _oneof_members(fields).items()
            for line in self._oneof(message.oneof_decl[index], members, nested)
        ]
        if self.style.extensions:
            yield list(self._extensions(message))
            yield [
                line
                for block in self._extends(message.extension, nested)
                for line in block
            ]
        yield [
            line
            for name, each in nested.items()
            if not each.options.map_entry and name not in groups
            for line in self._message(each, full)
        ] + [line for each in message.enum_type for line in self._enum(each)]

    def _extensions(self, message: DescriptorProto) -> Iterator[str]:
        ranges = list(message.extension_range)
        if self.style.normal:
            ranges.sort(key=lambda each: each.start)
        for each in ranges:
            text = f"extensions {_range(each.start, each.end - 1, _MAX_FIELD - 1)}"
            yield from _with_options(text, options(each.options))

    def _oneof(
        self,
        oneof: OneofDescriptorProto,
        fields: list[FieldDescriptorProto],
        nested: dict[str, DescriptorProto],
    ) -> Iterator[str]:
        own = [f"option {name} = {value};" for name, value in options(oneof.options)]
        members = [line for each in fields for line in self._field(each, nested)]
        yield from _block(f"oneof {oneof.name}", [own, members])

    def _extends(
        self,
        extensions: Iterable[FieldDescriptorProto],
        nested: dict[str, DescriptorProto],
    ) -> Iterator[list[str]]:
        def extendee(field: FieldDescriptorProto) -> str:
            return field.extendee

        found = list(extensions)
        if self.style.normal:
            found.sort(key=lambda each: (each.extendee, each.number))
        for name, fields in groupby(found, extendee):
            lines = [line for each in fields for line in self._field(each, nested)]
            yield list(_block(f"extend {name}", [lines]))

    def _field(
        self, field: FieldDescriptorProto, nested: dict[str, DescriptorProto]
    ) -> Iterator[str]:
        inner = nested.get(field.type_name)
        found = field_options(field)
        if inner is not None and inner.options.map_entry:
            key, value = inner.field
            kind = f"map<{_TYPES[key.type]}, {value.type_name or _TYPES[value.type]}>"
            yield from _with_options(f"{kind} {field.name} = {field.number}", found)
            return
        label = self._label(field)
        # Only a group's own type is a group: editions spell it as a feature.
        if field.type == FieldDescriptorProto.TYPE_GROUP and inner is not None:
            head = "\n".join(
                _with_options(f"{label}group {inner.name} = {field.number}", found)
            ).removesuffix(";")
            yield from _block(head, self._groups_of(inner, field.type_name))
            return
        kind = field.type_name or _TYPES[field.type]
        yield from _with_options(f"{label}{kind} {field.name} = {field.number}", found)

    def _label(self, field: FieldDescriptorProto) -> str:
        if _in_oneof(field):
            return ""
        if field.label == FieldDescriptorProto.LABEL_REPEATED:
            return "repeated "
        if field.label == FieldDescriptorProto.LABEL_REQUIRED:
            return "required "
        return "optional " if field.proto3_optional or self.optional else ""

    def _service(self, service: ServiceDescriptorProto) -> Iterator[str]:
        own = [f"option {name} = {value};" for name, value in options(service.options)]
        methods = []
        for each in service.method:
            sent = "stream " if each.client_streaming else ""
            back = "stream " if each.server_streaming else ""
            text = (
                f"rpc {each.name} ({sent}{each.input_type}) "
                f"returns ({back}{each.output_type})"
            )
            found = [f"option {name} = {v};" for name, v in options(each.options)]
            methods += list(_block(text, [found])) if found else [f"{text};"]
        yield from _block(f"service {service.name}", [own, methods])


def _groups(fields: Iterable[FieldDescriptorProto]) -> set[str]:
    group = FieldDescriptorProto.TYPE_GROUP
    return {each.type_name for each in fields if each.type == group}


def _in_oneof(field: FieldDescriptorProto) -> bool:
    return field.HasField("oneof_index") and not field.proto3_optional


def _oneof_members(
    fields: Iterable[FieldDescriptorProto],
) -> dict[int, list[FieldDescriptorProto]]:
    """Return the members of each oneof that has some, by its index."""
    found: dict[int, list[FieldDescriptorProto]] = {}
    for each in fields:
        if _in_oneof(each):
            found.setdefault(each.oneof_index, []).append(each)
    return found


def _visibility(value: int) -> str:
    return {1: "local ", 2: "export "}.get(value, "")


def _range(start: int, end: int, most: int) -> str:
    if end >= most and start < end:
        return f"{start} to max"
    return f"{start}" if start == end else f"{start} to {end}"


def _with_options(text: str, found: list[tuple[str, str]]) -> Iterator[str]:
    if not found:
        yield f"{text};"
    elif len(found) == 1:
        yield f"{text} [{found[0][0]} = {found[0][1]}];"
    else:
        yield f"{text} ["
        *most, last = [f"{name} = {value}" for name, value in found]
        yield from (f"  {each}," for each in most)
        yield f"  {last}"
        yield "];"


def _block(head: str, groups: Iterable[list[str]]) -> Iterator[str]:
    """Print a block: a blank line before each group of lines but the first."""
    found = [lines for lines in groups if lines]
    if not found:
        yield f"{head} {{}}"
        return
    *above, last = head.split("\n")
    yield from above
    yield f"{last} {{"
    for index, lines in enumerate(found):
        if index:
            yield ""
        yield from (f"  {line}" if line else "" for line in lines)
    yield "}"


def _spaced(lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield ""
        yield from found
