"""Proposes new schemas in which what broke is as it was in the old one.

Each works on a copy of the new schema's descriptor. The engine compiles and
checks what comes out, so an edit that does not fit is never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
    OneofDescriptorProto,
)

from compat.formats.protobuf.descriptors import with_known_options
from compat.formats.protobuf.printer import print_file
from compat.formats.protobuf.schema import ProtobufSchema
from compat.plugin import Edit
from compat.verdict import Direction, Finding

__all__ = ["edits"]

_LARGEST = 50_000  # bytes of a descriptor that is worth compiling again and again

Change = Callable[[FileDescriptorProto, FileDescriptorProto, str], Iterator[str]]
"""Changes the first file, the new one, towards the second at a path.

Yields the advice for each change made; nothing when there was none to make.
"""


def edits(
    reader: ProtobufSchema, writer: ProtobufSchema, finding: Finding
) -> Iterator[Edit]:
    """Yield the new schema of the two with the place of ``finding`` restored."""
    backward = finding.direction is Direction.BACKWARD
    new, old = (reader, writer) if backward else (writer, reader)
    if new.file.ByteSize() > _LARGEST:
        return
    for change in _CHANGES.get(finding.rule, (_restore_field, _relax_field)):
        file = FileDescriptorProto.FromString(new.file.SerializeToString())
        advice = "; ".join(change(file, old.file, finding.path))
        if advice:
            text = print_file(with_known_options(file, new.pool))
            yield Edit(finding.direction, advice, text)


def _restore_package(
    new: FileDescriptorProto, old: FileDescriptorProto, _: str
) -> Iterator[str]:
    before, after = _scope(new), _scope(old)
    new.package = old.package
    for message in _all_messages(new):
        for field in (*message.field, *message.extension):
            field.type_name = _moved(field.type_name, before, after)
            field.extendee = _moved(field.extendee, before, after)
    for field in new.extension:
        field.type_name = _moved(field.type_name, before, after)
        field.extendee = _moved(field.extendee, before, after)
    for service in new.service:
        for method in service.method:
            method.input_type = _moved(method.input_type, before, after)
            method.output_type = _moved(method.output_type, before, after)
    yield f"keep the package {old.package}" if old.package else "keep no package"


def _scope(file: FileDescriptorProto) -> str:
    return f".{file.package}." if file.package else "."


def _moved(name: str, before: str, after: str) -> str:
    return after + name.removeprefix(before) if name.startswith(before) else name


def _restore_message(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    outer, _, name = path.rpartition(".")
    lost = _message(old, path)
    if lost is None:
        return
    place = _message(new, outer) if outer else None
    if outer and place is None:
        return
    messages = place.nested_type if place is not None else new.message_type
    messages.add().CopyFrom(lost)
    yield f"restore the message {name}"


def _restore_field(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    message, before, name = _field_place(new, old, path)
    if message is None or before is None:
        return
    number = next((n for n in (_number(message, name), _number(before, name)) if n), 0)
    lost = next((each for each in before.field if each.number == number), None)
    if lost is not None:
        _put(message, before, lost)
        yield f"restore {_spelled(lost)}"
        entry = next(
            (each for each in before.nested_type if _is_entry(each, lost)), None
        )
        for each in entry.field if entry is not None else (lost,):
            yield from _restore_type(new, old, each.type_name)


def _restore_type(
    new: FileDescriptorProto, old: FileDescriptorProto, name: str
) -> Iterator[str]:
    """Bring back the message ``name``, with those it needs itself."""
    path = name.removeprefix(_scope(old))
    lost = _message(old, path) if path and not path.startswith(".") else None
    if lost is not None and _message(new, path) is None:
        yield from _restore_message(new, old, path)
        for field in lost.field:
            yield from _restore_type(new, old, field.type_name)


def _relax_field(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    message, before, name = _field_place(new, old, path)
    field = _field(message, name) if message is not None else None
    if message is None or before is None or field is None:
        return
    if field.label == FieldDescriptorProto.LABEL_REQUIRED:
        field.label = FieldDescriptorProto.LABEL_OPTIONAL
        yield f"make {name} optional"
    if field.HasField("oneof_index") and not field.proto3_optional:
        field.ClearField("oneof_index")
        yield f"keep {name} out of the oneof"


def _restore_oneof(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    message, before, name = _field_place(new, old, path)
    if message is None or before is None:
        return
    inside = {
        each.number
        for side in (message, before)
        for index, oneof in enumerate(side.oneof_decl)
        for each in side.field
        if oneof.name == name and _is_member(each, index)
    }
    lost = [each for each in before.field if each.number in inside]
    for each in lost:
        _put(message, before, each)
    if lost:
        yield f"keep {', '.join(each.name for each in lost)} as they were"


def _is_member(field: FieldDescriptorProto, index: int) -> bool:
    return field.HasField("oneof_index") and field.oneof_index == index


def _restore_numbers(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    message, before, _ = _field_place(new, old, path)
    if message is None or before is None:
        return
    numbers = {each.name: each.number for each in before.field}
    for field in message.field:
        number = numbers.get(field.name, field.number)
        if number != field.number:
            yield f"give {field.name} the number {number} again"
            field.number = number
    taken = [each.number for each in (*message.field, *before.field)]
    for field in message.field:
        if field.name not in numbers and taken.count(field.number) > 1:
            # A new field sits on the number: it takes the next one.
            field.number = max(taken) + 1
            taken.append(field.number)
            yield f"give {field.name} the number {field.number}"


def _reserve_number(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    message, before, name = _field_place(new, old, path)
    lost = _field(before, name) if before is not None else None
    if message is not None and lost is not None:
        message.reserved_range.add(start=lost.number, end=lost.number + 1)
        yield f"reserve the number {lost.number}, whose data is then dropped"


def _restore_enum_numbers(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    outer = path.rpartition(".")[0]
    enum, before = _enum(new, outer), _enum(old, outer)
    if enum is None or before is None:
        return
    numbers = {each.name: each.number for each in before.value}
    for value in enum.value:
        number = numbers.get(value.name, value.number)
        if number != value.number:
            yield f"give {value.name} the number {number} again"
            value.number = number


def _restore_enum_values(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    enum, before = _enums_of(new, old, path)
    if enum is None or before is None:
        return
    known = {each.number for each in enum.value}
    for value in before.value:
        if value.number not in known:
            enum.value.add().CopyFrom(value)
            yield f"restore {value.name}"


def _restore_enum(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> Iterator[str]:
    enum, before = _enums_of(new, old, path)
    if enum is not None and before is not None:
        enum.CopyFrom(before)
        yield f"keep the enum {enum.name} as it was"


def _enums_of(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> tuple[EnumDescriptorProto | None, EnumDescriptorProto | None]:
    """Return the enum of the field at ``path`` in both files."""
    message, _, name = _field_place(new, old, path)
    field = _field(message, name) if message is not None else None
    if message is None or field is None:
        return None, None
    entry = next((each for each in message.nested_type if _is_entry(each, field)), None)
    full = (entry.field[1] if entry is not None else field).type_name
    path = full.removeprefix(_scope(new))
    return _enum(new, path), _enum(old, path)


def _put(
    message: DescriptorProto, before: DescriptorProto, lost: FieldDescriptorProto
) -> None:
    """Put ``lost``, of the message ``before``, in place of its number's field."""
    field = next((each for each in message.field if each.number == lost.number), None)
    field = message.field.add() if field is None else field
    field.CopyFrom(lost)
    field.ClearField("oneof_index")
    if lost.HasField("oneof_index"):
        field.oneof_index = _oneof(message, before.oneof_decl[lost.oneof_index])
    for nested in before.nested_type:
        # The entries of a map come along with it.
        if _is_entry(nested, lost):
            kept = [each for each in message.nested_type if each.name != nested.name]
            del message.nested_type[:]
            message.nested_type.extend([*kept, nested])
    number = lost.number
    ranges = [r for r in message.reserved_range if not r.start <= number < r.end]
    del message.reserved_range[:]
    message.reserved_range.extend(ranges)
    names = [each for each in message.reserved_name if each != lost.name]
    del message.reserved_name[:]
    message.reserved_name.extend(names)


def _is_entry(nested: DescriptorProto, field: FieldDescriptorProto) -> bool:
    named = field.type_name.endswith(f".{nested.name}")
    return nested.options.map_entry and named


def _oneof(message: DescriptorProto, wanted: OneofDescriptorProto) -> int:
    for index, each in enumerate(message.oneof_decl):
        if each.name == wanted.name:
            return index
    message.oneof_decl.add().CopyFrom(wanted)
    return len(message.oneof_decl) - 1


def _field_place(
    new: FileDescriptorProto, old: FileDescriptorProto, path: str
) -> tuple[DescriptorProto | None, DescriptorProto | None, str]:
    """Return the message of ``path`` in both files, and the member's name."""
    outer, _, name = path.rpartition(".")
    if _message(new, outer) is None:
        # The key or the value of a map: the field is one step up.
        outer, _, name = outer.rpartition(".")
    return _message(new, outer), _message(old, outer), name


def _message(file: FileDescriptorProto, path: str) -> DescriptorProto | None:
    messages = file.message_type
    found = None
    for name in path.split("."):
        found = next((each for each in messages if each.name == name), None)
        if found is None:
            return None
        messages = found.nested_type
    return found


def _enum(file: FileDescriptorProto, path: str) -> EnumDescriptorProto | None:
    outer, _, name = path.rpartition(".")
    message = _message(file, outer) if outer else None
    enums = message.enum_type if message is not None else file.enum_type
    return next((each for each in enums if each.name == name), None)


def _field(message: DescriptorProto, name: str) -> FieldDescriptorProto | None:
    return next((each for each in message.field if each.name == name), None)


def _number(message: DescriptorProto, name: str) -> int:
    found = _field(message, name)
    return found.number if found is not None else 0


def _all_messages(file: FileDescriptorProto) -> Iterator[DescriptorProto]:
    waiting = list(file.message_type)
    while waiting:
        message = waiting.pop()
        waiting += message.nested_type
        yield message


def _spelled(field: FieldDescriptorProto) -> str:
    kind = FieldDescriptorProto.Type.Name(field.type).removeprefix("TYPE_").lower()
    return f"{field.name} = {field.number} as {field.type_name.lstrip('.') or kind}"


_CHANGES: dict[str, tuple[Change, ...]] = {
    "PROTO_PACKAGE_CHANGED": (_restore_package,),
    "PROTO_MESSAGE_REMOVED": (_restore_message,),
    "PROTO_REQUIRED_FIELD_ADDED": (_relax_field, _restore_field),
    "PROTO_FIELD_NAME_MOVED": (_restore_numbers,),
    "PROTO_FIELD_RENUMBERED": (_restore_numbers, _reserve_number),
    "PROTO_MULTIPLE_FIELDS_MOVED_TO_ONEOF": (_restore_oneof,),
    "PROTO_FIELD_MOVED_TO_EXISTING_ONEOF": (_restore_oneof,),
    "PROTO_ENUM_NAME_MOVED": (_restore_enum_numbers,),
    "PROTO_ENUM_VALUE_RENUMBERED": (_restore_enum_numbers,),
    "PROTO_FIELD_CLOSED_ENUM_VALUE": (
        _restore_enum_values,
        _restore_field,
        _restore_enum,
    ),
    "PROTO_FIELD_DEFAULT_CHANGED": (_restore_field, _restore_enum),
}
"""The changes for a rule, the least intrusive first; else the field is restored."""
