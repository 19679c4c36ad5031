"""The schema files of one tree, each with its references found in that tree."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from compat import SUFFIXES, Format, Limits, UnknownFormat, format_named
from registry.cli.console import Failure, Misuse
from registry.cli.project import Project
from registry.cli.references import References, references_of
from registry.cli.trees import STDIN, Tree

__all__ = ["Source", "Workspace", "sniffed"]

_PLAIN = ".json"
_NOWHERE = ""
_COMMENTS = r"(?:\s|//[^\n]*|/\*(?:[^*]|\*(?!/))*+\*/)*+"
_PROTOBUF = re.compile(rf"{_COMMENTS}(?:syntax|edition){_COMMENTS}=")
_MOST_REFERENCES = Limits().references


@dataclass(frozen=True, slots=True)
class Source:
    """One schema file: its text, and the texts that its references need.

    ``references`` holds the transitive closure by name, what others need
    first; ``found_at`` says from which file each name came, and ``direct``
    are the names that the text itself uses.
    """

    path: str
    format: Format
    text: str
    references: Mapping[str, str] = field(default_factory=dict)
    found_at: Mapping[str, str] = field(default_factory=dict)
    direct: tuple[str, ...] = ()

    def parse(self, *, strict: bool) -> Any:
        """Return the parsed schema, or raise `InvalidSchema`."""
        return self.format.parse(self.text, self.references, strict=strict)

    def same_as(self, other: Source) -> bool:
        """Whether both have the same text and the same references."""
        return (
            self.format is other.format
            and self.text == other.text
            and self.references == other.references
        )


class Workspace:
    """The schemas of ``tree``; ``base`` is the project's folder within it.

    ``types`` are formats by path that the caller knows better.
    """

    def __init__(
        self,
        tree: Tree,
        project: Project,
        base: str = "",
        *,
        types: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        self.tree = tree
        self.project = project
        self.base = base
        self._types = types
        self._texts: dict[str, str | None] = {}
        self._needs: dict[str, tuple[str, ...]] = {}
        self._found: dict[str, str | None] = {}

    def over(self, tree: Tree) -> Workspace:
        """Return the same view of another tree."""
        return Workspace(tree, self.project, self.base, types=self._types)

    def inside(self, path: str) -> str:
        """Return ``path`` as the project's patterns see it."""
        return path.removeprefix(f"{self.base}/") if self.base else path

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """The folders that names of references may start in."""
        roots = (f"{self.base}/{each}".strip("/") for each in self.project.roots)
        return tuple(dict.fromkeys((*roots, self.base, "")))

    @cached_property
    def paths(self) -> Collection[str]:
        """Every path of the tree, in order."""
        return dict.fromkeys(self.tree.paths())

    @cached_property
    def files(self) -> tuple[str, ...]:
        """The paths that hold schemas and that the project does not exclude."""
        return tuple(each for each in self.paths if self.type_of(each))

    def type_of(self, path: str) -> str | None:
        """Return the name of a schema file's format; None for any other file.

        The project file decides first, then the name's ending. A plain
        ``.json``, and stdin, count when their content is clearly a schema.
        """
        if path not in self._found:
            self._found[path] = self._type_of(path)
        return self._found[path]

    def _type_of(self, path: str) -> str | None:
        if forced := self._types.get(path):
            return forced.upper()
        if self.project.excludes(self.inside(path)):
            return None
        declared = self.project.settings(self.inside(path)).type
        if declared is not None:
            return declared.value.upper()
        for suffix, name in SUFFIXES.items():
            if path.endswith(suffix):
                return name
        if path != STDIN and not path.endswith(_PLAIN):
            return None
        try:
            return sniffed(self.text(path) or "")
        except Failure:
            return None

    def text(self, path: str) -> str | None:
        """Return the text of ``path``, None when it is not in the tree.

        Raises `Failure` when it is not text or too large.
        """
        if path not in self._texts:
            content = self.tree.read(path)
            self._texts[path] = None if content is None else _decoded(path, content)
        return self._texts[path]

    def source(self, path: str) -> Source | None:
        """Return the schema file ``path`` with its references, None when absent."""
        text, type = self.text(path), self.type_of(path)
        if text is None or type is None:
            return None
        format = _format(type)
        references: dict[str, str] = {}
        found_at: dict[str, str] = {}
        finder = references_of(type)
        for name, where in self._closure(path, text, finder):
            references[name] = self.text(where) or ""
            found_at[name] = where
        needs = self._needs_of(path, text, finder)
        direct = tuple(each for each in needs if each in references)
        return Source(path, format, text, references, found_at, direct)

    def name_of(self, path: str) -> tuple[str, str] | None:
        """Return the format and own name of a schema file, wherever it lies."""
        type = self.type_of(path)
        try:
            text = self.text(path) if type else None
        except Failure:
            return None
        name = references_of(type).own(text) if type and text else None
        return (type, name) if type and name else None

    def dependents(self, changed: Iterable[str]) -> tuple[str, ...]:
        """Return the files whose references lead to ``changed``, those left out.

        A path that is gone counts too, and with one so does every reference
        that may have led to it.
        """
        gone = set(changed)
        left = sorted(gone)
        if any(each not in self.paths for each in left):
            left.append(_NOWHERE)
        # References stay within a format, so the others need not be read.
        types = {self.type_of(each) for each in gone}
        users: dict[str, list[str]] = {}
        for path in self.files:
            for used in self._uses(path) if self.type_of(path) in types else ():
                users.setdefault(used, []).append(path)
        found: dict[str, None] = {}
        while left:
            for user in users.get(left.pop(), ()):
                if user not in found and user not in gone:
                    found[user] = None
                    left.append(user)
        return tuple(sorted(found))

    def _uses(self, path: str) -> Iterator[str]:
        try:
            text = self.text(path)
        except Failure:
            return
        type = self.type_of(path)
        if text is None or type is None:
            return
        finder = references_of(type)
        for name in self._needs_of(path, text, finder):
            places = list(finder.places(name, path, self))
            yield from places or [_NOWHERE]

    def _needs_of(self, path: str, text: str, finder: References) -> tuple[str, ...]:
        if path not in self._needs:
            self._needs[path] = finder.needs(text)
        return self._needs[path]

    def _closure(
        self, path: str, text: str, finder: References
    ) -> Iterator[tuple[str, str]]:
        """Yield name and file of each reference, what others need first."""
        seen = {finder.key("", path)}
        open_: list[tuple[str, str, Iterator[str]]] = [
            ("", path, iter(self._needs_of(path, text, finder)))
        ]
        while open_:
            name, user, needs = open_[-1]
            need = next(needs, None)
            if need is None:
                open_.pop()
                if open_:
                    yield name, user
                continue
            where = finder.find(need, user, self)
            inner = finder.name(need, name)
            if where is None or finder.key(inner, where) in seen:
                continue
            seen.add(finder.key(inner, where))
            if len(seen) > _MOST_REFERENCES:
                raise Failure(f"{path} has more than {_MOST_REFERENCES} references")
            needed = self._needs_of(where, self.text(where) or "", finder)
            open_.append((inner, where, iter(needed)))


def sniffed(text: str) -> str | None:
    """Return the format's name when ``text`` is clearly a schema.

    A JSON Schema says so in ``$schema``; an Avro schema is an object with a
    named type and what that type requires; a Protobuf file starts with its
    syntax or edition.
    """
    if _PROTOBUF.match(text):
        return "PROTOBUF"
    if '"$schema"' not in text and '"type"' not in text:
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    dialect = value.get("$schema")
    if isinstance(dialect, str) and "json-schema.org/" in dialect:
        return "JSON"
    wanted = {"record": "fields", "enum": "symbols", "fixed": "size"}
    kind = value.get("type")
    if isinstance(kind, str) and "name" in value and wanted.get(kind, "") in value:
        return "AVRO"
    return None


def _format(type: str) -> Format:
    try:
        return format_named(type)
    except UnknownFormat as error:
        raise Misuse(str(error)) from None


def _decoded(path: str, content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Failure(
            f"{path} is not text: byte {error.start} is not UTF-8",
            advice="Save it as UTF-8, or add it to exclude in dovetail.toml.",
        ) from None
    if text.startswith("version https://git-lfs"):
        raise Failure(
            f"{path} is a Git LFS pointer, not a schema",
            advice="Keep schemas in git itself: they are small text.",
        )
    return text
