"""Compiles .proto text in this process, and says what is wrong with it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.message import DecodeError
from grpc_tools import _protoc_compiler as protoc

from compat.errors import InvalidSchema, UnresolvedReference
from compat.formats.protobuf import source, wellknown
from compat.formats.protobuf.closure import (
    closure,
    known,
    ordered,
    refuse_public_webs,
    text_of,
)
from compat.formats.protobuf.source import FORMAT

__all__ = ["Compiled", "compile_text", "file_name"]

# What the compiler warns of, such as an import that is not used, is no fault of
# this process: Python would print each, and keep the text for good.
warnings.filterwarnings("ignore", category=protoc.ProtocWarning)

_LITERAL = b"AddSerializedFile("
_IMPORT_FAILED = re.compile(r'Import "(.*)" was not found or had errors\.')
_PREFIX = 'syntax = "proto2"; '
_SHOWN = 10  # errors in one message
_KEPT = 1_000  # errors looked at


@dataclass(frozen=True, slots=True)
class Compiled:
    """What the compiler made of a text.

    ``file`` is the text's own descriptor, ``imported`` those of its imports,
    each after those it needs itself.
    """

    file: FileDescriptorProto
    imported: tuple[FileDescriptorProto, ...]


@dataclass(frozen=True, slots=True)
class _Fault:
    """One error of the compiler; ``line`` and ``column`` count from 0."""

    file: str
    line: int
    column: int
    message: str


def file_name(references: Mapping[str, str]) -> str:
    """Return a path for the text itself that no import can mean."""
    name = "default.proto"
    while name in references or wellknown.is_built_in(name):
        name = f"_{name}"
    return name


def compile_text(text: str, references: Mapping[str, str]) -> Compiled:
    """Compile ``text`` with the .proto texts in ``references``, by import path.

    Uses one private folder, which is removed again. Raises `InvalidSchema`
    with every error of the compiler, `UnresolvedReference` for an import
    that is neither given nor built in.
    """
    for name in references:
        _refuse_unsafe(name)
    refuse_public_webs(text, references)
    root = file_name(references)
    names = [root, *closure(text, references)]
    texts = {root: text, **references}
    while True:
        found = _run(root, {name: text_of(name, texts) for name in names})
        if isinstance(found, dict):
            file = found.pop(root)
            return Compiled(file, tuple(ordered(file.dependency, found)))
        # The scan for imports is light; what it overlooked is added here.
        missed = [
            fault.file
            for fault in found
            if fault.line < 0 and fault.file not in names and known(fault.file, texts)
        ]
        if not missed:
            raise _error(root, text, found)
        names += missed


def _run(
    root: str, texts: Mapping[str, str]
) -> dict[str, FileDescriptorProto] | list[_Fault]:
    with TemporaryDirectory(prefix="proto-") as folder:
        for name, text in texts.items():
            _write(Path(folder, name), name, _with_syntax(text))
        try:
            answer = protoc.get_protos(root.encode(), [folder.encode()])
        except protoc.ProtocErrors as errors:
            # Garbage has an error in each statement; the first ones will do.
            return [_fault(each) for each in errors.errors()[:_KEPT]]
    files = (_descriptor(code) for _, code in answer)
    return {file.name: file for file in files}


def _write(path: Path, name: str, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8", newline="")
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as error:
        reason = f"the reference name {name!r} is a folder of another reference's"
        raise InvalidSchema(FORMAT, reason) from error


def _with_syntax(text: str) -> str:
    # Without one the compiler warns on the process's standard error.
    return text if source.says_its_syntax(text) else _PREFIX + text


def _fault(error: protoc.ProtocError) -> _Fault:
    return _Fault(
        error.filename.decode("utf-8", "replace"),
        error.line,
        error.column,
        error.message.decode("utf-8", "replace"),
    )


def _descriptor(code: bytes) -> FileDescriptorProto:
    # The compiler answers with generated Python, of which only a literal is read.
    start = code.index(_LITERAL) + len(_LITERAL)
    literal = code[start : code.index(b")\n", start)]
    try:
        return FileDescriptorProto.FromString(ast.literal_eval(literal.decode()))
    except DecodeError as error:
        raise InvalidSchema(FORMAT, "its options nest too deep") from error


def _refuse_unsafe(name: str) -> None:
    path = PurePosixPath(name)
    parts = name.split("/")
    if (
        path.is_absolute()
        or any(part in ("", ".", "..") or len(part.encode()) > 200 for part in parts)
        or len(name.encode()) > 1_000
        or any(ord(char) < 32 or char in '\\:"' for char in name)
    ):
        reason = (
            f"the reference name {name[:200]!r} is not an import path; "
            "give a relative path such as 'common/money.proto'"
        )
        raise InvalidSchema(FORMAT, reason)


def _error(root: str, text: str, faults: list[_Fault]) -> InvalidSchema:
    missing = [each for each in faults if each.line < 0 and each.file != root]
    if missing:
        return _unresolved(missing[0].file, faults, text)
    shift = 0 if source.says_its_syntax(text) else len(_PREFIX)
    # An error in an import is the cause of those that follow it.
    first = next((each for each in faults if each.file != root), faults[0])
    others = [each for each in faults if each is not first]
    reason = first.message
    if first.file != root:
        reason = f"in the reference {first.file!r}, {_where(first)}: {reason}"
        place: tuple[int | None, int | None] = (None, None)
    else:
        column = first.column - (shift if first.line == 0 else 0)
        place = (first.line + 1, column + 1) if first.line >= 0 else (None, None)
    for each in others[:_SHOWN]:
        reason += f"; {_where(each)}: {each.message}"
    if len(others) > _SHOWN:
        reason += f"; and {len(others) - _SHOWN} more errors"
    return InvalidSchema(FORMAT, reason, "", *place)


def _where(fault: _Fault) -> str:
    return f"line {fault.line + 1}" if fault.line >= 0 else fault.file


def _unresolved(name: str, faults: list[_Fault], text: str) -> UnresolvedReference:
    reason = (
        f"the import {name!r} was not found; add a reference with this name "
        "to the subject and version that holds it"
    )
    for fault in faults:
        match = _IMPORT_FAILED.fullmatch(fault.message)
        if match and match[1] == name:
            shift = 0 if source.says_its_syntax(text) else len(_PREFIX)
            column = fault.column - (shift if fault.line == 0 else 0)
            place = fault.line + 1, column + 1
            return UnresolvedReference(FORMAT, reason, "", *place)
    return UnresolvedReference(FORMAT, reason)
