"""The project file: what it says, with the origin of everything in force."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path, PurePosixPath

from compat import Level, Policy
from registry.cli.patterns import compiled

__all__ = ["Accepted", "FileRule", "Project", "Setting", "Settings"]

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Setting:
    """A value in force, and where it was said."""

    value: str
    origin: str = DEFAULT


@dataclass(frozen=True, slots=True)
class Settings:
    """What is in force for one file; a subject or type may be unset."""

    level: Setting
    policy: Setting
    subject: Setting | None = None
    type: Setting | None = None


@dataclass(frozen=True, slots=True)
class FileRule:
    """One ``[[files]]`` table: what holds for the files that match ``path``.

    ``subject`` may use what ``path`` captured, and ``{stem}`` (the file's name
    up to its first dot), ``{folder}`` (the name of the folder it lies in).
    """

    path: str
    subject: str | None = None
    type: str | None = None
    level: Level | None = None
    policy: Policy | None = None


@dataclass(frozen=True, slots=True)
class Accepted:
    """One ``[[accept]]`` table: a break that the owners agreed to, for a while.

    ``path`` is a pattern over files, ``at`` the finding's own path (every one
    when absent). From the day after ``expires`` on, it blocks again.
    """

    rule: str
    path: str
    reason: str
    expires: date
    at: str | None = None

    def covers(self, rule: str, file: str, at: str) -> bool:
        """Whether this is about the finding of ``rule`` at ``at`` in ``file``."""
        if self.rule != rule or (self.at is not None and self.at != at):
            return False
        return compiled(self.path).match(file) is not None


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that the project file says; without one, the defaults.

    ``root`` is the folder that every path and pattern is relative to, and
    ``origin`` what to call the file. ``given`` names the top-level keys that
    were set in it.
    """

    root: Path
    origin: str | None = None
    level: Level = Level.BACKWARD
    policy: Policy = Policy.STRICT
    registry: str | None = None
    against: tuple[str, ...] = ("HEAD",)
    tags: str | None = None
    roots: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    files: tuple[FileRule, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    lint: Mapping[str, str] = field(default_factory=dict)
    given: frozenset[str] = frozenset()

    def excludes(self, path: str) -> bool:
        """Whether ``path`` is left alone by every command."""
        return any(compiled(each).match(path) is not None for each in self.exclude)

    def origin_of(self, key: str) -> str:
        """Return where the top-level ``key`` was set."""
        if self.origin is None or key not in self.given:
            return DEFAULT
        return f"{self.origin}: {key}"

    def settings(self, path: str) -> Settings:
        """Return what is in force for ``path``; the first match decides."""
        level = Setting(self.level.value, self.origin_of("level"))
        policy = Setting(self.policy.value, self.origin_of("policy"))
        for number, rule in enumerate(self.files, 1):
            captured = compiled(rule.path).match(path)
            if captured is None:
                continue
            origin = f"{self.origin}: files[{number}] {rule.path}"
            subject = rule.subject and _subject(rule.subject, path, captured)
            return Settings(
                Setting(rule.level.value, origin) if rule.level else level,
                Setting(rule.policy.value, origin) if rule.policy else policy,
                Setting(subject, origin) if subject else None,
                Setting(rule.type, origin) if rule.type else None,
            )
        return Settings(level, policy)

    def acceptance(self, rule: str, path: str, at: str) -> Accepted | None:
        """Return the entry that covers a finding, the one that lasts longest."""
        found = [each for each in self.accepted if each.covers(rule, path, at)]
        return max(found, key=lambda each: each.expires, default=None)


def _subject(template: str, path: str, captured: Mapping[str, str]) -> str:
    where = PurePosixPath(path)
    names = {"stem": where.name.partition(".")[0], "folder": where.parent.name}
    return template.format_map(names | dict(captured))
