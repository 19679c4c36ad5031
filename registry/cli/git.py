"""A git repository, read through ``git`` itself; nothing here changes it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click

from registry.cli.console import Failure

__all__ = ["Change", "Entry", "Repository"]

_SYMLINK, _SUBMODULE = "120000", "160000"

# Reading must stay offline and must not write: a partial clone would fetch
# missing objects, and `git diff` would refresh the index on the way.
_SAFE = ("-c", "protocol.allow=never", "-c", "core.fsmonitor=false")
_ENVIRONMENT = {"GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1", "LC_ALL": "C"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file of a tree or of the index: where its bytes are."""

    oid: str


@dataclass(frozen=True, slots=True)
class Change:
    """A path that differs: ``old`` is None for a new file, ``new`` for a deleted."""

    old: str | None
    new: str | None


class Repository:
    """One repository and its work tree at ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._reader: subprocess.Popen[bytes] | None = None

    @classmethod
    def around(cls, folder: Path) -> Repository | None:
        """Return the repository that ``folder`` lies in, or None."""
        try:
            shown = _run(folder, "rev-parse", "--show-toplevel")
        except FileNotFoundError:
            return None
        if shown.returncode:
            return None
        return cls(Path(os.fsdecode(shown.stdout).rstrip("\n")))

    def find_commit(self, revision: str) -> str | None:
        """Return the id of the commit that ``revision`` names, or None."""
        name = f"{revision}^{{commit}}"
        found = self._try("rev-parse", "--verify", "-q", "--end-of-options", name)
        return found.decode().strip() if found else None

    def merge_base(self, one: str, other: str) -> str | None:
        """Return the best common ancestor of two commits, or None."""
        found = self._try("merge-base", one, other)
        return found.decode().strip() if found else None

    def tags(self, pattern: str) -> tuple[str, ...]:
        """Return the tags that match a glob and lead to HEAD, oldest first."""
        if self.find_commit("HEAD") is None:
            return ()
        shown = self._get(
            "for-each-ref",
            "--merged=HEAD",
            "--sort=creatordate",
            "--format=%(refname:strip=2)",
            f"refs/tags/{pattern}",
        )
        return tuple(shown.decode().split("\n")[:-1])

    @cached_property
    def merging(self) -> tuple[str, ...]:
        """The commits that are being merged into HEAD right now."""
        where = self._get("rev-parse", "--git-path", "MERGE_HEAD").decode().strip()
        file = self.root / where
        return tuple(file.read_text().split()) if file.is_file() else ()

    @cached_property
    def index(self) -> Mapping[str, Entry]:
        """The staged files by path; symbolic links and submodules left out."""
        entries: dict[str, Entry] = {}
        for line in _split(self._get("ls-files", "-s", "-z")):
            meta, _, name = line.partition(b"\t")
            mode, oid, stage = meta.decode().split()
            path = os.fsdecode(name)
            if stage != "0":
                raise Failure(
                    f"{path} has a merge conflict",
                    advice="Resolve it and run git add, then check again.",
                )
            if mode not in (_SYMLINK, _SUBMODULE):
                entries[path] = Entry(oid)
        return entries

    def tree(self, commit: str) -> Mapping[str, Entry]:
        """Return the files of a commit by path, as `index` does."""
        entries: dict[str, Entry] = {}
        for line in _split(self._get("ls-tree", "-r", "-z", "--full-tree", commit)):
            meta, _, name = line.partition(b"\t")
            mode, _, oid = meta.decode().split()
            if mode not in (_SYMLINK, _SUBMODULE):
                entries[os.fsdecode(name)] = Entry(oid)
        return entries

    def files(self) -> tuple[str, ...]:
        """Return the paths on disk that are tracked, or new and not ignored."""
        shown = self._get("ls-files", "-z", "-c", "-o", "--exclude-standard")
        return tuple(dict.fromkeys(os.fsdecode(each) for each in _split(shown)))

    def changes(self, old: str, new: str | None = None) -> Iterator[Change]:
        """Yield what differs from commit ``old``, renames found.

        ``new`` is a commit, ``:`` for the index, or None for the files on disk.
        """
        ends = {":": ("--cached", old), None: (old,)}.get(new) or (old, new or "")
        raw = _split(
            self._get("diff", "--raw", "-z", "-M", "--no-ext-diff", *ends, "--")
        )
        fields = iter(raw)
        for meta in fields:
            status = meta.decode().split()[-1][0]
            first = os.fsdecode(next(fields))
            match status:
                case "R" | "C":
                    yield Change(first, os.fsdecode(next(fields)))
                case "A":
                    yield Change(None, first)
                case "D":
                    yield Change(first, None)
                case _:
                    yield Change(first, first)

    def read(self, oid: str, limit: int) -> bytes | None:
        """Return an object's bytes; None when there are more than ``limit``."""
        reader = self._objects()
        assert reader.stdin is not None  # noqa: S101
        assert reader.stdout is not None  # noqa: S101
        reader.stdin.write(oid.encode() + b"\n")
        reader.stdin.flush()
        header = reader.stdout.readline().split()
        if len(header) != 3:
            raise Failure(
                f"git has no object {oid}",
                advice="In a partial or shallow clone, fetch the full history first.",
            )
        left = int(header[2])
        if left <= limit:
            content = reader.stdout.read(left)
            reader.stdout.read(1)
            return content
        left += 1
        while left > 0:
            left -= len(reader.stdout.read(min(left, 1 << 20)))
        return None

    def close(self) -> None:
        """End the process that reads objects."""
        if self._reader is not None:
            self._reader.communicate()
            self._reader = None

    def _objects(self) -> subprocess.Popen[bytes]:
        if self._reader is None:
            self._reader = subprocess.Popen(  # noqa: S603
                _command("cat-file", "--batch"),
                cwd=self.root,
                env=_environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            if context := click.get_current_context(silent=True):
                context.find_root().call_on_close(self.close)
        return self._reader

    def _try(self, *arguments: str) -> bytes | None:
        done = _run(self.root, *arguments)
        return None if done.returncode else done.stdout

    def _get(self, *arguments: str) -> bytes:
        done = _run(self.root, *arguments)
        if done.returncode:
            said = os.fsdecode(done.stderr).strip()
            raise Failure(f"git {arguments[0]} failed: {said}")
        return done.stdout


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(  # noqa: S603
        _command(*arguments),
        cwd=folder,
        env=_environment(),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def _command(*arguments: str) -> Sequence[str]:
    return ("git", *_SAFE, *arguments)


def _environment() -> Mapping[str, str]:
    return os.environ | _ENVIRONMENT


def _split(raw: bytes) -> list[bytes]:
    return raw.split(b"\0")[:-1]
