"""Rules about the names and numbers of an enum."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.protobuf.pairs import Enums
from compat.formats.protobuf.problem import Problem
from compat.formats.protobuf.ruling import ENUM
from compat.verdict import Severity


@ENUM.rule("PROTO_ENUM_NAME_MOVED")
def enum_name_moved(enums: Enums) -> Iterator[Problem]:
    """The name of an enum's value stands at the number of another value.

    Why: the reader takes one value for the other, and nothing tells it. A
    reader that reserves the old number has dropped the value on purpose.
    Fix: give each name its number back.
    Spec: Protocol Buffers language guide, Enumerations.
    """
    for name, written, number in _moved(enums):
        if number in enums.writer.numbers and not enums.reader.reserves(written):
            yield _problem(enums, name, written, number)


@ENUM.rule("PROTO_ENUM_VALUE_RENUMBERED")
def enum_value_renumbered(enums: Enums) -> Iterator[Problem]:
    """A value of an enum has the same name under another number.

    Why: data carries the old number, which the reader does not know or
    calls by another name.
    Fix: give the value its number back; if the old one is meant to be
    dropped, reserve its number.
    Spec: Protocol Buffers language guide, Enumerations.
    """
    for name, written, number in _moved(enums):
        if number not in enums.writer.numbers and not enums.reader.reserves(written):
            yield _problem(enums, name, written, number)


@ENUM.rule(
    "PROTO_ENUM_VALUE_REMOVED", severity=Severity.NOTE, confluent="ENUM_CONST_REMOVED"
)
def enum_value_removed(enums: Enums) -> Iterator[Problem]:
    """A value of an open enum was removed and its number is not reserved.

    Why: the reader keeps the number without a name; a later value under it
    would misread the data.
    Fix: reserve the number and the name of the removed value.
    Spec: Protocol Buffers language guide, Reserved Values.
    """
    known = enums.reader.numbers
    for name, number in () if enums.reader.closed else enums.writer.values:
        if number not in known and not enums.reader.reserves(number):
            yield Problem(
                f"{enums.path}.{name}",
                f"the reader neither has nor reserves the number {number} of {name}",
                None,
                number,
            )


@ENUM.rule(
    "PROTO_ENUM_VALUE_RENAMED", severity=Severity.NOTE, confluent="ENUM_CONST_CHANGED"
)
def enum_value_renamed(enums: Enums) -> Iterator[Problem]:
    """A value of an enum was renamed.

    Why: the wire carries only the number, but JSON and generated code use
    the name.
    Fix: keep the old name as well, with ``allow_alias``.
    Spec: Protocol Buffers language guide, Enum Value Aliases.
    """
    written = enums.writer.names
    before = dict(enums.writer.values)
    for number, names in enums.reader.names.items():
        old = written.get(number, [])
        new = [name for name in names if name not in before]
        if old and new and not set(old) & set(names):
            yield Problem(
                f"{enums.path}.{new[0]}",
                f"the writer's name for the number {number} is {old[0]}",
                new[0],
                old[0],
            )


def _moved(enums: Enums) -> Iterator[tuple[str, int, int]]:
    """Yield names whose number changed: name, writer's number, reader's."""
    numbers = dict(enums.reader.values)
    known = enums.reader.names
    written = enums.writer.names
    for name, number in enums.writer.values:
        now = numbers.get(name, number)
        # With an alias the value is still known by one of its names.
        if now != number and not set(written[number]) & set(known.get(number, ())):
            yield name, number, now


def _problem(enums: Enums, name: str, written: int, number: int) -> Problem:
    return Problem(
        f"{enums.path}.{name}",
        f"{name} is {number} for the reader and {written} for the writer",
        number,
        written,
        enums.data(written),
    )
