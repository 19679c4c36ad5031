"""Which message of a .proto file a payload holds: Confluent's message indexes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from registry.client.serdes._errors import DeserializationError
from registry.client.serdes.avro_codec._varint import read_long, write_long

__all__ = ["Indexes", "find_message", "indexes_of", "name_at", "read", "written"]

Indexes = tuple[int, ...]
"""The position of a message in its file, then of each one nested in it."""

DEEPEST = 100


def indexes_of(descriptor: Any) -> Indexes:
    """Return the indexes of a message descriptor of the protobuf library."""
    above = descriptor.containing_type
    if above is None:
        names = list(descriptor.file.message_types_by_name)
        return (names.index(descriptor.name),)
    names = [each.name for each in above.nested_types]
    return (*indexes_of(above), names.index(descriptor.name))


def find_message(file: Any, full_name: str) -> Indexes | None:
    """Return the indexes of the message called ``full_name`` in a file's proto."""
    prefix = f"{file.package}." if file.package else ""
    if not full_name.startswith(prefix):
        return None
    found: list[int] = []
    messages: Any = file.message_type
    for part in full_name[len(prefix) :].split("."):
        names = [each.name for each in messages]
        if part not in names:
            return None
        found.append(names.index(part))
        messages = messages[found[-1]].nested_type
    return tuple(found)


def name_at(file: Any, indexes: Iterable[int]) -> str:
    """Return the full name of the message at ``indexes`` in a file's proto."""
    names = [file.package] if file.package else []
    messages = file.message_type
    for index in indexes:
        if index >= len(messages):
            raise DeserializationError(f"the schema has no message at {indexes}")
        names.append(messages[index].name)
        messages = messages[index].nested_type
    return ".".join(names)


def written(indexes: Indexes) -> bytes:
    """Return the encoding: a count, then each; the first message alone is a zero."""
    if indexes == (0,):
        return b"\x00"
    return b"".join(write_long(each) for each in (len(indexes), *indexes))


def read(data: bytes, at: int) -> tuple[Indexes, int]:
    """Return the indexes at ``at``, and where the message starts."""
    try:
        count, at = read_long(data, at)
        if count == 0:
            return (0,), at
        if not 0 < count <= DEEPEST:
            raise DeserializationError(f"{count} message indexes")
        found = []
        for _ in range(count):
            index, at = read_long(data, at)
            if index < 0:
                raise DeserializationError(f"a message index of {index}")
            found.append(index)
    except (IndexError, ValueError) as error:
        raise DeserializationError("the message indexes are cut off") from error
    return tuple(found), at
