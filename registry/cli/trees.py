"""Where files come from: a folder, the git index, or a commit."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Protocol

from compat import Limits
from registry.cli.console import Failure
from registry.cli.git import Entry, Repository

__all__ = ["STDIN", "FolderTree", "GitTree", "TextTree", "Tree"]

STDIN = "-"
"""The path of what comes from stdin, a `TextTree`'s extra file."""

_LIMIT = Limits().text_bytes


class Tree(Protocol):
    """Files by path; paths are relative, with ``/`` between the parts."""

    label: str

    def paths(self) -> Iterable[str]:
        """Return every path, sorted."""

    def read(self, path: str) -> bytes | None:
        """Return the content of ``path``, or None when it is not there."""


class FolderTree:
    """The files below a folder on disk."""

    label = "the files on disk"

    def __init__(self, root: Path, repository: Repository | None = None) -> None:
        self._root = root
        self._repository = repository

    def paths(self) -> Iterable[str]:
        """Return every path; git's ignored files and hidden folders left out."""
        if self._repository is not None:
            return sorted(filter(self._is_file, self._repository.files()))
        return sorted(self._walk())

    def read(self, path: str) -> bytes | None:
        """Return the content of ``path``, or None when it is not there."""
        try:
            with (self._root / path).open("rb") as file:
                content = file.read(_LIMIT + 1)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None
        except OSError as error:
            raise Failure(f"cannot read {path}: {error.strerror}") from None
        return _bounded(path, content if len(content) <= _LIMIT else None)

    def _is_file(self, path: str) -> bool:
        whole = self._root / path
        return whole.is_file() and not whole.is_symlink()

    def _walk(self) -> Iterable[str]:
        for folder, folders, files in os.walk(self._root):
            folders[:] = sorted(each for each in folders if not each.startswith("."))
            inside = Path(folder).relative_to(self._root)
            yield from ((inside / file).as_posix() for file in files)


class GitTree:
    """The files of the index or of a commit."""

    def __init__(
        self, repository: Repository, entries: Mapping[str, Entry], label: str
    ) -> None:
        self._repository = repository
        self._entries = entries
        self.label = label

    def paths(self) -> Iterable[str]:
        """Return every path, sorted."""
        return sorted(self._entries)

    def read(self, path: str) -> bytes | None:
        """Return the content of ``path``, or None when it is not there."""
        entry = self._entries.get(path)
        if entry is None:
            return None
        return _bounded(path, self._repository.read(entry.oid, _LIMIT))


def _bounded(path: str, content: bytes | None) -> bytes:
    if content is None:
        raise Failure(f"{path} is larger than {_LIMIT} bytes, the most a schema has")
    return content


class TextTree:
    """Another tree, and one more file whose content is at hand."""

    def __init__(self, tree: Tree, path: str, content: bytes) -> None:
        self._tree = tree
        self._path = path
        self._content = content
        self.label = tree.label

    def paths(self) -> Iterable[str]:
        """Return every path, sorted, and the extra one first."""
        return [self._path, *self._tree.paths()]

    def read(self, path: str) -> bytes | None:
        """Return the content of ``path``, or None when it is not there."""
        return self._content if path == self._path else self._tree.read(path)
