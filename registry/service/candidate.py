"""A client's schema, read and resolved: what would be stored."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cached_property

from compat import Schema, format_named
from registry.errors import InvalidSchemaText
from registry.service import identity, references
from registry.service.loading import parse
from registry.service.metadata import Metadata
from registry.service.names import SubjectName
from registry.service.requests import SchemaRequest
from registry.service.rule_sets import RuleSet
from registry.service.session import Session
from registry.store.values import Reference

__all__ = ["Candidate", "read_candidate"]


@dataclass(frozen=True)
class Candidate:
    """A schema with all that its identity is made of.

    ``text`` is the canonical text, ``references`` have their versions
    resolved, ``targets`` name them by qualified subject.
    """

    type: str
    text: str
    parsed: Schema
    references: tuple[Reference, ...]
    targets: tuple[tuple[str, int], ...]
    metadata: Metadata | None
    rule_set: RuleSet | None

    @property
    def guid(self) -> str:
        """Confluent's GUID of the content."""
        return identity.guid(self.text, self.references, self.metadata, self.rule_set)

    @property
    def digest(self) -> str:
        """What finds the same content again."""
        return identity.digest(
            self.type, self.text, self.references, self.metadata, self.rule_set
        )

    @cached_property
    def likeness(self) -> str:
        """What finds another spelling of the same schema."""
        named = [
            (each.name, *target)
            for each, target in zip(self.references, self.targets, strict=True)
        ]
        return identity.likeness(
            self.type,
            format_named(self.type).identity(self.parsed),
            named,
            self.metadata,
            self.rule_set,
        )

    def with_contract(
        self, metadata: Metadata | None, rule_set: RuleSet | None
    ) -> Candidate:
        """Return the candidate with another metadata and rule set."""
        if (metadata, rule_set) == (self.metadata, self.rule_set):
            return self
        return replace(self, metadata=metadata, rule_set=rule_set)


def read_candidate(
    session: Session,
    subject: SubjectName,
    request: SchemaRequest,
    *,
    strict: bool,
    normalize: bool,
    deleted: bool = False,
) -> Candidate:
    """Parse what a client sent for ``subject``.

    ``strict`` is how a new schema is read; ``deleted`` lets references mean
    soft-deleted versions. Raises `InvalidSchemaText` and `SchemaTooLarge`.
    """
    if not request.text:
        raise InvalidSchemaText("Empty schema: send its text in 'schema'")
    for each in request.references:
        if not each.name or not each.subject or each.version == 0:
            raise InvalidSchemaText(
                f"Invalid reference: {json.dumps(each.to_json())}: a reference needs "
                "a name, a subject and a version"
            )
    limits, engine_time = session.limits, session.engine_time
    resolved: tuple[Reference, ...] = ()
    texts: dict[str, str] = {}
    if request.references:
        resolved = references.resolve(
            session.db, request.references, subject.context, deleted=deleted
        )
        texts = references.closure_of(
            session.db, resolved, subject.context, limit=limits.references
        )
    parsed = parse(
        request.type, request.text, texts, limits, engine_time, strict=strict
    )
    if normalize:
        normal = format_named(request.type).normalize(parsed)
        parsed = parse(request.type, normal, texts, limits, engine_time, strict=strict)
        resolved = tuple(sorted(set(resolved), key=lambda r: (r.name, r.subject)))
    return Candidate(
        request.type,
        parsed.canonical,
        parsed,
        resolved,
        tuple(references.targets(resolved, subject.context)),
        request.metadata,
        request.rule_set,
    )
