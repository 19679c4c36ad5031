"""What the store gives back: rows as values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

__all__ = [
    "HIGHEST",
    "Reference",
    "StoredAssociation",
    "StoredDek",
    "StoredKek",
    "StoredSchema",
    "StoredVersion",
    "VersionHead",
]


HIGHEST = 2**31 - 1
"""The highest version number and schema id: messages and clients have 32 bits."""


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
    ``created_at``: milliseconds since 1970.
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
    created_at: int


@dataclass(frozen=True, slots=True)
class StoredVersion:
    """One version of one subject. ``created_at``: milliseconds since 1970."""

    subject: str
    number: int
    deleted: bool
    created_at: int
    schema: StoredSchema


class VersionHead(NamedTuple):
    """A version without its content: of its schema the key, type and length.

    ``length`` counts the characters of the text.
    """

    number: int
    key: int
    type: str
    length: int


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredKek:
    """A key encryption key, which a KMS holds under ``kms_key_id``.

    ``id`` is the row's own number, 0 before there is one. ``shared`` says that
    the registry may use the key; ``kms_props`` may hold what opens the KMS, so
    it is not printed. ``updated_at``: milliseconds since 1970.
    """

    id: int = 0
    name: str
    kms_type: str
    kms_key_id: str
    kms_props: dict[str, str] | None = field(repr=False)
    doc: str | None
    shared: bool
    deleted: bool
    updated_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredDek:
    """A data encryption key, wrapped by its KEK; base64, and never printed."""

    kek_id: int
    subject: str
    algorithm: str
    version: int
    encrypted_key_material: str = field(repr=False)
    deleted: bool
    updated_at: int
