"""Google's own API files, against themselves and with changes of known verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FieldDescriptorProto,
    FileDescriptorProto,
)

from compat import Level, Policy, check
from compat.formats.protobuf import FORMAT
from compat.formats.protobuf.descriptors import encode
from compat.formats.protobuf.wellknown import built_in_names, text_of

F = FieldDescriptorProto
NAMES = [name for name in built_in_names() if name.startswith("google/")]


def all_messages(file: FileDescriptorProto) -> Iterator[DescriptorProto]:
    for message in file.message_type:
        yield message
        yield from (each for each in message.nested_type if not each.options.map_entry)


def first(file: FileDescriptorProto, *types: int) -> FieldDescriptorProto | None:
    """Return the first field of one of ``types`` that stands alone."""
    for message in all_messages(file):
        for field in message.field:
            alone = not field.HasField("oneof_index") and not field.options.ByteSize()
            if field.type in types and alone and not field.HasField("default_value"):
                return field
    return None


def retype(kind: int, *types: int) -> Callable[[FileDescriptorProto], bool]:
    def change(file: FileDescriptorProto) -> bool:
        field = first(file, *types)
        if field is None:
            return False
        field.type = kind  # type: ignore[assignment]
        return True

    return change


def add_field(file: FileDescriptorProto) -> bool:
    if not file.message_type:
        return False
    taken = [each.number for each in file.message_type[0].field]
    number = max([*taken, 0]) + 1
    ranges = [
        *file.message_type[0].reserved_range,
        *file.message_type[0].extension_range,
    ]
    if any(each.start <= number < each.end for each in ranges):
        return False
    field = file.message_type[0].field.add(name="brand_new_field", number=number)
    field.type, field.label = F.TYPE_STRING, F.LABEL_OPTIONAL
    return True


def add_message(file: FileDescriptorProto) -> bool:
    file.message_type.add(name="BrandNewMessage")
    return True


def remove_message(file: FileDescriptorProto) -> bool:
    if len(file.message_type) < 2 or file.service:
        return False
    used = str(file).count(f".{file.message_type[-1].name}")
    if used:
        return False
    del file.message_type[-1]
    return True


def change_package(file: FileDescriptorProto) -> bool:
    if file.dependency or file.service or not file.message_type:
        return False
    text = FileDescriptorProto()
    text.CopyFrom(file)
    for message in all_messages(file):
        for each in (*message.field, *message.extension):
            if each.type_name:
                return False
    file.package = "elsewhere"
    return not file.extension


def rename_field(file: FileDescriptorProto) -> bool:
    field = first(file, F.TYPE_STRING)
    if field is None:
        return False
    field.name = "renamed_just_now"
    return True


def swap_names(file: FileDescriptorProto) -> bool:
    for message in all_messages(file):
        alike = [f for f in message.field if f.type == F.TYPE_STRING]
        if len(alike) > 1:
            alike[0].name, alike[1].name = alike[1].name, alike[0].name
            return True
    return False


# A change, and the verdicts under STRICT when the changed file reads the old
# data: whether it is compatible.
CHANGES: dict[str, tuple[Callable[[FileDescriptorProto], bool], bool]] = {
    "a field added": (add_field, True),
    "a message added": (add_message, True),
    "a message removed": (remove_message, False),
    "the package changed": (change_package, False),
    "a field renamed": (rename_field, True),
    "two names exchanged": (swap_names, False),
    "a string as bytes": (retype(F.TYPE_BYTES, F.TYPE_STRING), True),
    "a string as a number": (retype(F.TYPE_INT32, F.TYPE_STRING), False),
    "a number widened": (retype(F.TYPE_INT64, F.TYPE_INT32), True),
    "a number as zigzag": (retype(F.TYPE_SINT32, F.TYPE_INT32, F.TYPE_INT64), False),
}


@pytest.mark.parametrize("name", NAMES)
def test_a_real_file_reads_itself_and_not_everything_else(name: str) -> None:
    old = FORMAT.parse(text_of(name))
    same = FORMAT.parse(old.canonical)
    assert check(FORMAT, same, [(1, old)], Level.FULL, policy=Policy.EXACT).compatible

    tried = 0
    for title, (change, compatible) in CHANGES.items():
        file = FileDescriptorProto.FromString(old.file.SerializeToString())
        if not change(file):
            continue
        new = FORMAT.parse(encode(file))
        report = check(FORMAT, new, [(1, old)], Level.BACKWARD, fixes=False)
        assert report.compatible is compatible, (title, report.findings)
        tried += 1
    assert tried
