"""Errors of serializers and deserializers.

* ClientError
  - SerdeError
    + SerializationError     nothing was written
      . SchemaRefused        the gate: the subject's level forbids the schema
      . SchemaNotRegistered  the gate: it is not registered, and may not be
    + DeserializationError   the payload cannot be read
    + UnusableSchema         the schema cannot be used by this plugin
"""

from __future__ import annotations

from compat.verdict import Finding
from registry.client._errors import ClientError

__all__ = [
    "DeserializationError",
    "SchemaNotRegistered",
    "SchemaRefused",
    "SerdeError",
    "SerializationError",
    "UnusableSchema",
]


class SerdeError(ClientError):
    """The base of every error of a serializer or deserializer."""


class SerializationError(SerdeError):
    """A value was not written; not one byte of it exists."""


class SchemaRefused(SerializationError):
    """The subject's level forbids the schema.

    ``findings`` say each reason; ``messages`` are the registry's own words.
    """

    def __init__(
        self, subject: str, findings: tuple[Finding, ...], messages: tuple[str, ...]
    ) -> None:
        self.subject = subject
        self.findings = findings
        self.messages = messages
        reasons = [f"{each.path or '/'}: {each.message}" for each in findings]
        told = "; ".join(reasons or messages) or "no reason given"
        super().__init__(f"subject {subject!r} refuses the schema: {told}")


class SchemaNotRegistered(SerializationError):
    """The schema would be accepted, but nobody registered it."""

    def __init__(self, subject: str, why: str) -> None:
        self.subject = subject
        super().__init__(f"subject {subject!r} does not have the schema: {why}")


class DeserializationError(SerdeError):
    """A payload cannot be read; the cause is chained."""


class UnusableSchema(SerdeError):
    """A schema that the format's library refuses."""
