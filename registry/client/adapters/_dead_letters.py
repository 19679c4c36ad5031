"""What the consumers of dead letters share, whichever the broker's client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from registry.client._triage import Triage
from registry.client.dead_letters import Record
from registry.client.serdes._deserializer import Deserializer

__all__ = ["DecodedRecord", "LetterWriter", "record_of"]

C = TypeVar("C")
P = TypeVar("P")


@dataclass(frozen=True, slots=True)
class DecodedRecord:
    """A record as the broker's client gave it, with what its payloads hold.

    ``key`` and ``value`` are None for tombstones; without a deserializer
    they are the bytes themselves.
    """

    record: Any
    key: Any
    value: Any


class LetterWriter(Generic[C, P]):
    """A consumer, a producer for what it cannot decode, and the counts of both."""

    def __init__(
        self,
        consumer: C,
        producer: P,
        topic: str,
        *,
        value: Deserializer | None = None,
        key: Deserializer | None = None,
        group: str = "",
        patience: float = 60.0,
    ) -> None:
        self._check(consumer)
        self._consumer = consumer
        self._producer = producer
        self._patience = patience
        self._triage = Triage(
            topic, value=value, key=key, group=group, patience=patience
        )
        self.counts = self._triage.counts

    def _check(self, consumer: C) -> None:
        """Raise `ValueError` for a consumer with which messages would be lost."""


def record_of(record: Any) -> Record:
    """Return a record of aiokafka or kafka-python, which name its parts alike."""
    return Record(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        key=record.key,
        value=record.value,
        headers=tuple(record.headers or ()),
        timestamp=record.timestamp,
    )
