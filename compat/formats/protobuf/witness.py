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
from google.protobuf.unknown_fields import UnknownFieldSet

from compat.formats.protobuf.filling import (
    Field,
    Uninhabited,
    field_of,
    fill,
    is_map,
    value_of,
)
from compat.formats.protobuf.problem import Datum, Question
from compat.verdict import Witness

__all__ = ["CONFIRMED_BY", "Witnesses"]

CONFIRMED_BY = (f"protobuf {google.protobuf.__version__}",)
"""The library that every witness is tried with."""

_NOT_TEXT = "the reader fails on text that is not UTF-8"


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
        try:
            sent = GetMessageClass(self._writer.FindMessageTypeByName(writer))()
            known = GetMessageClass(self._reader.FindMessageTypeByName(reader))
        except RecursionError:  # a chain of too many messages
            return None
        try:
            fill(sent, datum.values, self._writer)
            data = sent.SerializeToString(deterministic=True)
        except (EncodeError, Uninhabited, TypeError, ValueError):
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
            outcome = _NOT_TEXT
        if outcome is None:
            return None
        return Witness(_json(sent, self._writer), outcome, CONFIRMED_BY, data.hex())

    def _refuses_any(self, sent: Message, known: type[Message]) -> bool:
        """Whether the required fields alone are refused: not this field's fault."""
        bare = type(sent)()
        fill(bare, {}, self._writer)
        try:
            known().MergeFromString(bare.SerializeToString())
        except DecodeError:
            return bool(bare.ListFields())
        return False


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
    field = field_of(sent, datum.focus, writer)
    if datum.question is Question.CHOICE:
        return _choice_lost(read, field)
    if datum.question is Question.SKIPPED:
        return _skipped(read, field)
    if datum.question is Question.NAME:
        other = read.DESCRIPTOR.fields_by_name[field.name]
        if is_map(field) != is_map(other):
            return f"the reader finds no such {field.name}: it is of another kind"
    else:
        other = field_of(read, datum.focus, reader)
    match datum.question:
        case Question.UNSET:
            was, now = value_of(sent, field), value_of(read, other)
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
    now = _values(read, other)
    if other.type == FieldDescriptor.TYPE_STRING and any(
        isinstance(each, bytes) for each in now
    ):
        # What proto2 does not refuse, the library gives as it is.
        return _NOT_TEXT
    return _values_differ(_values(sent, field), now, field.name)


def _choice_lost(read: Message, field: Field) -> str | None:
    name = field.containing_oneof.name
    if read.WhichOneof(name) is not None:
        return None
    return f"the reader finds no member of the oneof {name}: it skips {field.name}"


def _skipped(read: Message, field: Field) -> str | None:
    unknown: Any = UnknownFieldSet(read)
    kept = any(each.field_number == field.number for each in unknown)
    return f"the reader skips {field.name}" if kept else None


def _values(message: Message, field: Field) -> list[Any]:
    """Return the values that ``message`` has for ``field``; entries for a map."""
    value = value_of(message, field)
    if is_map(field):
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
        return not isinstance(now, bool | int | float)
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
    if is_map(field):
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
        shown = json_format.MessageToDict(
            message, preserving_proto_field_name=True, descriptor_pool=pool
        )
    except (json_format.Error, TypeError, ValueError):
        return text_format.MessageToString(message, as_one_line=True)
    for field, _ in message.ListFields():
        if is_map(field):
            # The library's own order differs from process to process.
            shown[field.name] = dict(sorted(shown[field.name].items()))
    return shown
