"""Rules about two fields of the same number."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.protobuf.model import Field
from compat.formats.protobuf.pairs import Slot, some_value
from compat.formats.protobuf.problem import Datum, Problem, Question
from compat.formats.protobuf.ruling import FIELD, TYPE
from compat.formats.protobuf.values import Fate, cast_group, fate
from compat.verdict import Severity

_DECLARED = ("message", "group")
_TEXTS = ("string", "bytes")
_SHOWN = 5  # names in a message
_VALUES = 100  # values of an enum in a finding
_CHARACTERS = 200  # of a default in a finding


@TYPE.rule("PROTO_FIELD_KIND_CHANGED", confluent="FIELD_KIND_CHANGED")
def kind_changed(slot: Slot) -> Iterator[Problem]:
    """A field changed between a scalar, a message and a map.

    Why: the reader skips the bytes, refuses them, or takes them for
    something else.
    Fix: keep the field, and add a new one under a new number.
    Spec: Protocol Buffers encoding guide, Message Structure; Confluent
    FIELD_KIND_CHANGED.
    """
    reader, writer = _form(slot.reader), _form(slot.writer)
    # A list of messages read as a map has a rule of its own.
    if reader != writer and not (reader == "map" and writer == "message"):
        yield Problem(
            slot.path,
            f"the reader has a {reader} ({shown(slot.reader)}), "
            f"the writer a {writer} ({shown(slot.writer)})",
            shown(slot.reader),
            shown(slot.writer),
            slot.data(),
        )


@TYPE.rule("PROTO_FIELD_SCALAR_KIND_CHANGED", confluent="FIELD_SCALAR_KIND_CHANGED")
def scalar_kind_changed(slot: Slot) -> Iterator[Problem]:
    """A scalar changed to a type that is encoded differently.

    Why: the reader skips the value or reads another one from its bytes.
    Fix: keep the type, or change it only within int32, uint32, int64,
    uint64, bool and enums; sint32 and sint64; fixed32 and sfixed32; fixed64
    and sfixed64; string and bytes.
    Spec: Protocol Buffers language guide, Updating A Message Type; Confluent
    FIELD_SCALAR_KIND_CHANGED.
    """
    if _scalars(slot) and not _castable(slot):
        yield _type_problem(slot)


@TYPE.rule("PROTO_FIELD_CLOSED_ENUM_VALUE")
def closed_enum_value(slot: Slot) -> Iterator[Problem]:
    """A closed enum lacks a value that the writer may send.

    Why: a reader puts a value that its closed enum lacks among the unknown
    fields, so the field looks unset, and a required one is missing.
    Fix: keep the value in the enum, or make the enum open.
    Spec: Protocol Buffers, Enum Behavior.
    """
    reader, writer = slot.reader_enum, slot.writer_enum
    if reader is None or writer is None or not reader.closed:
        return
    if _fate(slot) is not Fate.SAME:
        known = reader.numbers
        missing = [name for name, number in writer.values if number not in known]
        named = ", ".join(missing[:_SHOWN]) or "values without a name"
        if len(missing) > _SHOWN:
            named += f" and {len(missing) - _SHOWN} more"
        yield Problem(
            slot.path,
            f"the reader's enum {reader.name} is closed and lacks {named}",
            [name for name, _ in reader.values[:_VALUES]],
            [name for name, _ in writer.values[:_VALUES]],
            slot.data(),
        )


@TYPE.rule("PROTO_FIELD_NARROWED", severity=Severity.LOSSY)
def narrowed(slot: Slot) -> Iterator[Problem]:
    """A number changed to a type that cannot hold all of its values.

    Why: a value outside of the new range is truncated, changes its sign, or
    is not an enum's value.
    Fix: keep the type, or use a wider one: int64 holds all of int32, uint32
    and bool.
    Spec: Protocol Buffers language guide, Updating A Message Type.
    """
    both_enums = slot.reader.kind == slot.writer.kind == "enum"
    numbers = _castable(slot) and not _is_text(slot)
    if numbers and not both_enums and _fate(slot) is not Fate.SAME:
        yield _type_problem(slot)


@TYPE.rule("PROTO_FIELD_BYTES_AS_TEXT", severity=Severity.LOSSY)
def bytes_as_text(slot: Slot) -> Iterator[Problem]:
    """Bytes are read as text.

    Why: a reader refuses bytes that are not UTF-8 in a string.
    Fix: keep bytes, unless every value ever written is UTF-8.
    Spec: Protocol Buffers language guide, Updating A Message Type.
    """
    if slot.writer.kind == "bytes" and slot.reader.kind == "string":
        yield _type_problem(slot)


@TYPE.rule("PROTO_FIELD_NAMED_TYPE_CHANGED", confluent="FIELD_NAMED_TYPE_CHANGED")
def named_type_changed(slot: Slot) -> Iterator[Problem]:
    """A field has another message as its type.

    Why: the name of the type is part of generated code; the bytes are read
    as far as the two messages agree, which is checked as well.
    Fix: keep the type, or add a field under a new number for the new one.
    Spec: Confluent FIELD_NAMED_TYPE_CHANGED.
    """
    if _form(slot.reader) == _form(slot.writer) == "message":
        reader = slot.pair.reader_file.all_messages[slot.reader.type]
        writer = slot.pair.writer_file.all_messages[slot.writer.type]
        if reader.name != writer.name:
            yield Problem(
                slot.path,
                f"the reader's type is {reader.full_name}, "
                f"the writer's {writer.full_name}",
                reader.full_name,
                writer.full_name,
            )


@TYPE.rule("PROTO_FIELD_DELIMITERS_CHANGED")
def delimiters_changed(slot: Slot) -> Iterator[Problem]:
    """A message changed between a group and one that starts with its length.

    Why: the wire types differ, so the reader skips the whole message.
    Fix: keep the encoding: ``group`` in proto2, ``message_encoding`` in
    editions.
    Spec: Protocol Buffers encoding guide, Groups.
    """
    messages = _form(slot.reader) == _form(slot.writer) == "message"
    if messages and slot.reader.kind != slot.writer.kind:
        yield Problem(
            slot.path,
            f"the reader expects {_delimited(slot.reader)}, "
            f"the writer sends {_delimited(slot.writer)}",
            _delimited(slot.reader),
            _delimited(slot.writer),
            slot.data(),
        )


@FIELD.rule(
    "PROTO_FIELD_NUMERIC_LABEL_CHANGED", confluent="FIELD_NUMERIC_LABEL_CHANGED"
)
def numeric_label_changed(slot: Slot) -> Iterator[Problem]:
    """A number's label changed.

    Why: a packed list of numbers is skipped by a reader that expects one
    number. Between other labels the bytes are read, and no datum shows the
    change.
    Fix: keep the label, or add a field under a new number.
    Spec: Protocol Buffers language guide, Updating A Message Type; Confluent
    FIELD_NUMERIC_LABEL_CHANGED.
    """
    if not _scalars(slot) or _is_text(slot):
        return
    said = slot.reader.label and slot.writer.label
    changed = said and slot.reader.label != slot.writer.label
    if changed or (slot.writer.repeated and not slot.reader.repeated):
        yield Problem(
            slot.path,
            f"the reader's label is {_label(slot.reader)}, "
            f"the writer's {_label(slot.writer)}",
            _label(slot.reader),
            _label(slot.writer),
            _two(slot),
        )


@FIELD.rule("PROTO_FIELD_LIST_TO_ONE", severity=Severity.LOSSY)
def list_to_one(slot: Slot) -> Iterator[Problem]:
    """A list is read as one value.

    Why: the reader keeps the last string or bytes, and merges messages into
    one; the other elements are gone.
    Fix: keep the field repeated.
    Spec: Protocol Buffers language guide, Updating A Message Type.
    """
    messages = _form(slot.reader) == _form(slot.writer) == "message"
    fewer = slot.writer.repeated and not slot.reader.repeated
    if fewer and (messages or _is_text(slot)):
        yield Problem(
            slot.path,
            "the reader takes one value, the writer sends a list",
            _label(slot.reader),
            _label(slot.writer),
            _two(slot),
        )


@FIELD.rule("PROTO_FIELD_PRESENCE_LOST", severity=Severity.LOSSY)
def presence_lost(slot: Slot) -> Iterator[Problem]:
    """A field no longer tells unset from zero.

    Why: the reader cannot see that the writer set the field to zero, and
    does not write it again.
    Fix: mark the field ``optional``.
    Spec: Protocol Buffers, Field Presence.
    """
    if slot.reader.presence or not slot.writer.presence or slot.reader.repeated:
        return
    if _scalars(slot) and _castable(slot):
        zero = {"bytes": b"", "string": ""}.get(slot.writer.kind, 0)
        enum = slot.writer_enum
        if enum is not None and enum.closed and 0 not in enum.numbers:
            return
        yield Problem(
            slot.path,
            "the reader does not tell unset from zero, the writer does",
            "implicit",
            "explicit",
            (Datum(slot.number, {slot.number: zero}, Question.PRESENCE),),
        )


@FIELD.rule("PROTO_FIELD_DEFAULT_CHANGED", severity=Severity.LOSSY)
def default_changed(slot: Slot) -> Iterator[Problem]:
    """The default of a field changed.

    Why: defaults are not sent: where the writer left the field out, the
    reader sees its own default.
    Fix: keep the default, or set the field always.
    Spec: Protocol Buffers language guide (proto2), Default Field Values.
    """
    alike = _scalars(slot) and _castable(slot) and not slot.writer.required
    if not alike or slot.reader.repeated or slot.writer.repeated:
        return
    reader, writer = _default(slot.reader), _default(slot.writer)
    if reader != writer:
        yield Problem(
            slot.path,
            f"unset, it is {_json(reader)} for the reader "
            f"and {_json(writer)} for the writer",
            _json(reader),
            _json(writer),
            (Datum(slot.number, {}, Question.UNSET),),
        )


@FIELD.rule(
    "PROTO_FIELD_RENAMED", severity=Severity.NOTE, confluent="FIELD_NAME_CHANGED"
)
def renamed(slot: Slot) -> Iterator[Problem]:
    """A field was renamed.

    Why: the wire carries only the number, but JSON and generated code use
    the name.
    Fix: keep the name, or its ``json_name``, if data is exchanged as JSON.
    Spec: Protocol Buffers, ProtoJSON Format.
    """
    if slot.reader.name != slot.writer.name and not slot.reader.extension:
        yield Problem(
            slot.path,
            f"the writer's name for number {slot.number} is {slot.writer.name}",
            slot.reader.name,
            slot.writer.name,
        )


@FIELD.rule("PROTO_FIELD_JSON_NAME_CHANGED", severity=Severity.NOTE)
def json_name_changed(slot: Slot) -> Iterator[Problem]:
    """A field has another name in JSON.

    Why: a reader of ProtoJSON refuses or skips the name it does not know;
    the binary form is not concerned.
    Fix: keep the ``json_name``.
    Spec: Protocol Buffers, ProtoJSON Format.
    """
    reader, writer = slot.reader, slot.writer
    if reader.name == writer.name and reader.json_name != writer.json_name:
        yield Problem(
            slot.path,
            f"in JSON the reader calls it {reader.json_name!r}, "
            f"the writer {writer.json_name!r}",
            reader.json_name,
            writer.json_name,
        )


def shown(field: Field) -> str:
    """Return the type of ``field`` as a .proto text spells it."""
    if field.map:
        return f"map<{shown(field.map.key)}, {shown(field.map.value)}>"
    return field.type or field.kind


def _form(field: Field) -> str:
    if field.map:
        return "map"
    return "message" if field.kind in _DECLARED else "scalar"


def _scalars(slot: Slot) -> bool:
    return _form(slot.reader) == _form(slot.writer) == "scalar"


def _castable(slot: Slot) -> bool:
    return _scalars(slot) and cast_group(slot.reader.kind) == cast_group(
        slot.writer.kind
    )


def _is_text(slot: Slot) -> bool:
    return slot.reader.kind in _TEXTS and slot.writer.kind in _TEXTS


def _fate(slot: Slot) -> Fate:
    return fate(slot.writer, slot.reader, slot.writer_enum, slot.reader_enum)


def _type_problem(slot: Slot) -> Problem:
    return Problem(
        slot.path,
        f"the reader's type is {shown(slot.reader)}, the writer's {shown(slot.writer)}",
        shown(slot.reader),
        shown(slot.writer),
        slot.data(),
    )


def _two(slot: Slot) -> tuple[Datum, ...]:
    """Return a list of two different elements, where one would go missing."""
    if not slot.writer.repeated or slot.reader.repeated:
        return ()
    one = some_value(slot.writer, slot.writer_enum)
    two = [*one, {"string": "b", "bytes": b"b"}.get(slot.writer.kind, one[0])]
    number = slot.number
    return (Datum(number, {number: two}), Datum(number, {number: one}))


def _label(field: Field) -> str:
    return field.label or ("repeated" if field.repeated else "singular")


def _delimited(field: Field) -> str:
    return "a group" if field.kind == "group" else "a message with its length"


def _default(field: Field) -> object:
    value = field.default
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, float) and value != value:
        return "nan"
    return value


def _json(value: object) -> object:
    """Return ``value`` as a JSON value, cut short if it is long."""
    if not isinstance(value, bytes):
        return value
    text = value[:_CHARACTERS].decode("utf-8", "backslashreplace")
    return text if len(value) <= _CHARACTERS else f"{text}..."
