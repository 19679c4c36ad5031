"""Inline tags: labels such as ``PII`` on the records and fields of a schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol, TypeAlias, runtime_checkable

from compat.errors import CompatError

__all__ = [
    "Entity",
    "EntityKind",
    "Taggable",
    "Tags",
    "UnknownEntity",
    "refuse_unknown",
    "retagged",
]


class EntityKind(StrEnum):
    """What an entity is, in Confluent's words."""

    RECORD = "sr_record"
    FIELD = "sr_field"


@dataclass(frozen=True, slots=True)
class Entity:
    """A record or a field of a schema, named by its dotted path."""

    path: str
    kind: EntityKind


Tags: TypeAlias = Mapping[Entity, Sequence[str]]


@dataclass(eq=False)
class UnknownEntity(CompatError):
    """The schema has no such record or field."""

    entity: Entity
    known: tuple[Entity, ...]

    def __str__(self) -> str:
        kind = "record" if self.entity.kind is EntityKind.RECORD else "field"
        same = [each.path for each in self.known if each.kind is self.entity.kind]
        shown = ", ".join(same[:10]) + (", ..." if len(same) > 10 else "")
        return (
            f"no {kind} {self.entity.path!r} in the schema; "
            f"its {kind}s: {shown or 'none'}"
        )


@runtime_checkable
class Taggable(Protocol):
    """What a format offers whose schemas can carry tags; see `compat.Format`."""

    def entities(self, schema: Any) -> Tags:
        """Return each record and field of the schema's own text with its tags.

        In schema order; an entity without tags has none. Types that a
        reference defines are not in it.
        """

    def entity(self, schema: Any, asked: Entity) -> Entity | None:
        """Return the entity that ``asked`` means, by any spelling of its path."""

    def retag(self, schema: Any, tags: Tags) -> str:
        """Return the schema's text with exactly ``tags`` on the entities named.

        The other entities keep theirs; an empty list takes all tags away.
        Raises `UnknownEntity`.
        """


def retagged(held: Sequence[str], add: Iterable[str], gone: Iterable[str]) -> list[str]:
    """Return the tags ``held`` less ``gone``, then those of ``add`` that are new."""
    dropped = set(gone)
    return [each for each in dict.fromkeys([*held, *add]) if each not in dropped]


def refuse_unknown(asked: Entity, known: Iterable[Entity]) -> None:
    """Raise `UnknownEntity` unless ``asked`` is one of ``known``."""
    entities = tuple(known)
    if asked not in entities:
        raise UnknownEntity(asked, entities)
