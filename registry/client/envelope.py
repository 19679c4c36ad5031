"""What an event says of itself, in headers: CloudEvents, causes, traces.

The attributes are those of CloudEvents 1.0 in its Kafka binding's binary mode
(``ce_id`` and so on); ``traceparent``, ``tracestate`` and ``baggage`` are
written and read by OpenTelemetry's propagator where that is installed.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from registry.client._types import RegisteredSchema

__all__ = ["Envelope", "InvalidEnvelope", "schema_url"]

SPEC_VERSION = "1.0"
TRACE_HEADERS = ("traceparent", "tracestate", "baggage")


class InvalidEnvelope(ValueError):
    """Headers that claim to be a CloudEvent and are none."""


def _new_id() -> str:
    return str(uuid.uuid4())


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """One event: which, from where, of what kind, when, and because of what.

    ``source`` is a URI reference, ``data_schema`` the URL of the schema that
    wrote the payload. ``correlation_id`` is shared by all events of one
    process, ``causation_id`` is the id of the event that led to this one.
    ``trace`` holds the trace headers as text. A ``time`` without an offset is
    one of the local time zone.
    """

    source: str
    type: str
    id: str = field(default_factory=_new_id)
    time: datetime = field(default_factory=_now)
    subject: str | None = None
    data_schema: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    trace: Mapping[str, str] = field(default_factory=dict)

    def to_headers(self) -> list[tuple[str, bytes]]:
        """Return the headers to send, with the current trace when there is one."""
        attributes = {
            "ce_specversion": SPEC_VERSION,
            "ce_id": self.id,
            "ce_source": self.source,
            "ce_type": self.type,
            "ce_time": _written(self.time),
            "ce_subject": self.subject,
            "ce_dataschema": self.data_schema,
            "ce_correlationid": self.correlation_id,
            "ce_causationid": self.causation_id,
            **(self.trace or _current_trace()),
        }
        return [(name, text.encode()) for name, text in attributes.items() if text]

    @classmethod
    def from_headers(
        cls, headers: Iterable[tuple[str, Any]] | Mapping[str, Any] | None
    ) -> Envelope | None:
        """Return the envelope in ``headers``; None when they hold no CloudEvent.

        Raises `InvalidEnvelope` that names the attribute which is missing or
        cannot be read.
        """
        found = _texts(headers)
        if not any(name.startswith("ce_") for name in found):
            return None
        return cls(
            id=_needed(found, "ce_id"),
            source=_needed(found, "ce_source"),
            type=_needed(found, "ce_type"),
            time=_time(found.get("ce_time")),
            subject=found.get("ce_subject"),
            data_schema=found.get("ce_dataschema"),
            correlation_id=found.get("ce_correlationid"),
            causation_id=found.get("ce_causationid"),
            trace={name: found[name] for name in TRACE_HEADERS if name in found},
        )

    def caused(self, *, source: str, type: str, **attributes: Any) -> Envelope:
        """Return the envelope of an event that this one led to."""
        attributes.setdefault("correlation_id", self.correlation_id or self.id)
        attributes.setdefault("causation_id", self.id)
        attributes.setdefault("trace", self.trace)
        return Envelope(source=source, type=type, **attributes)

    def context(self) -> Any:
        """Return OpenTelemetry's context of the event, to start a span in."""
        return _propagate().extract(self.trace)


def schema_url(registry: str, schema: RegisteredSchema) -> str:
    """Return the URL of a schema at the registry, for ``data_schema``."""
    if schema.id is not None:
        return f"{registry.rstrip('/')}/schemas/ids/{schema.id}"
    return f"{registry.rstrip('/')}/schemas/guids/{schema.guid}"


def _texts(
    headers: Iterable[tuple[str, Any]] | Mapping[str, Any] | None,
) -> dict[str, str]:
    """Return the headers of ours as text; others may be binary."""
    pairs = headers.items() if isinstance(headers, Mapping) else headers or ()
    found = {}
    for name, value in pairs:
        if not (name.startswith("ce_") or name in TRACE_HEADERS) or value is None:
            continue
        try:
            found[name] = value if isinstance(value, str) else bytes(value).decode()
        except (UnicodeDecodeError, TypeError):
            raise InvalidEnvelope(f"header {name} is not UTF-8 text") from None
    return found


def _written(time: datetime) -> str:
    """Return ``time`` as RFC 3339 has it, which knows no time without an offset."""
    if time.tzinfo is None:
        time = time.astimezone()
    return time.isoformat().replace("+00:00", "Z")


def _needed(found: Mapping[str, str], name: str) -> str:
    try:
        return found[name]
    except KeyError:
        raise InvalidEnvelope(f"header {name} is missing") from None


def _time(text: str | None) -> datetime:
    if text is None:
        return _now()
    try:
        return datetime.fromisoformat(text.upper())  # RFC 3339 allows t and z
    except ValueError:
        raise InvalidEnvelope(f"header ce_time is no time: {text!r}") from None


def _current_trace() -> dict[str, str]:
    try:
        propagate = _propagate()
    except ImportError:
        return {}
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier


def _propagate() -> Any:
    try:
        from opentelemetry import propagate
    except ImportError as error:
        raise ImportError(
            "OpenTelemetry is not installed: pip install 'dovetail-registry[otel]'",
            name=error.name,
        ) from None
    return propagate
