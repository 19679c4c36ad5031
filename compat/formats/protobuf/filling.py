"""Sets the fields of a message of the library: those asked for, and those required."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import Message

__all__ = ["Field", "Uninhabited", "field_of", "fill", "is_map", "value_of"]

# The stubs hold the descriptors of the library's two implementations apart.
Field = Any

_DEPTH = 20
_MESSAGES = 100


class Uninhabited(Exception):
    """A message requires itself, or so many others that no datum is small."""


def fill(message: Message, values: Any, pool: DescriptorPool) -> None:
    """Set ``values`` by number, and every required field that they leave out.

    Raises `Uninhabited`.
    """
    _Filling(pool).fill(message, values, _DEPTH)


def field_of(message: Any, number: int, pool: DescriptorPool) -> Field:
    """Return the field or the extension of ``message`` that has ``number``."""
    found = message.DESCRIPTOR.fields_by_number.get(number)
    return found or pool.FindExtensionByNumber(message.DESCRIPTOR, number)


def value_of(message: Any, field: Field) -> Any:
    """Return what ``message`` has for ``field``, or its default."""
    if field.is_extension:
        return message.Extensions[field]
    return getattr(message, field.name)


def is_map(field: Field) -> bool:
    """Whether ``field`` is a map."""
    inner = field.message_type
    return inner is not None and bool(inner.GetOptions().map_entry)


class _Filling:
    """One datum in the making; ``left`` is how many messages it may still hold."""

    def __init__(self, pool: DescriptorPool) -> None:
        self._pool = pool
        self._left = _MESSAGES

    def fill(self, message: Message, values: Any, depth: int) -> None:
        self._left -= 1
        if depth == 0 or self._left < 0:
            raise Uninhabited
        for field in message.DESCRIPTOR.fields:
            if field.is_required and field.number not in values:
                self._set(message, field, _plain(field), depth)
        for number, value in values.items():
            self._set(message, field_of(message, number, self._pool), value, depth)

    def _set(self, message: Message, field: Field, value: Any, depth: int) -> None:
        if is_map(field):
            for entry in value:
                self._put(message, field, entry, depth)
            return
        if field.is_repeated:
            place = value_of(message, field)
            for each in value:
                if field.message_type is None:
                    place.append(each)
                else:
                    self.fill(place.add(), each, depth - 1)
            return
        if field.message_type is not None:
            inner = value_of(message, field)
            inner.SetInParent()
            self.fill(inner, value, depth - 1)
        elif field.is_extension:
            message.Extensions[field] = value
        else:
            setattr(message, field.name, value)

    def _put(self, message: Message, field: Field, entry: Any, depth: int) -> None:
        place = value_of(message, field)
        value = field.message_type.fields_by_number[2]
        if value.message_type is None:
            place[entry[1]] = entry[2]
        else:
            self.fill(place[entry[1]], entry[2], depth - 1)


def _plain(field: Field) -> Any:
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_MESSAGE:
            return {}
        case FieldDescriptor.CPPTYPE_STRING:
            # Nothing, so that a reader with a message there can read it.
            return "" if field.type == FieldDescriptor.TYPE_STRING else b""
        case FieldDescriptor.CPPTYPE_ENUM:
            return field.default_value
        case FieldDescriptor.CPPTYPE_BOOL:
            return True
    return 1
