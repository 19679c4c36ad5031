"""Rules about the set of fields of a message."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.protobuf.model import Field
from compat.formats.protobuf.pairs import Pair, some_value
from compat.formats.protobuf.problem import Datum, Problem, Question
from compat.formats.protobuf.ruling import MESSAGE
from compat.verdict import Severity


@MESSAGE.rule("PROTO_REQUIRED_FIELD_ADDED", confluent="REQUIRED_FIELD_ADDED")
def required_field_added(pair: Pair) -> Iterator[Problem]:
    """The reader requires a field that the writer may leave out.

    Why: a reader refuses a message without each of its required fields.
    Fix: make the field optional.
    Spec: Protocol Buffers language guide (proto2), Field Labels; Confluent
    REQUIRED_FIELD_ADDED.
    """
    for number, field in pair.reader.fields.items():
        written = pair.writer.fields.get(number)
        if not field.required or (written is not None and written.required):
            continue
        how = "does not have it" if written is None else "may leave it out"
        yield Problem(
            pair.at(field.name),
            f"field {field.name} ({number}) is required, and the writer {how}",
            "required",
            written and (written.label or "singular"),
            (Datum(number, {}, Question.INITIALIZED),),
        )


@MESSAGE.rule("PROTO_REQUIRED_FIELD_REMOVED", confluent="REQUIRED_FIELD_REMOVED")
def required_field_removed(pair: Pair) -> Iterator[Problem]:
    """A required field of the writer's does not exist.

    Why: what was required carries meaning that the reader skips; in the
    other direction every message would be refused.
    Fix: keep the field, and make it optional first.
    Spec: Protocol Buffers language guide (proto2), Updating A Message Type;
    Confluent REQUIRED_FIELD_REMOVED.
    """
    for number, field in pair.writer.fields.items():
        if field.required and number not in pair.reader.fields:
            yield Problem(
                pair.at(field.name),
                f"the reader has no field {number}, the writer's required {field.name}",
                None,
                "required",
                (Datum(number, {}, Question.SKIPPED),),
            )


@MESSAGE.rule("PROTO_FIELD_NAME_MOVED")
def field_name_moved(pair: Pair) -> Iterator[Problem]:
    """The name of a field stands at the number of another field.

    Why: the reader takes the other field's data for this one's, silently if
    the types agree. A reader that reserves the old number has dropped the
    field on purpose; what is left is a renamed one.
    Fix: give each name its number back.
    Spec: Protocol Buffers language guide, Assigning Field Numbers.
    """
    for written, number in _moved(pair):
        dropped = pair.reader.reserves(written.number)
        if number in pair.writer.fields and not dropped:
            other = pair.writer.fields[number].name
            yield Problem(
                pair.at(written.name),
                f"{written.name} is number {number} for the reader, which is the "
                f"writer's {other}; the writer's {written.name} is {written.number}",
                number,
                written.number,
                _by_name(pair, written.number),
            )


@MESSAGE.rule("PROTO_FIELD_RENUMBERED")
def field_renumbered(pair: Pair) -> Iterator[Problem]:
    """A field has the same name under another number.

    Why: the field's data stays under the old number, where the reader does
    not look for it.
    Fix: give the field its number back; if its data is meant to be dropped,
    reserve the old number.
    Spec: Protocol Buffers language guide, Assigning Field Numbers.
    """
    for written, number in _moved(pair):
        if number in pair.writer.fields or pair.reader.reserves(written.number):
            continue
        yield Problem(
            pair.at(written.name),
            f"{written.name} is number {number} for the reader "
            f"and {written.number} for the writer",
            number,
            written.number,
            _by_name(pair, written.number),
        )


@MESSAGE.rule("PROTO_FIELD_REMOVED", severity=Severity.NOTE, confluent="FIELD_REMOVED")
def field_removed(pair: Pair) -> Iterator[Problem]:
    """A field was removed and its number is not reserved.

    Why: data still carries the number; a later field under it would misread
    that data.
    Fix: reserve the number and the name of the removed field.
    Spec: Protocol Buffers language guide, Deleting Fields.
    """
    for number, field in pair.writer.fields.items():
        gone = number not in pair.reader.fields and not pair.reader.reserves(number)
        if gone and not field.extension:
            yield Problem(
                pair.at(field.name),
                f"the reader neither has nor reserves the number {number} "
                f"of {field.name}",
                None,
                number,
            )


@MESSAGE.rule("PROTO_RESERVED_NUMBER_USED", severity=Severity.NOTE)
def reserved_number_used(pair: Pair) -> Iterator[Problem]:
    """A field uses a number that the writer reserves.

    Why: a number is reserved when older data carries it with another
    meaning.
    Fix: use a number that was never used.
    Spec: Protocol Buffers language guide, Reserved Field Numbers.
    """
    for number, field in pair.reader.fields.items():
        if number not in pair.writer.fields and pair.writer.reserves(number):
            yield Problem(
                pair.at(field.name),
                f"{field.name} has the number {number}, which the writer reserves",
                number,
                "reserved",
            )


def _moved(pair: Pair) -> Iterator[tuple[Field, int]]:
    """Yield the writer's fields whose name has another number in the reader."""
    numbers = {field.name: number for number, field in pair.reader.fields.items()}
    for number, written in pair.writer.fields.items():
        now = numbers.get(written.name, number)
        if now != number and not written.extension:
            yield written, now


def _by_name(pair: Pair, number: int) -> tuple[Datum, ...]:
    field = pair.writer.fields[number]
    value = some_value(field, pair.writer_file.all_enums.get(field.type))
    return (Datum(number, {number: value}, Question.NAME),)
