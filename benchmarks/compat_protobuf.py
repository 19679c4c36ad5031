"""Protobuf files to check, and ``buf breaking``, run as users run it: a process."""

from __future__ import annotations

import subprocess
import sysconfig
import tempfile
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path

from compat.formats.protobuf import FORMAT

__all__ = ["BASELINE", "FORMAT", "pair", "theirs", "version"]

BASELINE = f"buf {installed('buf-bin')}"

_BUF = Path(sysconfig.get_path("scripts"), "buf")
_KINDS = ("string", "int64", "bool", "double", "repeated int32", "bytes", "E", "N")
_CONFIG = "version: v2\nbreaking:\n  use:\n    - WIRE\n"
_VERSION_FIELDS = 100


def _file(numbers: range, *, broken: bool = False) -> str:
    lines = [f"  {_KINDS[n % len(_KINDS)]} field_{n} = {n};" for n in numbers]
    if broken:
        last = numbers[-1]
        lines[-1] = f"  fixed32 field_{last} = {last};"
    enum = "enum E { E0 = 0; E1 = 1; }\nmessage N { string id = 1; }\n"
    body = "\n".join(lines)
    return f'syntax = "proto3";\npackage bench;\n{enum}message M {{\n{body}\n}}\n'


def pair(count: int, *, broken: bool) -> tuple[str, str]:
    """Return the texts of writer and reader, of ``count`` fields.

    The reader has a field more; when broken, it retypes one instead.
    """
    more = count if broken else count + 1
    return _file(range(1, count + 1)), _file(range(1, more + 1), broken=broken)


def theirs(writer: str, reader: str) -> bool:
    """Return whether the baseline finds the pair compatible."""
    folder = _folder(writer, reader)
    call = [str(_BUF), "breaking", f"{folder}/new", "--against", f"{folder}/old"]
    done = subprocess.run(call, capture_output=True, check=False)
    if done.returncode not in (0, 100):
        raise SystemExit(done.stderr.decode())
    return done.returncode == 0


_FOLDERS: list[tempfile.TemporaryDirectory[str]] = []


@cache
def _folder(writer: str, reader: str) -> str:
    """Return a folder with both files, which goes when the process ends."""
    made = tempfile.TemporaryDirectory()
    _FOLDERS.append(made)
    for name, text in (("new", reader), ("old", writer)):
        path = Path(made.name, name, "bench")
        path.mkdir(parents=True)
        (path / "bench.proto").write_text(text)
        (path.parent / "buf.yaml").write_text(_CONFIG)
    return made.name


def version(number: int) -> str:
    """Return a version of a history: in each, one field comes and one goes."""
    return _file(range(number + 1, number + 1 + _VERSION_FIELDS))
