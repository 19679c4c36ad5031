"""Protobuf: ``import`` names a path below some root."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from compat.formats.protobuf.source import imports
from compat.formats.protobuf.wellknown import is_built_in

if TYPE_CHECKING:
    from registry.cli.workspace import Workspace

__all__ = ["find", "key", "name", "needs", "own", "places"]


def needs(text: str) -> tuple[str, ...]:
    """Return the imported paths."""
    return imports(text)


def own(text: str) -> str | None:  # noqa: ARG001
    """Return None: a file is known by its path."""
    return None


def find(name: str, user: str, files: Workspace) -> str | None:
    """Return the file that is imported as ``name``; the built-in ones are none."""
    found = next(
        (each for each in places(name, user, files) if each in files.paths), None
    )
    return None if found is None and is_built_in(name) else found


def name(need: str, user: str) -> str:  # noqa: ARG001
    """Return ``need``: it means the same everywhere."""
    return need


def key(name: str, where: str) -> str:  # noqa: ARG001
    """Return ``where``: a file may be imported under one path."""
    return where


def places(name: str, user: str, files: Workspace) -> Iterator[str]:
    """Yield ``name`` below each root, then below each folder above ``user``."""
    for root in files.roots:
        yield f"{root}/{name}" if root else name
    for folder in PurePosixPath(user).parents:
        yield (folder / name).as_posix()
