"""Rules about oneofs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from compat.formats.protobuf.model import Field
from compat.formats.protobuf.pairs import Pair, some_value
from compat.formats.protobuf.problem import Datum, Problem, Question
from compat.formats.protobuf.ruling import MESSAGE

_SHOWN = 20


@MESSAGE.rule(
    "PROTO_MULTIPLE_FIELDS_MOVED_TO_ONEOF", confluent="MULTIPLE_FIELDS_MOVED_TO_ONEOF"
)
def multiple_fields_moved(pair: Pair) -> Iterator[Problem]:
    """Several fields moved into one oneof.

    Why: a writer may set all of them, and the reader keeps only the last.
    Fix: keep the fields outside; move one field at most into a new oneof.
    Spec: Protocol Buffers language guide, Oneof, Backwards-compatibility
    issues; Confluent MULTIPLE_FIELDS_MOVED_TO_ONEOF.
    """
    for name, origins in _merged(pair):
        if sum(not each.oneof for each in origins) > 1:
            yield _problem(pair, name, origins)


@MESSAGE.rule(
    "PROTO_FIELD_MOVED_TO_EXISTING_ONEOF", confluent="FIELD_MOVED_TO_EXISTING_ONEOF"
)
def moved_to_existing(pair: Pair) -> Iterator[Problem]:
    """A field moved into a oneof that had members before.

    Why: a writer may set the field and a member, and the reader keeps only
    the last.
    Fix: keep the field outside of the oneof.
    Spec: Protocol Buffers language guide, Oneof, Backwards-compatibility
    issues; Confluent FIELD_MOVED_TO_EXISTING_ONEOF.
    """
    for name, origins in _merged(pair):
        if sum(not each.oneof for each in origins) <= 1:
            yield _problem(pair, name, origins)


@MESSAGE.rule("PROTO_ONEOF_FIELD_REMOVED", confluent="ONEOF_FIELD_REMOVED")
def oneof_field_removed(pair: Pair) -> Iterator[Problem]:
    """A member of a oneof was removed.

    Why: a message with the removed member looks as if nothing was chosen,
    as the reader skips the field.
    Fix: keep the member and mark it deprecated.
    Spec: Protocol Buffers language guide, Oneof, Backwards-compatibility
    issues; Confluent ONEOF_FIELD_REMOVED.
    """
    for name, numbers in pair.writer.oneofs.items():
        gone = [each for each in numbers if each not in pair.reader.fields]
        survives = len(gone) < len(numbers) or name in pair.reader.oneofs
        for number in gone if survives else ():
            field = pair.writer.fields[number]
            yield Problem(
                pair.at(field.name),
                f"the reader lacks {field.name} ({number}), "
                f"a member of the writer's oneof {name}",
                None,
                name,
                tuple(_chosen(pair, field)) if name in pair.reader.oneofs else (),
            )


def _chosen(pair: Pair, field: Field) -> Iterator[Datum]:
    value = some_value(field, pair.writer_file.all_enums.get(field.type))
    yield Datum(field.number, {field.number: value}, Question.CHOICE)


def _merged(pair: Pair) -> Iterator[tuple[str, list[Field]]]:
    """Yield oneofs whose members a writer can set at once, with those members."""
    for name, numbers in pair.reader.oneofs.items():
        origins = [pair.writer.fields[n] for n in numbers if n in pair.writer.fields]
        if len({_origin(each) for each in origins}) > 1:
            yield name, origins


def _origin(field: Field) -> tuple[str, int]:
    return (field.oneof, 0) if field.oneof else ("", field.number)


def _problem(pair: Pair, name: str, origins: list[Field]) -> Problem:
    names = ", ".join(each.name for each in origins[:_SHOWN])
    names += ", ..." if len(origins) > _SHOWN else ""
    return Problem(
        pair.at(name),
        f"the reader keeps one of {names}, and the writer may set several",
        [each.name for each in origins],
        [each.oneof or None for each in origins],
        tuple(_both(pair, origins)),
    )


def _both(pair: Pair, origins: list[Field]) -> Iterator[Datum]:
    enums = pair.writer_file.all_enums
    for one, other in combinations(origins[:6], 2):
        if _origin(one) != _origin(other):
            values = {
                each.number: some_value(each, enums.get(each.type))
                for each in (one, other)
            }
            # Fields are written by number, so the lower one is overwritten.
            yield Datum(min(one.number, other.number), values)
            yield Datum(max(one.number, other.number), values)
