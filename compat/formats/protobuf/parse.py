"""From a text, .proto or base64, to a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from google.protobuf.descriptor_pb2 import DescriptorProto, FileDescriptorProto

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
from compat.formats.protobuf.source import (
    FORMAT,
    position,
    refuse_deep_nesting,
    refuse_long_names,
    refuse_many_ranges,
    refuse_many_types,
    refuse_nonsense,
    refuse_repeated_numbers,
)
from compat.limits import Limits, refuse_large_closure

__all__ = ["parse"]

_FIELDS = 30_000  # a check of more takes seconds
_NESTING = 64  # brackets; the compiler itself allows 32 messages in one another


def parse(text: str, references: Mapping[str, str], limits: Limits) -> ProtobufSchema:
    """Return the schema of ``text``, or raise `InvalidSchema`.

    ``text`` and each text of ``references``, whose names are import paths,
    is .proto text or a FileDescriptorProto in base64.
    """
    refuse_large_closure(FORMAT, references, limits)
    for each in (text, *references.values()):
        _refuse_hostile(each, limits)
    given = {name: _reference_text(each, limits) for name, each in references.items()}
    compiled = _compile(text.removeprefix("\ufeff"), given, limits)
    _refuse_many_fields((compiled.file, *compiled.imported))
    kept = MappingProxyType(dict(references))
    schema = ProtobufSchema(text, kept, compiled.file, compiled.imported)
    for path, reason in _refusals(compiled.file):
        offset = schema.places.get(path)
        place = (None, None) if offset is None else position(text, offset)
        raise InvalidSchema(FORMAT, reason, path, *place)
    # A message may still be more than the library can hold.
    add_file(pool_of(compiled.imported), compiled.file)
    return schema


def _refuse_many_fields(files: Iterable[FileDescriptorProto]) -> None:
    fields = sum(
        len(message.field) + len(message.extension)
        for file in files
        for _, message in _messages(file)
    )
    if fields > _FIELDS:
        reason = f"has {fields} fields, with its imports; the limit is {_FIELDS}"
        raise InvalidSchema(FORMAT, reason)


def _refusals(file: FileDescriptorProto) -> Iterator[tuple[str, str]]:
    """Yield what protoc refuses only on its command line, or the library can't read."""
    for path, message in _messages(file):
        for field in message.field:
            if 19_000 <= field.number <= 19_999:
                reason = (
                    f"the number {field.number} is within 19000 to 19999, which are"
                )
                yield f"{path}{field.name}", f"{reason} reserved for the library"
            name: str | bytes = field.json_name
            if isinstance(name, bytes):
                yield f"{path}{field.name}", "its json_name is not valid UTF-8"


def _messages(file: FileDescriptorProto) -> Iterator[tuple[str, DescriptorProto]]:
    """Yield each message, and the path of its members up to their names."""
    waiting = [("", each) for each in reversed(file.message_type)]
    while waiting:
        outer, message = waiting.pop()
        path = f"{outer}{message.name}."
        yield path, message
        waiting += [(path, each) for each in reversed(message.nested_type)]


def _compile(text: str, references: Mapping[str, str], limits: Limits) -> Compiled:
    if not text.strip():
        reason = 'the text is empty; the least schema is: syntax = "proto3";'
        raise InvalidSchema(FORMAT, reason)
    file = decode(text)
    if file is None:
        return compile_text(text, references)
    printed = _printed(file, references)
    refuse_deep_nesting(printed, min(limits.depth, _NESTING))
    refuse_long_names(printed)
    refuse_many_ranges(printed)
    refuse_many_types(printed)
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
    for (_, sent), (_, message) in zip(
        _messages(named), _messages(resolved), strict=True
    ):
        for field, inner in zip(sent.field, message.field, strict=True):
            inner.json_name = field.json_name
            if not field.HasField("json_name"):
                inner.ClearField("json_name")
    return print_file(with_known_options(resolved, pool))


def _reference_text(text: str, limits: Limits) -> str:
    file = decode(text)
    if file is None:
        return text.removeprefix("\ufeff")
    printed = print_file(file)
    refuse_deep_nesting(printed, min(limits.depth, _NESTING))
    refuse_long_names(printed)
    refuse_many_ranges(printed)
    refuse_many_types(printed)
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
    refuse_deep_nesting(text, min(limits.depth, _NESTING))
    refuse_nonsense(text)
    refuse_repeated_numbers(text)
    refuse_long_names(text)
    refuse_many_ranges(text)
    refuse_many_types(text)
