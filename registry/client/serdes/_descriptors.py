"""Protobuf descriptors, to the registry and from it, as base64 of their protos."""

from __future__ import annotations

import base64
import importlib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import DecodeError, Message

from registry.client.serdes._errors import UnusableSchema

__all__ = ["dependencies", "is_known", "message_class", "parsed_file", "schema_text"]

KNOWN = re.compile(r"(google/(protobuf|type|api|rpc)|confluent)/[a-z0-9_/]+\.proto")
"""Files that every registry has built in."""


def is_known(name: str) -> bool:
    """Whether the file needs no reference."""
    return KNOWN.fullmatch(name) is not None


def schema_text(file: Any) -> str:
    """Return a file descriptor as the text it is registered with."""
    proto = FileDescriptorProto()
    file.CopyToProto(proto)
    return base64.b64encode(proto.SerializeToString(deterministic=True)).decode()


def parsed_file(text: str) -> FileDescriptorProto:
    """Read what a registry answers for ``format=serialized``."""
    try:
        raw = base64.b64decode(text, validate=True)
        return FileDescriptorProto.FromString(raw)
    except (ValueError, DecodeError) as error:
        raise UnusableSchema(
            "the registry gave no descriptor for format=serialized"
        ) from error


def message_class(
    file: FileDescriptorProto, others: Mapping[str, str], full_name: str
) -> type[Message]:
    """Return a class for a message of ``file``, in a pool of its own.

    ``others`` are the texts of its references by import path, what others
    need first.
    """
    pool = descriptor_pool.DescriptorPool()
    added: set[str] = set()
    try:
        for name, text in others.items():
            proto = parsed_file(text)
            proto.name = name
            _add(pool, proto, added)
        if not file.name or file.name in added:
            file.name = f"{full_name}.writer.proto"
        _add(pool, file, added)
        descriptor = pool.FindMessageTypeByName(full_name)
    except (TypeError, KeyError) as error:
        raise UnusableSchema(f"not a usable Protobuf schema: {error}") from error
    return message_factory.GetMessageClass(descriptor)


def _add(pool: Any, proto: FileDescriptorProto, added: set[str]) -> None:
    for name in proto.dependency:
        if name not in added and is_known(name):
            _add(pool, _known(name), added)
    if proto.name not in added:
        added.add(proto.name)
        pool.AddSerializedFile(proto.SerializeToString())


def _known(name: str) -> FileDescriptorProto:
    """Return a built-in file from the installed packages."""
    if name.startswith("confluent/"):
        return _confluent(name)
    module = name.removesuffix(".proto").replace("/", ".") + "_pb2"
    proto = FileDescriptorProto()
    try:
        importlib.import_module(module)
        file = descriptor_pool.Default().FindFileByName(name)
    except (ImportError, KeyError) as error:
        raise UnusableSchema(f"the built-in {name} is not installed") from error
    file.CopyToProto(proto)
    return proto


def _confluent(name: str) -> FileDescriptorProto:
    # Compiled from our own text of it, which few schemas need: imported late.
    from compat.formats.protobuf import wellknown
    from compat.formats.protobuf.compile import compile_text

    if not wellknown.is_built_in(name):
        raise UnusableSchema(f"there is no built-in {name}")
    proto = compile_text(wellknown.text_of(name), {}).file
    proto.name = name
    return proto


def dependencies(file: Any, *, skip_known: bool) -> Iterable[Any]:
    """Return the imports of a file descriptor that have to be registered."""
    return [
        each for each in file.dependencies if not (skip_known and is_known(each.name))
    ]
