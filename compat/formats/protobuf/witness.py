"""Builds the datum of a problem, and has the library read it with both schemas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import google.protobuf
from google.protobuf import json_format, text_format
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError, EncodeError, Message
from google.protobuf.message_factory import GetMessageClass

from compat.formats.protobuf.problem import Datum, Question
from compat.verdict import Witness

__all__ = ["Witnesses"]

# The stubs hold the descriptors of the library's two implementations apart.
Field = Any

_CONFIRMED_BY = (f"protobuf {google.protobuf.__version__}",)
_DEPTH = 20


class Witnesses:
    """Tries datums on one pair of schemas.

    Each side's messages come from a pool of its own, so nothing is shared
    with the process's default pool.
    """

    def __init__(self, writer: DescriptorPool, reader: DescriptorPool) -> None:
        self._writer = writer
        self._reader = reader

    def find(self, writer: str, reader: str, data: Iterable[Datum]) -> Witness | None:
        """Return the first of ``data`` that the library confirms, or None.

        ``writer`` and ``reader`` are the full names of the two messages.
        """
        for datum in data:
            found = self._try(writer, reader, datum)
            if found is not None:
                return found
        return None

    def _try(self, writer: str, reader: str, datum: Datum) -> Witness | None:
        sent = GetMessageClass(self._writer.FindMessageTypeByName(writer))()
        known = GetMessageClass(self._reader.FindMessageTypeByName(reader))
        try:
            _fill(sent, datum.values, self._writer)
            data = sent.SerializeToString(deterministic=True)
        except (EncodeError, _Uninhabited, TypeError, ValueError):
            return None
        read = known()
        try:
            read.MergeFromString(data)
            outcome = _outcome(sent, read, datum, self._writer, self._reader)
        except DecodeError as error:
            if self._refuses_any(sent, known):
                return None
            outcome = f"the reader refuses the message: {_reason(error)}"
        except UnicodeDecodeError:
            outcome = "the reader fails on text that is not UTF-8"
        if outcome is None:
            return None
        return Witness(_json(sent, self._writer), outcome, _CONFIRMED_BY, data.hex())

    def _refuses_any(self, sent: Message, known: type[Message]) -> bool:
        """Whether the required fields alone are refused: not this field's fault."""
        bare = type(sent)()
        _fill(bare, {}, self._writer)
        try:
            known().MergeFromString(bare.SerializeToString())
        except DecodeError:
            return bool(bare.ListFields())
        return False


class _Uninhabited(Exception):
    """A message requires itself, so no datum of it ends."""


def _fill(
    message: Message, values: Any, pool: DescriptorPool, depth: int = _DEPTH
) -> None:
    """Set ``values`` by number, and every required field that they leave out."""
    if depth == 0:
        raise _Uninhabited
    for field in message.DESCRIPTOR.fields:
        if field.is_required and field.number not in values:
            _set(message, field, _plain(field), pool, depth)
    for number, value in values.items():
        _set(message, _field(message, number, pool), value, pool, depth)


def _field(message: Any, number: int, pool: DescriptorPool) -> Field:
    found = message.DESCRIPTOR.fields_by_number.get(number)
    return found or pool.FindExtensionByNumber(message.DESCRIPTOR, number)


def _set(
    message: Message,
    field: Field,
    value: Any,
    pool: DescriptorPool,
    depth: int,
) -> None:
    if _is_map(field):
        for entry in value:
            _put(message, field, entry, pool, depth)
        return
    if field.is_repeated:
        place = _get(message, field)
        for each in value:
            if field.message_type is None:
                place.append(each)
            else:
                _fill(place.add(), each, pool, depth - 1)
        return
    if field.message_type is not None:
        inner = _get(message, field)
        inner.SetInParent()
        _fill(inner, value, pool, depth - 1)
    elif field.is_extension:
        message.Extensions[field] = value
    else:
        setattr(message, field.name, value)


def _put(
    message: Message,
    field: Field,
    entry: Any,
    pool: DescriptorPool,
    depth: int,
) -> None:
    place = _get(message, field)
    value = field.message_type.fields_by_number[2]
    if value.message_type is None:
        place[entry[1]] = entry[2]
    else:
        _fill(place[entry[1]], entry[2], pool, depth - 1)


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


def _get(message: Message, field: Field) -> Any:
    if field.is_extension:
        return message.Extensions[field]
    return getattr(message, field.name)


def _is_map(field: Field) -> bool:
    inner = field.message_type
    return inner is not None and bool(inner.GetOptions().map_entry)


def _outcome(
    sent: Message,
    read: Any,
    datum: Datum,
    writer: DescriptorPool,
    reader: DescriptorPool,
) -> str | None:
    """Say what the reader made of ``sent``; None when the question finds nothing."""
    if datum.question is Question.INITIALIZED:
        name = read.DESCRIPTOR.fields_by_number[datum.focus].name
        missing = name in read.FindInitializationErrors()
        return f"the reader refuses the message: {name} is missing" if missing else None
    field = _field(sent, datum.focus, writer)
    if datum.question is Question.NAME:
        other = read.DESCRIPTOR.fields_by_name[field.name]
        if _is_map(field) != _is_map(other):
            return f"the reader finds no such {field.name}: it is of another kind"
    else:
        other = _field(read, datum.focus, reader)
    match datum.question:
        case Question.UNSET:
            was, now = _get(sent, field), _get(read, other)
            if _same(was, now):
                return None
            return (
                f"{field.name} is not set: {_show(now)} to the reader, not {_show(was)}"
            )
        case Question.PRESENCE:
            kept = any(each.number == other.number for each, _ in read.ListFields())
            return None if kept else f"the reader cannot tell that {field.name} was set"
        case Question.ENUM_NAME:
            return _names_differ(sent, read, field, other)
    return _values_differ(_values(sent, field), _values(read, other), field.name)


def _values(message: Message, field: Field) -> list[Any]:
    """Return the values that ``message`` has for ``field``; entries for a map."""
    value = _get(message, field)
    if _is_map(field):
        return [(key, value[key]) for key in sorted(value)]
    if field.is_repeated:
        return list(value)
    if field.has_presence and not _has(message, field):
        return []
    return [value]


def _has(message: Message, field: Field) -> bool:
    if field.is_extension:
        return message.HasExtension(field)
    return message.HasField(field.name)


def _values_differ(sent: list[Any], read: list[Any], name: str) -> str | None:
    if len(read) < len(sent):
        if not read:
            return f"the reader finds no value for {name}"
        return f"the reader finds {len(read)} of the {len(sent)} values of {name}"
    for was, now in zip(sent, read, strict=False):
        if not _same(was, now):
            return f"the reader takes {name} for {_show(now)}, not {_show(was)}"
    return None


def _same(was: Any, now: Any) -> bool:
    if isinstance(was, tuple) and isinstance(now, tuple):
        return _same(was[0], now[0]) and _same(was[1], now[1])
    if isinstance(was, tuple) or isinstance(now, tuple):
        # A map's entry beside a message or its bytes: one of each is enough.
        return True
    if isinstance(was, Message) and isinstance(now, Message):
        # What is inside is the question of another pair of messages.
        return True
    left, right = _plain_value(was), _plain_value(now)
    if isinstance(left, bytes) != isinstance(right, bytes):
        return False
    return bool(left == right) or (left != left and right != right)


def _plain_value(value: Any) -> Any:
    if isinstance(value, Message):
        return value.SerializeToString(deterministic=True)
    if isinstance(value, str):
        return value.encode()
    return value


def _names_differ(
    sent: Message, read: Message, field: Field, other: Field
) -> str | None:
    was, now = _values(sent, field), _values(read, other)
    if len(now) < len(was):
        return _values_differ(was, now, field.name)
    before, after = _enum_name(field, was[0]), _enum_name(other, now[0])
    if before == after:
        return None
    return f"the reader takes {before} for {after or 'a number without a name'}"


def _enum_name(field: Field, value: Any) -> str:
    if _is_map(field):
        field, value = field.message_type.fields_by_number[2], value[1]
    known = field.enum_type.values_by_number.get(value)
    return known.name if known is not None else ""


def _show(value: Any) -> str:
    if isinstance(value, Message):
        return "a message"
    if isinstance(value, tuple):
        return f"{_show(value[0])}: {_show(value[1])}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _reason(error: Exception) -> str:
    return str(error).rpartition(": ")[2].strip().rstrip(".") or "it is not valid"


def _json(message: Message, pool: DescriptorPool) -> Any:
    try:
        return json_format.MessageToDict(
            message, preserving_proto_field_name=True, descriptor_pool=pool
        )
    except (json_format.Error, TypeError, ValueError):
        return text_format.MessageToString(message, as_one_line=True)
