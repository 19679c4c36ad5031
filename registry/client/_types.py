"""The values that go to the registry and come back from it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from compat.verdict import Finding
from registry.client._findings import findings_from

__all__ = [
    "Association",
    "Compatibility",
    "Config",
    "RegisteredSchema",
    "Schema",
    "SchemaReference",
    "SubjectVersion",
]


@dataclass(frozen=True, slots=True)
class SchemaReference:
    """A schema that another one names.

    ``name`` is what the text calls it: a full name in Avro, the ``$ref`` URI
    in JSON Schema, the import path in Protobuf.
    """

    name: str
    subject: str
    version: int

    def to_json(self) -> dict[str, Any]:
        """Return ``{"name", "subject", "version"}``."""
        return {"name": self.name, "subject": self.subject, "version": self.version}


@dataclass(frozen=True, slots=True)
class Schema:
    """A schema as it is sent: its text, and what goes with it.

    ``type`` is ``AVRO``, ``JSON`` or ``PROTOBUF``. ``metadata`` and
    ``rule_set`` are the JSON objects of Confluent's data contracts.
    """

    text: str
    type: str = "AVRO"
    references: tuple[SchemaReference, ...] = ()
    metadata: Mapping[str, Any] | None = field(default=None, hash=False)
    rule_set: Mapping[str, Any] | None = field(default=None, hash=False)

    def to_json(self) -> dict[str, Any]:
        """Return the body that registers, looks up or checks this schema."""
        body: dict[str, Any] = {
            "schema": self.text,
            "schemaType": self.type,
            "references": [each.to_json() for each in self.references],
        }
        if self.metadata is not None:
            body["metadata"] = dict(self.metadata)
        if self.rule_set is not None:
            body["ruleSet"] = dict(self.rule_set)
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Schema:
        """Read a schema out of any answer that holds one; else raise `TypeError`."""
        references = tuple(
            SchemaReference(each["name"], each["subject"], each["version"])
            for each in body.get("references") or ()
        )
        return cls(
            text=_of(str, body["schema"]),
            type=_of(str, body.get("schemaType") or "AVRO"),
            references=references,
            metadata=_optional(Mapping, body.get("metadata")),
            rule_set=_rule_set(body.get("ruleSet")),
        )


@dataclass(frozen=True, slots=True)
class RegisteredSchema:
    """A schema the registry knows, and the numbers it knows it by.

    ``guid`` identifies the content everywhere, ``id`` within one context.
    ``subject`` and ``version`` are absent when it was asked for by id.
    """

    schema: Schema
    id: int | None = None
    guid: str | None = None
    subject: str | None = None
    version: int | None = None

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> RegisteredSchema:
        """Read an answer of register, lookup, version or id.

        Raises `TypeError` or `ValueError` for what is none.
        """
        id, guid = _optional(int, body.get("id")), _optional(str, body.get("guid"))
        if id is not None:
            id.to_bytes(4, "big")  # as it is framed
        return cls(
            schema=Schema.from_json(body),
            id=id,
            guid=None if guid is None else str(UUID(guid)),
            subject=_optional(str, body.get("subject")),
            version=_optional(int, body.get("version")),
        )


@dataclass(frozen=True, slots=True)
class SubjectVersion:
    """One version of one subject."""

    subject: str
    version: int

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> SubjectVersion:
        """Read ``{"subject", "version"}``."""
        return cls(body["subject"], body["version"])


@dataclass(frozen=True, slots=True)
class Compatibility:
    """The answer to a check that registers nothing.

    ``messages`` are Confluent's strings. ``verdict``, ``proof`` and
    ``findings`` are there when the registry is Dovetail.
    """

    compatible: bool
    messages: tuple[str, ...] = ()
    verdict: str | None = None
    proof: str | None = None
    findings: tuple[Finding, ...] = ()

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Compatibility:
        """Read the answer of ``POST /compatibility/...``."""
        return cls(
            compatible=body.get("is_compatible") is True,
            messages=tuple(body.get("messages") or ()),
            verdict=body.get("verdict"),
            proof=body.get("proof"),
            findings=findings_from(body),
        )


@dataclass(frozen=True, slots=True)
class Config:
    """A level and what else is configured with it.

    ``level`` is None when this scope sets none of its own. ``settings`` are
    all members of the answer, under Confluent's names.
    """

    level: str | None
    settings: Mapping[str, Any]

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Config:
        """Read an answer of GET (``compatibilityLevel``) or PUT (``compatibility``)."""
        level = body.get("compatibilityLevel") or body.get("compatibility")
        return cls(level, dict(body))


@dataclass(frozen=True, slots=True)
class Association:
    """A topic that is bound to a subject, whatever the subject's name."""

    subject: str
    resource_name: str
    resource_namespace: str
    type: str

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Association:
        """Read one element of ``GET /associations/...``."""
        return cls(
            subject=body["subject"],
            resource_name=body.get("resourceName") or "",
            resource_namespace=body.get("resourceNamespace") or "",
            type=body.get("associationType") or "value",
        )


def _of(kind: type, value: Any) -> Any:
    """Return a member of an answer that is a ``kind``; else raise `TypeError`."""
    if not isinstance(value, kind):
        raise TypeError(f"{value!r} where a {kind.__name__} is expected")
    return value


def _optional(kind: type, value: Any) -> Any:
    return None if value is None else _of(kind, value)


def _rule_set(value: Any) -> Any:
    for each in (_optional(Mapping, value) or {}).values():
        for rule in each if isinstance(each, list) else ():
            _of(dict, rule)
    return value
