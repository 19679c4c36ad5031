"""What a client asks of a resource's associations, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest

__all__ = ["Action", "Operation", "Resource"]


class Action(StrEnum):
    """What to do with an association.

    CREATE refuses one that is there with other members, UPSERT changes it,
    DELETE wants it to be there.
    """

    CREATE = "CREATE"
    UPSERT = "UPSERT"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A topic: its name, where it is, and its id, empty before it has one."""

    name: str
    namespace: str
    id: str
    type: str = "topic"

    def default_subject(self, association_type: str) -> SubjectName:
        """Return the subject of an association that names none."""
        return SubjectName(f".{self.namespace}", f"{self.name}-{association_type}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One association, and what to do with it; None leaves a member open.

    ``type`` is ``key`` or ``value``; ``schema`` is registered under the
    subject; ``cascade`` deletes the subject with a STRONG association.
    """

    action: Action
    type: str
    subject: SubjectName | None = None
    lifecycle: str | None = None
    frozen: bool | None = None
    schema: SchemaRequest | None = None
    normalize: bool | None = None
    cascade: bool = False
