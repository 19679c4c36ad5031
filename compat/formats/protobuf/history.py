"""All earlier versions at once: which of them a new schema could not stand against."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from compat.formats.protobuf import wellknown
from compat.formats.protobuf.model import Field, File, Message
from compat.formats.protobuf.schema import ProtobufSchema
from compat.verdict import Direction
from compat.version_sets import Versions, any_of, mark, places

__all__ = ["ProtobufHistory"]

Seen = dict[Hashable, Versions]


@dataclass(slots=True)
class _MessageHistory:
    """What a message's versions had: by number, by name, by oneof."""

    versions: Versions = 0
    shapes: dict[int, Seen] = field(default_factory=dict)
    required: dict[int, Versions] = field(default_factory=dict)
    origins: dict[int, Seen] = field(default_factory=dict)
    names: dict[str, Seen] = field(default_factory=dict)
    oneofs: Seen = field(default_factory=dict)

    def add(self, message: Message, version: Versions) -> None:
        self.versions |= version
        for number, each in message.fields.items():
            mark(self.shapes.setdefault(number, {}), _shape(each), version)
            mark(self.origins.setdefault(number, {}), _origin(each), version)
            mark(self.names.setdefault(each.name, {}), number, version)
            if each.required:
                self.required[number] = self.required.get(number, 0) | version
        for name, numbers in message.oneofs.items():
            mark(self.oneofs, (name, numbers), version)

    def having(self, number: int) -> Versions:
        """Return the versions that have the field ``number``."""
        return any_of(self.shapes.get(number, {}).values())


class ProtobufHistory:
    """A cumulative map of messages, numbers, and the shapes a field ever had.

    A question costs as much as the new schema has fields, however many
    versions there are, as long as the fields keep their shapes. Versions that
    are not `suspects` are proved to have no break and no loss against the new
    schema; a suspect may be innocent.
    """

    def __init__(self) -> None:
        self._count = 0
        self._packages: Seen = {}
        self._imports: Seen = {}
        self._enums: dict[str, Seen] = {}
        self._messages: dict[str, _MessageHistory] = {}

    def __len__(self) -> int:
        return self._count

    def extend(self, schema: ProtobufSchema) -> None:
        """Add the next version."""
        version = 1 << self._count
        self._count += 1
        file = schema.model
        mark(self._packages, file.package, version)
        mark(self._imports, _surroundings(schema), version)
        for name, enum in file.enums.items():
            mark(self._enums.setdefault(name, {}), enum, version)
        for name, message in file.messages.items():
            self._messages.setdefault(name, _MessageHistory()).add(message, version)

    def suspects(self, schema: ProtobufSchema, direction: Direction) -> frozenset[int]:
        """Return the places of versions that may not go with ``schema``.

        Counted from 0 in the order of `extend`. ``schema`` is the reader when
        ``direction`` is BACKWARD, the writer when it is FORWARD.
        """
        backward = direction is Direction.BACKWARD
        file = schema.model
        found = _others(self._packages, file.package)
        found |= _others(self._imports, _surroundings(schema))
        for name, enum in file.enums.items():
            # Any other value may be the one that a closed enum lacks.
            found |= _others(self._enums.get(name, {}), enum)
        found |= self._missing(file, backward=backward)
        for name, message in file.messages.items():
            if name in self._messages:
                found |= _message(self._messages[name], message, backward=backward)
        return places(found)

    def _missing(self, file: File, *, backward: bool) -> Versions:
        """Return versions whose messages, or the new ones, the reader lacks."""
        if backward:
            gone = [
                m for name, m in self._messages.items() if name not in file.messages
            ]
            return any_of(each.versions for each in gone)
        everything = (1 << self._count) - 1
        none = _MessageHistory()
        held = [self._messages.get(name, none).versions for name in file.messages]
        return any_of(everything & ~each for each in held)


def _message(old: _MessageHistory, new: Message, *, backward: bool) -> Versions:
    found = 0
    for number, each in new.fields.items():
        found |= _others(old.shapes.get(number, {}), _shape(each))
        found |= _others(old.names.get(each.name, {}), number)
    if backward:
        return found | _new_reads(old, new)
    return found | _new_is_read(old, new)


def _new_reads(old: _MessageHistory, new: Message) -> Versions:
    found = 0
    for number, each in new.fields.items():
        if each.required:
            found |= old.versions & ~old.required.get(number, 0)
    for number, versions in old.required.items():
        if number not in new.fields:
            found |= versions
    for oneof, versions in old.oneofs.items():
        name, numbers = _oneof(oneof)
        lost = [each for each in numbers if each not in new.fields]
        if lost and (len(lost) < len(numbers) or name in new.oneofs):
            found |= versions
    for numbers in new.oneofs.values():
        found |= _merged(old.origins, numbers)
    return found


def _new_is_read(old: _MessageHistory, new: Message) -> Versions:
    found = 0
    for number, each in new.fields.items():
        if each.required:
            found |= old.versions & ~old.having(number)
    for number, versions in old.required.items():
        written = new.fields.get(number)
        if written is None or not written.required:
            found |= versions
    for name, numbers in new.oneofs.items():
        having = [old.having(each) for each in numbers]
        named = any_of(v for each, v in old.oneofs.items() if _oneof(each)[0] == name)
        for versions in having:
            found |= old.versions & ~versions & (any_of(having) | named)
    for oneof, versions in old.oneofs.items():
        members = [new.fields[n] for n in _oneof(oneof)[1] if n in new.fields]
        if len({_origin(each) for each in members}) > 1:
            found |= versions
    return found


def _merged(origins: Mapping[int, Seen], numbers: Iterable[int]) -> Versions:
    """Return the versions that have ``numbers`` from more than one origin."""
    by_origin: Seen = {}
    for number in numbers:
        for origin, versions in origins.get(number, {}).items():
            mark(by_origin, origin, versions)
    once = twice = 0
    for versions in by_origin.values():
        twice |= once & versions
        once |= versions
    return twice


def _shape(each: Field) -> Hashable:
    """Return all of a field but its names, which harm no data of their own."""
    oneof = "" if not each.oneof else "oneof"
    return replace(each, name="", json_name="", oneof=oneof)


def _origin(each: Field) -> Hashable:
    return each.oneof or each.number


def _oneof(key: Hashable) -> tuple[str, tuple[int, ...]]:
    assert isinstance(key, tuple)  # noqa: S101
    name, numbers = key
    return name, numbers


def _surroundings(schema: ProtobufSchema) -> Hashable:
    """Return what is not in the schema's own messages, and may differ.

    That is its imports, built-in ones left out, and its extensions of theirs.
    """
    imports = tuple(
        each.SerializeToString(deterministic=True)
        for each in schema.imported
        if each.name in schema.references or not wellknown.is_built_in(each.name)
    )
    own = {each.full_name for each in schema.model.messages.values()}
    extensions = tuple(
        (name, _shape(field))
        for name, message in schema.model.all_messages.items()
        if name not in own
        for field in message.fields.values()
        if field.extension
    )
    return imports, extensions


def _others(seen: Seen, key: Hashable) -> Versions:
    return any_of(versions for each, versions in seen.items() if each != key)
