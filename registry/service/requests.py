"""What a client asks to register, check or look up, as a value."""

from __future__ import annotations

from dataclasses import dataclass, field

from compat import Tags
from registry.service.metadata import Metadata
from registry.service.rule_sets import RuleSet
from registry.store.values import Reference

__all__ = ["SchemaRequest", "TagRequest"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemaRequest:
    """A schema as a client sends it.

    ``version`` 0 means any, -1 the latest or the next one, n exactly the next
    one. ``id`` is given in IMPORT mode alone. The tag options edit the text
    before it is checked; ``propagate_tags`` copies those of the latest version.
    """

    text: str = ""
    type: str = "AVRO"
    references: tuple[Reference, ...] = ()
    metadata: Metadata | None = None
    rule_set: RuleSet | None = None
    version: int = 0
    id: int | None = None
    tags_to_add: Tags = field(default_factory=dict)
    tags_to_remove: Tags = field(default_factory=dict)
    propagate_tags: bool = False

    @property
    def retags(self) -> bool:
        """Whether the text is to be edited."""
        return bool(self.tags_to_add or self.tags_to_remove or self.propagate_tags)


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRequest:
    """What to change in a stored version: Confluent's TagSchemaRequest.

    ``new_version`` None means the next number. Metadata and rule set replace
    the version's own; rules may be merged and removed by name instead.
    """

    new_version: int | None = None
    tags_to_add: Tags = field(default_factory=dict)
    tags_to_remove: Tags = field(default_factory=dict)
    metadata: Metadata | None = None
    rule_set: RuleSet | None = None
    rules_to_merge: RuleSet | None = None
    rules_to_remove: tuple[str, ...] = ()
