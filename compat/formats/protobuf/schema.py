"""A parsed Protobuf schema: one file, with the files it imports."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    FileDescriptorProto,
)
from google.protobuf.descriptor_pool import DescriptorPool

from compat.formats.protobuf import wellknown
from compat.formats.protobuf.descriptors import decode, pool_of, with_known_options
from compat.formats.protobuf.model import File, build
from compat.formats.protobuf.places import places
from compat.formats.protobuf.printer import Style, print_file
from compat.formats.protobuf.source import FORMAT

__all__ = ["ProtobufSchema"]


@dataclass(frozen=True, eq=False)
class ProtobufSchema:
    """A file and its imports, compiled; what is costly is made when asked for.

    ``text`` is the text as given, .proto or base64. ``file`` is its
    descriptor, ``imported`` those of all files it needs, each after its own
    needs.
    """

    text: str
    references: Mapping[str, str]
    file: FileDescriptorProto
    imported: tuple[FileDescriptorProto, ...]

    @property
    def format(self) -> str:
        """The name of its format."""
        return FORMAT

    @cached_property
    def canonical(self) -> str:
        """The text that is stored and identifies the schema."""
        return self.printed(Style())

    @cached_property
    def fingerprint(self) -> str:
        """A digest over the canonical text, and the descriptors of all imports."""
        digest = hashlib.sha256(b"protobuf 1\0")
        imported = (
            each.SerializeToString(deterministic=True) for each in self.imported
        )
        for data in (*imported, self.canonical.encode()):
            digest.update(len(data).to_bytes(8, "big") + data)
        return digest.hexdigest()

    @cached_property
    def declares(self) -> tuple[str, ...]:
        """The full names of its messages, then of its enums, in file order."""
        scope = f"{self.file.package}." if self.file.package else ""
        messages = list(_messages(self.file, scope))
        enums = [f"{scope}{each.name}" for each in self.file.enum_type]
        for name, message in messages:
            enums += [f"{name}.{each.name}" for each in message.enum_type]
        return (*(name for name, _ in messages), *enums)

    @cached_property
    def needs(self) -> tuple[str, ...]:
        """The import paths that a reference has to give, in text order."""
        return tuple(
            name
            for name in self.file.dependency
            if name in self.references or not wellknown.is_built_in(name)
        )

    @cached_property
    def pool(self) -> DescriptorPool:
        """A pool of its own with the file and its imports."""
        return pool_of((*self.imported, self.file))

    @cached_property
    def model(self) -> File:
        """What the rules look at."""
        return build(self.pool, self.file, self.imported)

    @cached_property
    def places(self) -> Mapping[str, int]:
        """The offsets of names in the text by path; none in base64."""
        return {} if decode(self.text) is not None else places(self.text)

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """The offsets at which the lines of the text start."""
        ends = (each.end() for each in re.finditer("\n", self.text))
        return (0, *ends)

    def printed(self, style: Style) -> str:
        """Return its text in ``style``."""
        return print_file(with_known_options(self.file, self.pool), style)


def _messages(
    file: FileDescriptorProto, scope: str
) -> Iterator[tuple[str, DescriptorProto]]:
    waiting = [(f"{scope}{each.name}", each) for each in reversed(file.message_type)]
    while waiting:
        name, message = waiting.pop()
        if message.options.map_entry:
            continue
        yield name, message
        nested = reversed(message.nested_type)
        waiting += [(f"{name}.{each.name}", each) for each in nested]
