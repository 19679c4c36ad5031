"""Prints the options of a descriptor, custom ones included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.protobuf import text_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pb2 import FieldDescriptorProto
from google.protobuf.message import Message

__all__ = ["default_json_name", "field_options", "options", "quoted"]

Option = tuple[str, str]


def options(message: Message, *, skip: tuple[str, ...] = ()) -> list[Option]:
    """Return the names and the printed values of ``message``, sorted by name.

    Extensions are printed as far as the pool of ``message`` knows them.
    """
    found = [*_walk(message, "", skip)]
    return sorted(found, key=lambda each: each[0]) if len(found) > 1 else found


def field_options(field: FieldDescriptorProto) -> list[Option]:
    """Return the options of ``field``, its default and JSON name among them.

    A JSON name that follows from the field's name is left out.
    """
    found = []
    if field.HasField("default_value"):
        found.append(("default", _default(field)))
    if field.HasField("json_name") and field.json_name != default_json_name(field.name):
        found.append(("json_name", quoted(field.json_name)))
    return found + options(field.options)


def default_json_name(name: str) -> str:
    """Return ``name`` in lower camel case, as the compiler derives it."""
    first, *others = name.split("_")
    return first + "".join(each[:1].upper() + each[1:] for each in others)


def quoted(value: str | bytes) -> str:
    """Return ``value`` as a string literal; bytes that are not text escaped."""
    if isinstance(value, str):
        return f'"{text_format.text_encoding.CEscape(value, True)}"'  # type: ignore[attr-defined]
    return f'"{text_format.text_encoding.CEscape(value, False)}"'  # type: ignore[attr-defined]


def _default(field: FieldDescriptorProto) -> str:
    if field.type == FieldDescriptorProto.TYPE_STRING:
        return quoted(field.default_value)
    if field.type == FieldDescriptorProto.TYPE_BYTES:
        # Bytes are already escaped in a descriptor.
        return f'"{field.default_value}"'
    return field.default_value


def _walk(message: Message, prefix: str, skip: tuple[str, ...]) -> Iterator[Option]:
    for field, value in message.ListFields():
        if field.name in skip or field.name == "uninterpreted_option":
            continue
        name = f"({field.full_name})" if field.is_extension else field.name
        if field.name == "features" and not field.is_extension:
            yield from _walk(value, f"{prefix}{name}.", ())
            continue
        for each in value if field.is_repeated else [value]:
            yield prefix + name, _value(field, each)


def _value(field: FieldDescriptor, value: Any) -> str:
    match field.cpp_type:
        case FieldDescriptor.CPPTYPE_MESSAGE:
            text = text_format.MessageToString(value, as_one_line=True)
            return f"{{ {text} }}" if text else "{}"
        case FieldDescriptor.CPPTYPE_ENUM:
            known = field.enum_type and field.enum_type.values_by_number.get(value)
            return known.name if known else str(value)
        case FieldDescriptor.CPPTYPE_STRING:
            return quoted(value)
        case FieldDescriptor.CPPTYPE_BOOL:
            return "true" if value else "false"
        case FieldDescriptor.CPPTYPE_FLOAT | FieldDescriptor.CPPTYPE_DOUBLE:
            return repr(float(value))
    return str(value)
