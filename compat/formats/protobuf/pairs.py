"""What stands against what: two messages, two fields, two enums."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from compat.formats.protobuf.model import Enum, Field, File, Message
from compat.formats.protobuf.problem import Datum, Question
from compat.formats.protobuf.values import samples

__all__ = ["Enums", "Pair", "Slot", "some_value"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two messages, and the files that resolve the types of their fields."""

    reader: Message
    writer: Message
    reader_file: File
    writer_file: File

    @property
    def path(self) -> str:
        """The reader's name: without its package if the file is its own."""
        own = self.reader_file.messages.get(self.reader.name)
        return self.reader.name if own is self.reader else self.reader.full_name

    def at(self, name: str) -> str:
        """Return the path of the member called ``name``."""
        return f"{self.path}.{name}"


@dataclass(frozen=True, slots=True)
class Slot:
    """Two fields of one number; or, of two maps, the keys or the values.

    ``part`` is ``key`` or ``value`` within a map, whose own fields are then
    ``outer`` (reader's, writer's); otherwise empty.
    """

    pair: Pair
    reader: Field
    writer: Field
    part: str = ""
    outer: tuple[Field, Field] | None = None

    @property
    def path(self) -> str:
        """The reader's message and field, and the part of a map."""
        field = self.outer[0] if self.outer else self.reader
        path = self.pair.at(field.name)
        return f"{path}.{self.part}" if self.part else path

    @property
    def number(self) -> int:
        """The number of the field of the message."""
        return self.outer[1].number if self.outer else self.writer.number

    @property
    def reader_enum(self) -> Enum | None:
        """The reader's enum, if its type is one."""
        return self.pair.reader_file.all_enums.get(self.reader.type)

    @property
    def writer_enum(self) -> Enum | None:
        """The writer's enum, if its type is one."""
        return self.pair.writer_file.all_enums.get(self.writer.type)

    def data(self, *, question: Question = Question.NUMBER) -> tuple[Datum, ...]:
        """Return messages with the telling values of the writer's field alone."""
        if self.writer.map:
            key, value = self.writer.map.key, _plain(self.writer.map.value)
            entries = [{1: _plain(key), 2: value}]
            one = Datum(self.number, {self.number: entries}, question)
            if self.reader.repeated:
                return (one,)
            # A reader that takes one value keeps the last entry.
            more = {"string": "b", "bool": False}.get(key.kind, 3)
            two = {self.number: [*entries, {1: more, 2: value}]}
            return one, Datum(self.number, two, question)
        values = samples(self.writer, self.reader, self.writer_enum, self.reader_enum)
        if self.writer.kind in ("message", "group"):
            values = ({}, self._not_text()) if self.reader.kind == "string" else ({},)
        return tuple(self.datum(value, question) for value in values)

    def _not_text(self) -> dict[int, Any]:
        """Return values of the writer's message whose encoding is not UTF-8."""
        for each in self.pair.writer_file.all_messages[
            self.writer.type
        ].fields.values():
            value = _NOT_TEXT.get(each.kind)
            if value is not None and not each.map:
                return {each.number: [value] if each.repeated else value}
        return {}

    def datum(self, value: Any, question: Question = Question.NUMBER) -> Datum:
        """Return the message in which this field or part is ``value``."""
        if self.outer and self.outer[1].map:
            both = self.outer[1].map
            entry = {1: _plain(both.key), 2: _plain(both.value)}
            entry[1 if self.part == "key" else 2] = value
            return Datum(self.number, {self.number: [entry]}, question)
        listed = [value] if self.writer.repeated else value
        return Datum(self.number, {self.number: listed}, question)


_NOT_TEXT: Mapping[str, Any] = {
    **dict.fromkeys(("int32", "int64", "uint32", "uint64", "sint32", "sint64"), 200),
    **dict.fromkeys(("fixed32", "fixed64", "sfixed32", "sfixed64"), 200),
    **dict.fromkeys(("float", "double"), 1.5),
    "bytes": b"\xff",
}


@dataclass(frozen=True, slots=True)
class Enums:
    """Two enums; ``slot`` is a field that both are the type of, if any."""

    path: str
    reader: Enum
    writer: Enum
    slot: Slot | None = None

    def data(self, number: int) -> tuple[Datum, ...]:
        """Return a message that carries ``number``; in field 1 without a slot."""
        if self.slot is None:
            return (Datum(1, {1: number}, Question.ENUM_NAME),)
        return (self.slot.datum(number, Question.ENUM_NAME),)


def some_value(field: Field, enum: Enum | None) -> Any:
    """Return a value of ``field`` that is not its default; a list if repeated."""
    if field.map:
        return [{1: _plain(field.map.key), 2: _plain(field.map.value)}]
    value = _plain(field)
    if enum is not None:
        numbers = [number for _, number in enum.values if number != field.default]
        # Zero last: it is what other fields are when nobody set them.
        numbers.sort(key=lambda number: number == 0)
        value = numbers[0] if numbers else (field.default if enum.closed else 1)
    return [value] if field.repeated else value


def _plain(field: Field) -> Any:
    match field.kind:
        case "message" | "group":
            return {}
        case "string":
            return "a"
        case "bytes":
            return b"a"
        case "bool":
            return True
        case "float" | "double":
            return 1.5
        case "enum":
            return field.default
    return 2  # required fields that nothing is known of are 1
