"""What is stored of a subject and the scopes around it: what decisions rest on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Connection,
    Integer,
    Text,
    bindparam,
    cast,
    literal_column,
    null,
    select,
    union_all,
)

from registry.store.statement import Statement
from registry.store.subjects import SubjectRow
from registry.store.tables import configs, modes, subjects

__all__ = ["SCOPES", "Basis", "find_basis", "padded"]

SCOPES = 3
"""How many scopes a subject has at most: itself, its context, all contexts."""


@dataclass(frozen=True, slots=True)
class Basis:
    """Configs (as JSON texts) and modes by scope, and the subject's row."""

    configs: Mapping[str, str]
    modes: Mapping[str, str]
    subject: SubjectRow | None

    def same_as(self, other: Basis) -> bool:
        """Whether nothing has changed between the two."""
        scopes = (self.configs, self.modes) == (other.configs, other.modes)
        return scopes and self.state == other.state

    @property
    def state(self) -> tuple[int, int] | None:
        """The subject's row id, which is never reused, and its revision."""
        # A row without a version is one that this very transaction has just made.
        row = self.subject
        return (row.id, row.revision) if row and row.revision else None


_IN_SCOPES = [bindparam(f"scope_{each}", type_=Text) for each in range(SCOPES)]
_NUMBER, _TEXT = cast(null(), BigInteger), cast(null(), Text)
_FIND = Statement(
    union_all(
        select(
            literal_column("0", Integer),
            subjects.c.name,
            _TEXT,
            subjects.c.id,
            subjects.c.revision,
            subjects.c.live,
            subjects.c.latest,
            subjects.c.context_id,
        ).where(subjects.c.name == bindparam("name")),
        select(
            literal_column("1", Integer),
            configs.c.scope,
            configs.c.body,
            *([_NUMBER] * 5),
        ).where(configs.c.scope.in_(_IN_SCOPES)),
        select(
            literal_column("2", Integer),
            modes.c.scope,
            modes.c.mode,
            *([_NUMBER] * 5),
        ).where(modes.c.scope.in_(_IN_SCOPES)),
    )
)


def find_basis(db: Connection, name: str, scopes: Sequence[str]) -> Basis:
    """Return what is stored for a qualified subject; one query, by unique keys."""
    kept: tuple[dict[str, str], dict[str, str]] = ({}, {})
    row = None
    for kind, key, text, *numbers in _FIND.rows(db, name=name, **padded(scopes)):
        if kind == 0:
            row = SubjectRow(numbers[0], key, *numbers[1:])
        else:
            kept[kind - 1][key] = text
    return Basis(*kept, row)


def padded(scopes: Sequence[str]) -> dict[str, str]:
    """Return the parameters that name ``scopes``, the last one repeated."""
    full = [*scopes, *[scopes[-1]] * (SCOPES - len(scopes))]
    return {f"scope_{place}": scope for place, scope in enumerate(full)}
