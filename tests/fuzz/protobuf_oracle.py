"""What upb makes of a writer's data: written apart from the engine's own witness."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

LIMITS = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
}
NAMES = {
    5: "int32", 17: "int32", 15: "int32", 3: "int64", 18: "int64", 16: "int64",
    13: "uint32", 7: "uint32", 4: "uint64", 6: "uint64",
}  # fmt: skip
BOOL, FLOAT, DOUBLE, STRING, BYTES, ENUM = 8, 2, 1, 9, 12, 14


def is_map(field: Any) -> bool:
    inner = field.message_type
    return inner is not None and inner.GetOptions().map_entry


def values(field: Any, depth: int) -> list[Any]:
    """Return values of one element of ``field``, zero and the limits among them."""
    if field.message_type is not None:
        return list(itertools.islice(messages(field.message_type, depth - 1), 12))
    if field.type in NAMES:
        low, high = LIMITS[NAMES[field.type]]
        return [1, 300, high, 0, *([-1, low] if low else [])]
    if field.type == ENUM:
        known = [each.number for each in field.enum_type.values]
        return known if field.enum_type.is_closed else [*known, max(known) + 1, -7]
    return {
        BOOL: [True, False],
        FLOAT: [1.5, 0.0],
        DOUBLE: [1.5, 1e300, 0.0],
        STRING: ["a", "é", ""],
        BYTES: [b"a", b"\xff", b""],
    }[field.type]


def bare(descriptor: Any, depth: int = 6) -> Any:
    """Return a message with nothing but its required fields."""
    message = GetMessageClass(descriptor)()
    for field in descriptor.fields:
        if field.is_required and depth:
            if field.message_type is None:
                setattr(message, field.name, values(field, 1)[0])
            else:
                inner = bare(field.message_type, depth - 1)
                getattr(message, field.name).CopyFrom(inner)
    return message


def put(message: Any, field: Any, value: list[Any]) -> None:
    """Set ``field`` to ``value``, a list of elements."""
    place = getattr(message, field.name)
    if field.is_repeated:
        place.extend(value)
    elif field.message_type is None:
        setattr(message, field.name, value[-1])
    else:
        place.SetInParent()
        place.CopyFrom(value[-1])


def messages(descriptor: Any, depth: int = 2) -> Iterator[Any]:
    """Yield messages with each field alone, and with each two fields at once."""
    yield bare(descriptor)
    if depth <= 0:
        return
    telling: list[tuple[Any, Any]] = []
    for field in descriptor.fields:
        if is_map(field):
            yield from _maps(descriptor, field, depth)
            continue
        found = values(field, depth)
        for each in found:
            message = bare(descriptor)
            put(message, field, [each])
            yield message
        if field.is_repeated and len(found) > 1:
            message = bare(descriptor)
            put(message, field, found[:2])
            yield message
        if found:
            telling.append((field, found[0]))
    for one, other in itertools.combinations(telling, 2):
        message = bare(descriptor)
        put(message, one[0], [one[1]])
        put(message, other[0], [other[1]])
        yield message


def _maps(descriptor: Any, field: Any, depth: int) -> Iterator[Any]:
    key = field.message_type.fields_by_number[1]
    value = field.message_type.fields_by_number[2]
    for one in values(key, 0):
        for two in values(value, depth)[:6]:
            message = bare(descriptor)
            place = getattr(message, field.name)
            if value.message_type is None:
                place[one] = two
            else:
                place[one].CopyFrom(two)
            yield message


def reads(
    data: bytes, writer: DescriptorPool, reader: DescriptorPool, names: tuple[str, str]
) -> list[str]:
    """Return what the reader refuses, loses or changes of ``data``."""
    sent = GetMessageClass(writer.FindMessageTypeByName(names[0])).FromString(data)
    try:
        read = GetMessageClass(reader.FindMessageTypeByName(names[1])).FromString(data)
    except DecodeError as error:
        return [f"refused: {error}"]
    if sent.IsInitialized() and not read.IsInitialized():
        return [f"refused: {read.FindInitializationErrors()}"]
    try:
        return list(differences(sent, read, names[1]))
    except UnicodeDecodeError as error:
        return [f"refused: {error}"]


def unopened(data: bytes, writer: DescriptorPool, reader: DescriptorPool) -> bool:
    """Return whether ``data`` is an Any of a type that only ``writer`` has."""
    held = AnyMessage.FromString(data)
    sent = GetMessageClass(writer.FindMessageTypeByName(held.TypeName()))
    assert sent.FromString(held.value).IsInitialized()
    try:
        reader.FindMessageTypeByName(held.TypeName())
    except KeyError:
        return True
    return False


def differences(sent: Any, read: Any, path: str) -> Iterator[str]:
    """Yield each field of ``sent`` that ``read`` has otherwise, by number and name."""
    known = {each.number: each for each in read.DESCRIPTOR.fields}
    for oneof in sent.DESCRIPTOR.oneofs:
        chosen = sent.WhichOneof(oneof.name)
        declared = oneof.name in read.DESCRIPTOR.oneofs_by_name
        # Those of ``optional`` fields are named after the field: no choice.
        if chosen and declared and not oneof.name.startswith("_"):
            gone = sent.DESCRIPTOR.fields_by_name[chosen].number not in known
            if gone and read.WhichOneof(oneof.name) is None:
                yield f"{path}: {chosen} of {oneof.name} -> nothing chosen"
    by_name = {each.name: each for each in read.DESCRIPTOR.fields}
    for field in sent.DESCRIPTOR.fields:
        other = known.get(field.number)
        if other is None and field.is_required:
            yield f"{path}/{field.number}: required, and skipped"
        if other is not None:
            yield from _field_differs(
                sent, read, field, other, f"{path}/{field.number}"
            )
        moved = by_name.get(field.name)
        if moved is not None and moved.number != field.number:
            was = [plain(each) for each in sent_elements(sent, field)]
            if was and not _reserved(read.DESCRIPTOR, field.number):
                now = [plain(each) for each in elements(read, moved)]
                if was != now:
                    yield f"{path}/{field.name}: by name {was} -> {now}"


def _reserved(descriptor: Any, number: int) -> bool:
    from google.protobuf.descriptor_pb2 import DescriptorProto, EnumDescriptorProto

    enum = hasattr(descriptor, "values")
    proto: Any = EnumDescriptorProto() if enum else DescriptorProto()
    descriptor.CopyToProto(proto)
    return any(each.start <= number < each.end + enum for each in proto.reserved_range)


def _field_differs(
    sent: Any, read: Any, field: Any, other: Any, path: str
) -> Iterator[str]:
    was, now = sent_elements(sent, field), elements(read, other)
    if len(now) < len(was):
        yield f"{path}: {len(was)} values -> {len(now)}"
        return
    for one, two in zip(was, now, strict=False):
        yield from _element_differs(one, two, field, other, path)
    single = not (field.is_repeated or other.is_repeated)
    scalar = field.message_type is None and other.message_type is None
    if single and scalar:
        one, two = getattr(sent, field.name), getattr(read, other.name)
        if plain(one) != plain(two) and isinstance(plain(one), bytes) == isinstance(
            plain(two), bytes
        ):
            yield f"{path}: {one!r} -> {two!r}"
        told = any(each.number == other.number for each, _ in read.ListFields())
        if field.has_presence and sent.HasField(field.name) and not told:
            yield f"{path}: no longer set"


def elements(message: Any, field: Any) -> list[Any]:
    """Return the values of ``field``; for a map, pairs."""
    value = getattr(message, field.name)
    if is_map(field):
        return sorted(value.items(), key=lambda each: plain(each[0]))
    if field.is_repeated:
        return list(value)
    if field.has_presence and not message.HasField(field.name):
        return []
    return [value]


def sent_elements(message: Any, field: Any) -> list[Any]:
    """Return the values that are on the wire: a zero of implicit presence is not."""
    listed = any(each.number == field.number for each, _ in message.ListFields())
    return elements(message, field) if listed else []


def _element_differs(
    one: Any, two: Any, field: Any, other: Any, path: str
) -> Iterator[str]:
    pairs = isinstance(one, tuple), isinstance(two, tuple)
    if other.type == STRING and isinstance(two, bytes):
        # What proto2 does not refuse, the library gives as it is.
        yield f"{path}: {one!r} -> no text"
        return
    if all(pairs):
        key, value = (each.message_type.fields_by_number for each in (field, other))
        yield from _element_differs(one[0], two[0], key[1], value[1], f"{path}/key")
        yield from _element_differs(one[1], two[1], key[2], value[2], f"{path}/value")
        return
    if any(pairs):
        # A map beside messages or bytes: as many of them is enough.
        if isinstance(two, bool | int | float):
            yield f"{path}: an entry -> {two!r}"
        return
    was, now = hasattr(one, "ListFields"), hasattr(two, "ListFields")
    if was and now:
        yield from differences(one, two, path)
        return
    left, right = plain(one), plain(two)
    if isinstance(left, bytes) != isinstance(right, bytes) or left != right:
        yield f"{path}: {one!r} -> {two!r}"
    elif field.enum_type is not None and other.enum_type is not None:
        yield from _names_differ(one, field.enum_type, other.enum_type, path)


def _names_differ(number: int, writer: Any, reader: Any, path: str) -> Iterator[str]:
    was = {each.name for each in writer.values if each.number == number}
    now = {each.name for each in reader.values if each.number == number}
    elsewhere = {each.name for each in reader.values} & was
    if elsewhere and not was & now and not _reserved(reader, number):
        yield f"{path}: the value {number} is {sorted(was)} -> {sorted(now)}"


def plain(value: Any) -> Any:
    """Return text as bytes, and whether as a number."""
    if hasattr(value, "ListFields"):
        return value.SerializeToString(deterministic=True)
    if isinstance(value, str):
        return value.encode()
    return int(value) if isinstance(value, bool) else value
