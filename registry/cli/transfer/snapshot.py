"""Everything that a registry holds, as one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Key", "Snapshot", "Version", "context_of", "in_order"]

Key = tuple[str, int]
"""A subject with its context, and a version number."""

_MEMBERS = ("schemaType", "schema", "references", "metadata", "ruleSet")


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its numbers, whether it is soft-deleted, and its content.

    ``content`` has the members of a registration; empty ones are left out.
    """

    subject: str
    version: int
    id: int
    deleted: bool
    content: Mapping[str, Any] = field(hash=False)

    @classmethod
    def of(cls, body: Mapping[str, Any], *, deleted: bool) -> Version:
        """Read an element of ``GET /schemas``."""
        content = {key: body[key] for key in _MEMBERS if body.get(key)}
        content.setdefault("schemaType", "AVRO")
        return cls(body["subject"], body["version"], body["id"], deleted, content)

    @property
    def key(self) -> Key:
        """Subject and number."""
        return self.subject, self.version

    @property
    def needs(self) -> tuple[Key, ...]:
        """The versions that its references name."""
        context = context_of(self.subject)
        return tuple(
            (_within(each["subject"], context), each["version"])
            for each in self.content.get("references", ())
        )


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All versions, and each scope's own config and mode.

    A scope is a subject, a context (``:.name:``), all contexts
    (``:.__GLOBAL:``), or the empty string for the default context.
    """

    versions: Mapping[Key, Version]
    configs: Mapping[str, Mapping[str, Any]]
    modes: Mapping[str, str]


def in_order(versions: Sequence[Version]) -> Iterator[Version]:
    """Yield ``versions`` so that each comes after what it refers to."""
    known = {each.key: each for each in versions}
    done: set[Key] = set()
    for first in sorted(versions, key=lambda each: (each.subject, each.version)):
        open_ = [(first, iter(first.needs))]
        while open_:
            version, needs = open_[-1]
            need = next((n for n in needs if n in known and n not in done), None)
            if need is not None and all(need != each.key for each, _ in open_):
                open_.append((known[need], iter(known[need].needs)))
            elif need is None:
                open_.pop()
                if version.key not in done:
                    done.add(version.key)
                    yield version


def context_of(subject: str) -> str:
    """Return the prefix ``:.name:`` of ``subject``; empty in the default context."""
    if not subject.startswith(":."):
        return ""
    name, colon, _ = subject[1:].partition(":")
    return f":{name}:" if colon else ""


def _within(subject: str, context: str) -> str:
    """Return a reference's subject, which is relative to its schema's context."""
    return subject if subject.startswith(":.") else f"{context}{subject}"
