"""Whether a message can be decoded or is a dead letter: the same for each broker."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from registry.client._errors import ClientError
from registry.client.dead_letters import Counts, DeadLetter, Record, dead_letter
from registry.client.serdes._deserializer import Deserializer
from registry.client.serdes._errors import DeserializationError

__all__ = ["Triage"]

log = logging.getLogger(__name__)


class Triage:
    """Decodes records, or makes dead letters for ``topic`` of them.

    A registry that cannot be asked is no fault of the message: it is asked
    again for ``patience`` seconds, then its `ClientError` is raised.
    """

    def __init__(
        self,
        topic: str,
        *,
        value: Deserializer | None = None,
        key: Deserializer | None = None,
        group: str = "",
        patience: float = 60.0,
    ) -> None:
        self.counts = Counts()
        self.patience = patience
        self._topic = topic
        self._value = value
        self._key = key
        self._group = group

    def payloads(self, record: Record) -> tuple[Any, Any] | DeadLetter:
        """Return what key and value hold, or the letter to write."""
        retry = _Retry(self.patience)
        while True:
            try:
                return (
                    _sync(self._key, record, record.key, "key"),
                    _sync(self._value, record, record.value, "value"),
                )
            except DeserializationError as error:
                return self._letter(record, error)
            except ClientError as error:
                time.sleep(retry.pause(error))

    async def payloads_async(self, record: Record) -> tuple[Any, Any] | DeadLetter:
        """`payloads` that awaits the registry."""
        retry = _Retry(self.patience)
        while True:
            try:
                return (
                    await _async(self._key, record, record.key, "key"),
                    await _async(self._value, record, record.value, "value"),
                )
            except DeserializationError as error:
                return self._letter(record, error)
            except ClientError as error:
                await asyncio.sleep(retry.pause(error))

    def _letter(self, record: Record, error: DeserializationError) -> DeadLetter:
        return dead_letter(record, error, self._topic, group=self._group)


class _Retry:
    def __init__(self, patience: float) -> None:
        self._until = time.monotonic() + patience

    def pause(self, error: ClientError) -> float:
        if time.monotonic() >= self._until:
            raise error
        log.warning("registry: %s", error)
        return 1.0


def _sync(
    deserializer: Deserializer | None, record: Record, payload: Any, field: str
) -> Any:
    if deserializer is None:
        return payload
    return deserializer.deserialize(
        payload, record.topic, field=field, headers=record.headers
    )


async def _async(
    deserializer: Deserializer | None, record: Record, payload: Any, field: str
) -> Any:
    if deserializer is None or payload is None:
        return payload
    found = await deserializer.decode_async(
        payload, record.topic, field=field, headers=record.headers
    )
    return found.value
