"""Messages that cannot be decoded: kept whole on another topic, with the reason.

The headers are those that Kafka Connect (``__connect.errors.*``) and Spring
Kafka (``kafka_dlt-*``) write, so that tools for either understand them.
"""

from __future__ import annotations

import struct
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

__all__ = ["Counts", "DeadLetter", "DeadLetterNotWritten", "Record", "dead_letter"]

MOST_TEXT = 8 * 1024
"""Longer messages and traces are cut: brokers refuse large records."""


class DeadLetterNotWritten(Exception):
    """The dead-letter topic refused a message, which is therefore not passed over.

    Its offset was not stored: a restarted consumer gets it again.
    """


@dataclass(frozen=True, slots=True)
class Record:
    """A message as the broker delivered it; payloads and headers are untouched."""

    topic: str
    partition: int
    offset: int
    key: bytes | None = None
    value: bytes | None = None
    headers: Sequence[tuple[str, Any]] = ()
    timestamp: int | None = None
    """Milliseconds since 1970."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """What goes to the dead-letter topic."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, Any], ...]
    timestamp: int | None


@dataclass(slots=True)
class Counts:
    """How many messages were handled, and how many became dead letters."""

    handled: int = 0
    dead: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, *, handled: int = 0, dead: int = 0) -> None:
        """Count; safe under threads."""
        with self._lock:
            self.handled += handled
            self.dead += dead


def dead_letter(
    record: Record, error: BaseException, topic: str, *, group: str = ""
) -> DeadLetter:
    """Return ``record`` for the dead-letter ``topic``, with why and whence.

    Headers that are there already stay: they name the first failure.
    """
    present = {name for name, _ in record.headers}
    added = [
        (name, value)
        for name, value in (*_connect(record, error), *_spring(record, error, group))
        if name not in present
    ]
    headers = (*record.headers, *added)
    return DeadLetter(topic, record.key, record.value, headers, record.timestamp)


def _connect(record: Record, error: BaseException) -> Iterable[tuple[str, bytes]]:
    facts = {
        "topic": record.topic,
        "partition": str(record.partition),
        "offset": str(record.offset),
        "stage": "VALUE_CONVERTER",
        "class.name": "registry.client.serdes",
        "exception.class.name": _class_name(error),
        "exception.message": str(error),
        "exception.stacktrace": _trace(error),
    }
    return [(f"__connect.errors.{name}", _text(fact)) for name, fact in facts.items()]


def _spring(
    record: Record, error: BaseException, group: str
) -> Iterable[tuple[str, bytes]]:
    cause = error.__cause__
    facts = {
        "original-topic": _text(record.topic),
        "original-partition": struct.pack(">i", record.partition),
        "original-offset": struct.pack(">q", record.offset),
        "exception-fqcn": _text(_class_name(error)),
        "exception-message": _text(str(error)),
        "exception-stacktrace": _text(_trace(error)),
    }
    if record.timestamp is not None:
        facts["original-timestamp"] = struct.pack(">q", record.timestamp)
        facts["original-timestamp-type"] = b"CreateTime"
    if cause is not None:
        facts["exception-cause-fqcn"] = _text(_class_name(cause))
    if group:
        facts["original-consumer-group"] = _text(group)
    return [(f"kafka_dlt-{name}", fact) for name, fact in facts.items()]


def _class_name(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}"


def _trace(error: BaseException) -> str:
    return "".join(traceback.format_exception(error))


def _text(text: str) -> bytes:
    return text.encode("utf-8", "replace")[:MOST_TEXT]
