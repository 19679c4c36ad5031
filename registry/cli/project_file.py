"""Finds and reads ``dovetail.toml`` or ``[tool.dovetail]`` of pyproject.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from string import Formatter
from typing import Any, TypeVar

from compat import Level, Policy
from registry.cli.console import Misuse
from registry.cli.patterns import compiled
from registry.cli.project import Accepted, FileRule, Project

__all__ = ["ACCEPT_KEYS", "FILE_KEYS", "TOP_KEYS", "find", "load"]

TOP_KEYS = (
    "level",
    "policy",
    "registry",
    "against",
    "tags",
    "roots",
    "exclude",
    "files",
    "accept",
    "lint",
)
FILE_KEYS = ("path", "subject", "type", "level", "policy")
ACCEPT_KEYS = ("rule", "path", "at", "reason", "expires")
LINT_LEVELS = ("off", "warn", "error")

_NAME = "dovetail.toml"
_PYPROJECT = "pyproject.toml"

E = TypeVar("E", bound=StrEnum)


def find(start: Path) -> Project:
    """Return the project that ``start`` belongs to.

    Looks in ``start`` and the folders above it, and stops at the one with
    ``.git``; the nearest file wins, ``dovetail.toml`` before
    ``pyproject.toml``. Without any, the defaults hold, relative to ``start``.
    """
    for folder in (start, *start.parents):
        if (folder / _NAME).is_file():
            return load(folder / _NAME)
        if (folder / _PYPROJECT).is_file() and _mentions(folder / _PYPROJECT):
            return load(folder / _PYPROJECT)
        if (folder / ".git").exists():
            return Project(folder)
    return Project(start)


def load(file: Path) -> Project:
    """Read the project file ``file``, or raise `Misuse` that names the fault."""
    try:
        text = file.read_text(encoding="utf-8-sig")
        whole = tomllib.loads(text)
    except OSError as error:
        raise Misuse(f"cannot read {file}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Misuse(f"{file} is not TOML: {error}") from None
    if file.name == _PYPROJECT:
        for key in ("tool", "dovetail"):
            whole = whole.get(key, {})
            if not isinstance(whole, dict):
                raise Misuse(f"{file}: {key} must be a table")
    return _Reader(file, text).project(whole)


def _mentions(pyproject: Path) -> bool:
    try:
        return "[tool.dovetail" in pyproject.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return False


class _Reader:
    """Turns the tables of one file into values; every fault names its line."""

    def __init__(self, file: Path, text: str) -> None:
        self._file = file
        self._text = text

    def project(self, whole: Mapping[str, Any]) -> Project:
        self._known(whole, TOP_KEYS, "")
        files = self._tables(whole, "files")
        accepted = self._tables(whole, "accept")
        return Project(
            root=self._file.parent,
            origin=self._file.name,
            level=self._enum(whole, "level", Level) or Level.BACKWARD,
            policy=self._enum(whole, "policy", Policy) or Policy.STRICT,
            registry=self._registry(whole),
            against=self._texts(whole, "against") or ("HEAD",),
            tags=self._text_of(whole, "tags"),
            roots=tuple(each.strip("/") for each in self._texts(whole, "roots")),
            exclude=tuple(map(self._pattern, self._texts(whole, "exclude"))),
            files=tuple(map(self._file_rule, files)),
            accepted=tuple(map(self._accepted, accepted)),
            lint=self._lint(whole.get("lint", {})),
            given=frozenset(whole),
        )

    def _registry(self, whole: Mapping[str, Any]) -> str | None:
        url = self._text_of(whole, "registry")
        if url is not None and "@" in url.partition("//")[2].partition("/")[0]:
            raise self._fault(
                "registry holds credentials, which do not belong in a file: set "
                "DOVETAIL_REGISTRY_USER_INFO to user:password",
                "registry",
            )
        return url

    def _file_rule(self, table: Mapping[str, Any]) -> FileRule:
        self._known(table, FILE_KEYS, "files")
        path = self._pattern(self._required(table, "path", "files"))
        rule = FileRule(
            path,
            self._text_of(table, "subject"),
            self._text_of(table, "type"),
            self._enum(table, "level", Level),
            self._enum(table, "policy", Policy),
        )
        captured = {*compiled(path).regex.groupindex, "stem", "folder"}
        for name in self._placeholders(rule.subject or ""):
            if name not in captured:
                hint = _suggestion(name, captured)
                raise self._fault(
                    f"subject {rule.subject!r} uses {{{name}}}, which its path does "
                    f"not capture{hint}",
                    "subject",
                )
        return rule

    def _placeholders(self, subject: str) -> list[str]:
        try:
            parts = Formatter().parse(subject)
            return [name for _, name, _, _ in parts if name is not None]
        except ValueError as error:
            raise self._fault(f"subject {subject!r}: {error}", "subject") from None

    def _accepted(self, table: Mapping[str, Any]) -> Accepted:
        self._known(table, ACCEPT_KEYS, "accept")
        expires = table.get("expires")
        if isinstance(expires, str):
            try:
                expires = date.fromisoformat(expires)
            except ValueError:
                expires = None
        if not isinstance(expires, date) or isinstance(expires, datetime):
            raise self._fault(
                "accept needs an expires date, such as expires = 2027-01-31", "expires"
            )
        return Accepted(
            self._required(table, "rule", "accept"),
            self._pattern(self._required(table, "path", "accept")),
            self._required(table, "reason", "accept"),
            expires,
            self._text_of(table, "at"),
        )

    def _lint(self, table: Any) -> Mapping[str, str]:
        if not isinstance(table, dict):
            raise self._fault("lint must be a table of rule ids", "lint")
        for rule, level in table.items():
            if level not in LINT_LEVELS:
                raise self._fault(
                    f"lint.{rule} must be one of {', '.join(LINT_LEVELS)}", rule
                )
        return table

    def _known(
        self, table: Mapping[str, Any], keys: Collection[str], where: str
    ) -> None:
        for key in table:
            if key not in keys:
                inside = f" in {where}" if where else ""
                hint = _suggestion(key, keys)
                raise self._fault(f"unknown key {key!r}{inside}{hint}", key)

    def _tables(self, whole: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        tables = whole.get(key, [])
        if not isinstance(tables, list) or not all(
            isinstance(each, dict) for each in tables
        ):
            raise self._fault(f"{key} must be a list of tables: [[{key}]]", key)
        return tables

    def _required(self, table: Mapping[str, Any], key: str, where: str) -> str:
        value = self._text_of(table, key)
        if not value:
            raise self._fault(f"each [[{where}]] needs a {key}", where)
        return value

    def _text_of(self, table: Mapping[str, Any], key: str) -> str | None:
        value = table.get(key)
        if value is not None and not isinstance(value, str):
            raise self._fault(f"{key} must be a string", key)
        return value

    def _texts(self, table: Mapping[str, Any], key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(
            isinstance(each, str) for each in values
        ):
            raise self._fault(f"{key} must be a string or a list of strings", key)
        return tuple(values)

    def _enum(self, table: Mapping[str, Any], key: str, kind: type[E]) -> E | None:
        value = self._text_of(table, key)
        if value is None:
            return None
        try:
            return kind(value.upper())
        except ValueError:
            known = [each.value for each in kind]
            hint = _suggestion(value.upper(), known) or f"; known: {', '.join(known)}"
            raise self._fault(f"unknown {key} {value!r}{hint}", key) from None

    def _pattern(self, text: str) -> str:
        return self._checked(compiled, text)

    def _checked(self, check: Callable[[str], object], text: str) -> str:
        try:
            check(text)
        except ValueError as error:
            raise self._fault(f"pattern {text!r}: {error}", text) from None
        return text

    def _fault(self, reason: str, key: str) -> Misuse:
        name = re.escape(key)
        found = re.search(rf'(?m)^[^#\n]*?\b{name}\b["\']?\s*[\]=]', self._text)
        line = f":{self._text.count(chr(10), 0, found.start()) + 1}" if found else ""
        return Misuse(f"{self._file.name}{line}: {reason}")


def _suggestion(word: str, known: Collection[str]) -> str:
    close = get_close_matches(word, sorted(known), n=1, cutoff=0.5)
    return f"; did you mean {close[0]!r}?" if close else ""
