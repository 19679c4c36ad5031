"""File descriptors in and out: base64 as clients send it, and private pools."""

from __future__ import annotations

import base64
import binascii
import re
from collections import Counter
from collections.abc import Iterable

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from compat.errors import InvalidSchema
from compat.formats.protobuf.options import default_json_name
from compat.formats.protobuf.source import FORMAT

__all__ = ["add_file", "decode", "encode", "pool_of", "with_known_options"]

_BASE64 = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_OPTIONS = "google/protobuf/descriptor.proto"


def decode(text: str) -> FileDescriptorProto | None:
    """Return the file descriptor that ``text`` is in base64, or None for .proto text.

    A .proto text is never base64: it holds a blank, a quote or a semicolon,
    or nothing but a comment. Raises `InvalidSchema` for base64 of anything
    else.
    """
    packed = "".join(text.split())
    if not packed or not _BASE64.fullmatch(packed):
        return None
    try:
        data = base64.b64decode(packed, validate=True)
        file = FileDescriptorProto.FromString(data)
    except (binascii.Error, DecodeError):
        if text.lstrip().startswith("//"):
            return None
        reason = "neither .proto text nor a FileDescriptorProto in base64"
        raise InvalidSchema(FORMAT, reason) from None
    _complete(file.message_type)
    return file


def _complete(messages: Iterable[DescriptorProto]) -> None:
    """Put each ``optional`` field of proto3 in a oneof of its own.

    protoc makes those; descriptors that clients build by hand may lack them,
    and Confluent's registry takes them so.
    """
    for message in messages:
        names = [each.name for each in message.oneof_decl]
        for field in message.field:
            if field.proto3_optional and not field.HasField("oneof_index"):
                name = f"_{field.name}"
                if name not in names:
                    names.append(name)
                    message.oneof_decl.add(name=name)
                field.oneof_index = names.index(name)
        _complete(message.nested_type)


def encode(file: FileDescriptorProto) -> str:
    """Return ``file`` in base64, the same bytes for the same descriptor."""
    data = file.SerializeToString(deterministic=True)
    return base64.b64encode(data).decode("ascii")


def pool_of(files: Iterable[FileDescriptorProto]) -> DescriptorPool:
    """Return a new pool of ``files``, which come in the order of their needs."""
    pool = DescriptorPool()
    for file in files:
        add_file(pool, file)
    return pool


def add_file(pool: DescriptorPool, file: FileDescriptorProto) -> None:
    """Add ``file`` to ``pool``, or raise `InvalidSchema` with what it lacks.

    Two fields of one name in JSON, such as ``a_b`` and ``aB``, are none of the
    compiler's errors in proto2, but the library refuses them.
    """
    try:
        pool.AddSerializedFile(file.SerializeToString())
    except (TypeError, ValueError) as error:
        clash = "json_name" in str(error)
        if clash and (apart := _without_json(file)) != file:
            return add_file(pool, apart)
        prefix = "Couldn't build proto file into descriptor pool"
        reason = str(error).removeprefix(prefix).strip(": ")
        if "mini table" in reason and "map key" not in reason:
            reason = (
                "a message has more fields than the Protobuf library holds: 65535 "
                "bytes, which is 16 for each string and 4 or 8 for each number"
            )
        raise InvalidSchema(FORMAT, reason) from error


def _without_json(file: FileDescriptorProto) -> FileDescriptorProto:
    """Return ``file``, if it is proto2, with no two fields of one name in JSON.

    They are called by their numbers there, which no field is. The library's
    own option would let it take one field for the other.
    """
    found = FileDescriptorProto()
    found.CopyFrom(file)
    waiting = [*found.message_type] if file.syntax in ("", "proto2") else []
    while waiting:
        message = waiting.pop()
        waiting += message.nested_type
        names = [
            each.json_name or default_json_name(each.name) for each in message.field
        ]
        taken = Counter(names)
        own = {each.name for each in message.field}
        for field, name in zip(message.field, names, strict=True):
            if taken[name] > 1 or (name != field.name and name in own):
                field.json_name = str(field.number)
    return found


def with_known_options(
    file: FileDescriptorProto, pool: DescriptorPool
) -> FileDescriptorProto:
    """Return ``file`` with the custom options that ``pool`` declares readable.

    Without descriptor.proto in the pool there can be none.
    """
    try:
        pool.FindFileByName(_OPTIONS)
    except KeyError:
        return file
    name = FileDescriptorProto.DESCRIPTOR.full_name
    known = GetMessageClass(pool.FindMessageTypeByName(name))
    return known.FromString(file.SerializeToString())  # type: ignore[return-value]
