"""What a client asks to register, check or look up, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from registry.service.metadata import Metadata
from registry.service.rule_sets import RuleSet
from registry.store.values import Reference

__all__ = ["SchemaRequest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRequest:
    """A schema as a client sends it.

    ``version`` 0 means any, -1 the latest or the next one, n exactly the next
    one. ``id`` is given in IMPORT mode alone.
    """

    text: str = ""
    type: str = "AVRO"
    references: tuple[Reference, ...] = ()
    metadata: Metadata | None = None
    rule_set: RuleSet | None = None
    version: int = 0
    id: int | None = None
