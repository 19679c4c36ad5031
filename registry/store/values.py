"""What the store gives back: rows as values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["Reference", "StoredAssociation", "StoredSchema", "StoredVersion"]


@dataclass(frozen=True, slots=True)
class Reference:
    """One schema's use of another: by what name, and which version it is."""

    name: str
    subject: str
    version: int

    def to_json(self) -> dict[str, Any]:
        """Return Confluent's SchemaReference."""
        return {"name": self.name, "subject": self.subject, "version": self.version}


@dataclass(frozen=True, slots=True)
class StoredSchema:
    """Content with its id; the same row serves every version that holds it.

    ``key`` is the row's own number, unique over contexts and never reused.
    ``metadata`` and ``rule_set`` are JSON values, None where there is none.
    """

    key: int
    context: str
    id: int
    guid: str
    type: str
    text: str
    references: tuple[Reference, ...]
    metadata: dict[str, Any] | None
    rule_set: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of one subject. ``created_at``: milliseconds since 1970."""

    subject: str
    number: int
    deleted: bool
    created_at: int
    schema: StoredSchema


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAssociation:
    """A subject's tie to a resource; moments in milliseconds since 1970.

    ``id`` is the row's own number, 0 before there is one.
    """

    id: int = 0
    guid: str
    subject: str
    resource_namespace: str
    resource_name: str
    resource_id: str
    resource_type: str
    association_type: str
    lifecycle: str
    frozen: bool
    created_at: int
    updated_at: int
