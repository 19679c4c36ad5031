"""Rules about the file as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from compat.formats.protobuf.model import File
from compat.formats.protobuf.problem import Problem
from compat.formats.protobuf.ruling import FILE

_TYPES = 5  # messages that are tried as a witness of the package


@FILE.rule("PROTO_PACKAGE_CHANGED", confluent="PACKAGE_CHANGED")
def package_changed(reader: File, writer: File) -> Iterator[Problem]:
    """The package changed.

    Why: full names, generated code and type URLs change with it: a reader
    finds no type for what names it, as an Any does. The bytes of the messages
    themselves are read as before.
    Fix: keep the package; put a new one in a new subject.
    Spec: Protocol Buffers language guide, Packages; Confluent PACKAGE_CHANGED.
    """
    if reader.package != writer.package:
        yield Problem(
            reader.package,
            f"the package is {_shown(reader.package)} for the reader "
            f"and {_shown(writer.package)} for the writer",
            reader.package,
            writer.package,
            types=tuple(each.full_name for each in writer.messages.values())[:_TYPES],
        )


@FILE.rule("PROTO_MESSAGE_REMOVED", confluent="MESSAGE_REMOVED")
def message_removed(reader: File, writer: File) -> Iterator[Problem]:
    """A message that data is written as does not exist.

    Why: the reader has no type for what was written as this message.
    Fix: keep the message, or move it to an imported file under the same name.
    Spec: Confluent MESSAGE_REMOVED.
    """
    for name, message in writer.messages.items():
        if name not in reader.messages and name not in reader.imported:
            yield Problem(
                name,
                f"the reader has no message {name}",
                None,
                f"message {name}",
                types=(message.full_name,),
            )


def _shown(package: str) -> str:
    return repr(package) if package else "empty"
