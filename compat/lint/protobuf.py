"""Advice on Protobuf schemas; most of it looks at their history."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from compat.lint.declared import ADVICE
from compat.lint.rules import Advice, LintLevel

if TYPE_CHECKING:
    from google.protobuf.descriptor_pb2 import (
        DescriptorProto,
        EnumDescriptorProto,
        FileDescriptorProto,
    )

__all__: list[str] = []


@ADVICE.rule("LINT_PROTO_NUMBER_NOT_RESERVED", LintLevel.WARN, "PROTOBUF")
def number_not_reserved(schema: Any, history: Sequence[Any]) -> Iterator[Advice]:
    """A field was removed, and its number is not reserved.

    Why: someone will use the number again, and old data is then read as the
    new field.
    Fix: add reserved with the number, and with the name for JSON.
    """
    known = dict(_messages(schema.file))
    told: set[tuple[str, int]] = set()
    for old in reversed(history):
        for name, message in _messages(old.file):
            now = known.get(name)
            if now is None:
                continue
            used = {each.number for each in now.field}
            for field in message.field:
                key = (name, field.number)
                if field.number in used or key in told or _reserves(now, field.number):
                    continue
                told.add(key)
                yield Advice(
                    _short(schema.file, name),
                    f"the number {field.number} of the removed field "
                    f"{field.name!r} of {name} is not reserved",
                )


@ADVICE.rule("LINT_PROTO_NUMBER_REUSED", LintLevel.ERROR, "PROTOBUF")
def number_reused(schema: Any, history: Sequence[Any]) -> Iterator[Advice]:
    """A field has a number that another field had in an earlier version.

    Why: data holds the number only; what was written for the old field is
    read as the new one. A check against the last version cannot see it when
    the number was free in between.
    Fix: take a number that was never used, and reserve this one.
    """
    earlier: dict[tuple[str, int], str] = {}
    for old in history:
        for name, message in _messages(old.file):
            for field in message.field:
                earlier.setdefault((name, field.number), field.name)
    names = dict(_messages(history[-1].file)) if history else {}
    for name, message in _messages(schema.file):
        last = (
            {each.number: each.name for each in names[name].field}
            if (name in names)
            else {}
        )
        for field in message.field:
            before = earlier.get((name, field.number))
            # A mere rename keeps the number in use from one version to the next.
            if before not in (None, field.name) and field.number not in last:
                yield Advice(
                    f"{_short(schema.file, name)}.{field.name}",
                    f"the number {field.number} of {field.name!r} was that of "
                    f"{before!r} in an earlier version",
                )


@ADVICE.rule("LINT_PROTO_ENUM_ZERO", LintLevel.WARN, "PROTOBUF")
def enum_zero(schema: Any, _: Sequence[Any]) -> Iterator[Advice]:
    """An enum's zero value stands for something.

    Why: zero is what a reader sees when the field was never set, so it must
    not mean one of the real values.
    Fix: make the value 0 one whose name ends in _UNSPECIFIED or _UNKNOWN.
    """
    for name, enum in _enums(schema.file):
        zero = next((each.name for each in enum.value if each.number == 0), None)
        if zero is not None and not zero.upper().endswith(
            ("UNSPECIFIED", "UNKNOWN", "UNDEFINED", "NONE", "INVALID")
        ):
            yield Advice(
                f"{_short(schema.file, name)}.{zero}",
                f"the zero value of {name} is {zero}, which reads as if it were set",
            )


def _messages(file: FileDescriptorProto) -> Iterator[tuple[str, DescriptorProto]]:
    left = [(_scoped(file.package, each.name), each) for each in file.message_type]
    left.reverse()
    while left:
        name, message = left.pop()
        if message.options.map_entry:
            continue
        yield name, message
        left += [
            (f"{name}.{each.name}", each) for each in reversed(message.nested_type)
        ]


def _enums(file: FileDescriptorProto) -> Iterator[tuple[str, EnumDescriptorProto]]:
    for each in file.enum_type:
        yield _scoped(file.package, each.name), each
    for name, message in _messages(file):
        for each in message.enum_type:
            yield f"{name}.{each.name}", each


def _reserves(message: DescriptorProto, number: int) -> bool:
    return any(each.start <= number < each.end for each in message.reserved_range)


def _scoped(package: str, name: str) -> str:
    return f"{package}.{name}" if package else name


def _short(file: FileDescriptorProto, name: str) -> str:
    """Return ``name`` within its file, as a finding's path has it."""
    return name.removeprefix(f"{file.package}.") if file.package else name
