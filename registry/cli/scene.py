"""Where a command runs: the project, the new files, and which of them count."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from registry.cli import project_file
from registry.cli.console import Misuse
from registry.cli.git import Repository
from registry.cli.project import Project
from registry.cli.trees import STDIN, FolderTree, GitTree, TextTree, Tree
from registry.cli.workspace import Workspace

__all__ = ["Scene", "project_of", "scene"]


@dataclass(frozen=True, slots=True)
class Scene:
    """The new side of a command.

    ``side`` names it for git: ``:`` the index, None the files on disk, else a
    commit. ``named`` are the paths that the caller listed, folders opened; None
    when nothing was listed.
    """

    root: Path
    repository: Repository | None
    workspace: Workspace
    side: str | None
    named: tuple[str, ...] | None
    folder: str = ""

    @property
    def project(self) -> Project:
        """The project in force."""
        return self.workspace.project

    @property
    def file(self) -> str:
        """The path of the one schema file that the caller named."""
        if self.named is None or len(self.named) != 1:
            raise Misuse(
                f"one schema file is needed, and here are {len(self.named or ())}",
                advice="Name the file itself rather than a folder.",
            )
        return self.named[0]

    def shown(self, path: str) -> str:
        """Return ``path`` as the person who ran the command would name it."""
        if path == STDIN:
            return "<stdin>"
        return Path(os.path.relpath(self.root / path)).as_posix()


def project_of(start: Path, config_file: str | None, isolated: bool) -> Project:
    """Return the project for what lies in ``start``."""
    if config_file is not None:
        return project_file.load(Path(config_file).absolute())
    return Project(start) if isolated else project_file.find(start)


def scene(
    files: Sequence[str],
    *,
    staged: bool = False,
    type: str | None = None,
    config_file: str | None = None,
    isolated: bool = False,
) -> Scene:
    """Return the scene for ``files``; none of them means all there are.

    pre-commit says in ``PRE_COMMIT_TO_REF`` which commit is pushed; then that
    commit is the new side, since the index may be elsewhere by now.
    """
    start = _start(files)
    repository = Repository.around(start)
    root = (repository.root if repository else start).resolve()
    project = project_of(start, config_file, isolated)
    commit = os.environ.get("PRE_COMMIT_TO_REF") if staged else None
    if staged and repository is None:
        raise Misuse("--staged needs a git repository, and this is none")
    tree: Tree
    if list(files) == [STDIN]:
        tree = TextTree(FolderTree(root, repository), STDIN, sys.stdin.buffer.read())
    elif staged and repository is not None:
        entries = repository.tree(commit) if commit else repository.index
        tree = GitTree(repository, entries, commit or "the index")
    else:
        tree = FolderTree(root, repository)
    base = _relative(project.root.resolve(), root)
    types = {_relative(Path(each), root): type for each in files} if type else {}
    workspace = Workspace(tree, project, base, types=types)
    named, folder = _named(files, root, workspace, staged)
    side = (commit or ":") if staged else None
    listed = named if files else None
    return Scene(root, repository, workspace, side, listed, folder)


def _start(files: Sequence[str]) -> Path:
    """Return the folder from which the repository and the project are found.

    It is the working folder, unless the first file lies elsewhere, or in a
    repository of its own below it.
    """
    here = Path.cwd()
    if not files or files[0] == STDIN:
        return here
    first = Path(files[0]).absolute()
    folder = first if first.is_dir() else first.parent
    if not folder.is_relative_to(here):
        return folder
    below = [each for each in (folder, *folder.parents) if here in each.parents]
    return folder if any((each / ".git").exists() for each in below) else here


def _named(
    files: Sequence[str], root: Path, workspace: Workspace, staged: bool
) -> tuple[tuple[str, ...], str]:
    found: dict[str, None] = {}
    folder = ""
    for file in files:
        if file == STDIN:
            found[STDIN] = None
            continue
        path = _relative(Path(file), root)
        if path in workspace.paths or (Path(file).is_file() and not staged):
            found[path] = None
            folder = path.rpartition("/")[0]
            continue
        inside = "" if path == "." else f"{path}/"
        below = [each for each in workspace.files if each.startswith(inside)]
        if not below and not staged and not Path(file).is_dir():
            raise Misuse(f"{file}: no such file or folder")
        found |= dict.fromkeys(below)
        folder = path if path != "." else ""
    return tuple(found), folder


def _relative(path: Path, root: Path) -> str:
    if str(path) == STDIN:
        return STDIN
    whole = path.parent.resolve() / path.name if path.name else path.resolve()
    if not whole.is_relative_to(root):
        raise Misuse(f"{path} is outside {root}", advice="Run it from that folder.")
    relative = whole.relative_to(root).as_posix()
    return "" if relative == "." else relative
