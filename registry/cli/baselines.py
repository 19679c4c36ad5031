"""What a file is compared with: a revision, a folder, or one other file."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Protocol

from registry.cli.console import Misuse
from registry.cli.git import Change, Repository
from registry.cli.project import Project
from registry.cli.scene import Scene
from registry.cli.trees import FolderTree, GitTree
from registry.cli.workspace import Source, Workspace

__all__ = [
    "Baseline",
    "FileBaseline",
    "FolderBaseline",
    "Revision",
    "merge_base",
    "named",
    "parents",
    "tagged",
]

_HEAD = "HEAD"


class Baseline(Protocol):
    """Earlier versions of files, under one label."""

    label: str

    def find(self, path: str) -> Source | None:
        """Return what the new file ``path`` was before, None when it was not."""


class Revision:
    """The files of a commit.

    ``side`` is what is compared with it, for renames: ``:`` for the index,
    None for the files on disk, or a commit.
    """

    def __init__(
        self,
        repository: Repository,
        commit: str,
        workspace: Workspace,
        like: Workspace,
        side: str | None,
    ) -> None:
        self.label = workspace.tree.label
        self._workspace = workspace
        self._like = like
        self._repository = repository
        self._commit = commit
        self._side = side

    @classmethod
    def of(
        cls,
        repository: Repository,
        commit: str,
        label: str,
        like: Workspace,
        side: str | None,
    ) -> Revision:
        """Return the baseline at ``commit``, seen as the workspace ``like`` is."""
        tree = GitTree(repository, repository.tree(commit), label)
        return cls(repository, commit, like.over(tree), like, side)

    def find(self, path: str) -> Source | None:
        """Return the file at ``path``, or the one that was renamed to it."""
        if path in self._workspace.paths:
            return self._workspace.source(path)
        before = self._namesake(path) or self._renamed.get(path)
        return self._workspace.source(before) if before else None

    @property
    def changed(self) -> tuple[str, ...]:
        """The new paths that are not as they were in the commit."""
        return tuple(each.new for each in self._changes if each.new is not None)

    @property
    def gone(self) -> tuple[str, ...]:
        """The paths of the commit that are deleted, or go by another name."""
        found = (each.old for each in self._changes if each.old != each.new)
        return tuple(each for each in found if each is not None)

    def _namesake(self, path: str) -> str | None:
        """Return the file that is gone and held a schema of the same name.

        git compares lines, so it takes a schema of one long line, or one that
        was moved and rewritten, for a new file.
        """
        name = self._like.name_of(path) if self._gone_by_name else None
        return self._gone_by_name.get(name) if name else None

    @cached_property
    def _gone_by_name(self) -> dict[tuple[str, str], str]:
        gone = [each.old for each in self._changes if each.old and not each.new]
        named = ((self._workspace.name_of(each), each) for each in reversed(gone))
        return {name: each for name, each in named if name}

    @cached_property
    def _changes(self) -> tuple[Change, ...]:
        return tuple(self._repository.changes(self._commit, self._side))

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        pairs = ((each.new, each.old) for each in self._changes)
        return {new: old for new, old in pairs if new and old}


class FolderBaseline:
    """A folder with the same layout as the one that is checked, ``inside``."""

    def __init__(self, folder: Path, inside: str, project: Project) -> None:
        self.label = folder.as_posix()
        self._inside = inside
        self._workspace = Workspace(FolderTree(folder), project)

    def find(self, path: str) -> Source | None:
        """Return the file at the same place below the folder."""
        relative = posixpath.relpath(path, self._inside or ".")
        if relative.startswith(".."):
            relative = posixpath.basename(path)
        return self._workspace.source(relative)


class FileBaseline:
    """One file that every checked file is compared with."""

    def __init__(self, file: Path, type: str | None, project: Project) -> None:
        self.label = file.as_posix()
        folder, repository = file.resolve().parent, Repository.around(file.parent)
        root = repository.root.resolve() if repository else folder
        self._path = (folder / file.name).relative_to(root).as_posix()
        tree = FolderTree(root, repository)
        self._workspace = Workspace(tree, project, types={self._path: type})

    def find(self, path: str) -> Source | None:  # noqa: ARG002
        """Return the file."""
        return self._workspace.source(self._path)


def parents(place: Scene) -> tuple[Revision, ...]:
    """Return the commits that the new side grows from.

    HEAD, and on a merge the commits merged into it; none before the first
    commit. When pre-commit runs on a range of commits, where that range starts.
    """
    repository = place.repository
    if repository is None:
        return ()
    start = os.environ.get("PRE_COMMIT_FROM_REF")
    if place.side not in (None, ":") and start:
        return (_revision(place, _common(place, start), start),)
    head = repository.find_commit(_HEAD)
    if head is None:
        return ()
    merged = repository.merging if place.side == ":" else ()
    names = ((each, each[:12]) for each in merged)
    return tuple(_revision(place, *each) for each in ((head, _HEAD), *names))


def named(place: Scene, names: Iterable[str], type: str | None) -> Iterator[Baseline]:
    """Yield what each of ``names`` means: a file, a folder or a revision."""
    for name in names:
        where = Path(name)
        commit = place.repository.find_commit(name) if place.repository else None
        if name == _HEAD and place.repository is not None:
            yield from parents(place)
        elif commit and where.exists():
            raise Misuse(
                f"{name} is both a file and a git revision",
                advice=f"Write ./{name} for the file, or refs/heads/{name}.",
            )
        elif commit:
            yield _revision(place, commit, name)
        elif where.is_dir():
            yield FolderBaseline(where, place.folder, place.project)
        elif where.is_file():
            yield FileBaseline(where, type, place.project)
        else:
            revision, colon, _ = name.partition(":")
            raise Misuse(
                f"{name} is neither a file, a folder nor a git revision",
                advice=f"Name the revision alone: {revision}." if colon else "",
            )


def tagged(place: Scene, pattern: str) -> Iterator[Baseline]:
    """Yield the tags that match and lead to HEAD, the oldest first."""
    if place.repository is None:
        raise Misuse("tags need a git repository, and this is none")
    for tag in place.repository.tags(pattern):
        commit = place.repository.find_commit(f"refs/tags/{tag}")
        if commit is not None:
            yield _revision(place, commit, tag)


def merge_base(place: Scene, revision: str) -> Baseline:
    """Return the commit where the new side left ``revision``."""
    return _revision(place, _common(place, revision), f"merge base with {revision}")


def _common(place: Scene, revision: str) -> str:
    repository = place.repository
    other = repository.find_commit(revision) if repository else None
    if repository is None or other is None:
        raise Misuse(f"{revision} is not a git revision")
    side = _HEAD if place.side in (None, ":") else str(place.side)
    base = repository.merge_base(side, other)
    if base is None:
        raise Misuse(
            f"{side} and {revision} have no common commit",
            advice="A shallow clone hides it: fetch the full history.",
        )
    return base


def _revision(place: Scene, commit: str, label: str) -> Revision:
    assert place.repository is not None  # noqa: S101
    return Revision.of(place.repository, commit, label, place.workspace, place.side)
