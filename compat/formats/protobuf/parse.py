"""From a text, .proto or base64, to a schema."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from google.protobuf.descriptor_pb2 import FileDescriptorProto

from compat.errors import InvalidSchema
from compat.formats.protobuf.compile import Compiled, compile_text, file_name
from compat.formats.protobuf.descriptors import (
    add_file,
    decode,
    pool_of,
    with_known_options,
)
from compat.formats.protobuf.printer import print_file
from compat.formats.protobuf.schema import ProtobufSchema
from compat.formats.protobuf.source import FORMAT, refuse_deep_nesting
from compat.limits import Limits

__all__ = ["parse"]


def parse(text: str, references: Mapping[str, str], limits: Limits) -> ProtobufSchema:
    """Return the schema of ``text``, or raise `InvalidSchema`.

    ``text`` and each text of ``references``, whose names are import paths,
    is .proto text or a FileDescriptorProto in base64.
    """
    if len(references) > limits.references:
        reason = f"more than {limits.references} references"
        raise InvalidSchema(FORMAT, reason)
    for each in (text, *references.values()):
        _refuse_hostile(each, limits)
    given = {name: _reference_text(each, limits) for name, each in references.items()}
    compiled = _compile(text.removeprefix("\ufeff"), given, limits)
    kept = MappingProxyType(dict(references))
    return ProtobufSchema(text, kept, compiled.file, compiled.imported)


def _compile(text: str, references: Mapping[str, str], limits: Limits) -> Compiled:
    if not text.strip():
        reason = 'the text is empty; the least schema is: syntax = "proto3";'
        raise InvalidSchema(FORMAT, reason)
    file = decode(text)
    if file is None:
        return compile_text(text, references)
    printed = _printed(file, references)
    refuse_deep_nesting(printed, limits.depth)
    try:
        # The library's pool accepts more than the compiler does, and the
        # canonical text has to compile when it is read again.
        return compile_text(printed, references)
    except InvalidSchema as error:
        # Its lines are those of a text that the caller never saw.
        error.line = error.column = None
        raise


def _printed(file: FileDescriptorProto, references: Mapping[str, str]) -> str:
    wanted = "".join(f'import "{name}";\n' for name in file.dependency)
    imported = compile_text(f'syntax = "proto3";\n{wanted}', references).imported
    pool = pool_of(imported)
    named = FileDescriptorProto()
    named.CopyFrom(file)
    named.name = file_name(references)
    add_file(pool, named)
    # The pool resolves relative names, and types that were left open.
    resolved = FileDescriptorProto()
    pool.FindFileByName(named.name).CopyToProto(resolved)
    return print_file(with_known_options(resolved, pool))


def _reference_text(text: str, limits: Limits) -> str:
    file = decode(text)
    if file is None:
        return text.removeprefix("\ufeff")
    printed = print_file(file)
    refuse_deep_nesting(printed, limits.depth)
    return printed


def _refuse_hostile(text: str, limits: Limits) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        raise InvalidSchema(FORMAT, "not valid Unicode") from error
    if size > limits.text_bytes:
        reason = f"{size} bytes, and a schema may have {limits.text_bytes}"
        raise InvalidSchema(FORMAT, reason)
    if "\0" in text:
        raise InvalidSchema(FORMAT, "holds a NUL character")
    refuse_deep_nesting(text, limits.depth)
