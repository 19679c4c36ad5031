"""Stored text to parsed schema, with a bounded cache; and a client's text likewise."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from threading import Lock

from sqlalchemy import Connection

from compat import InvalidSchema, Limits, Schema, UnknownFormat, format_named
from registry.errors import InvalidSchemaText, SchemaTooLarge
from registry.service.engine_time import EngineTime
from registry.service.references import closure_of
from registry.store.values import StoredSchema

__all__ = ["ParsedSchemas", "parse"]

_FINGERPRINTS = 20
"""How many are kept for each parsed schema that is: they are small."""


class ParsedSchemas:
    """The schemas parsed last, by row key; rows never change, nor do these.

    Of many more, the fingerprints.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[int, Schema] = OrderedDict()
        self._fingerprints: OrderedDict[int, str] = OrderedDict()
        self._lock = Lock()

    def kept(self, key: int) -> Schema | None:
        """Return the parsed form of the row of ``key``, if it is kept."""
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
            return found

    def fingerprint(self, key: int) -> str | None:
        """Return the fingerprint of the schema of ``key``, which is kept for longer."""
        with self._lock:
            if (found := self._fingerprints.get(key)) is not None:
                self._fingerprints.move_to_end(key)
            return found

    def get(self, db: Connection, stored: StoredSchema) -> Schema:
        """Return the parsed form of ``stored``, with its references resolved."""
        if (kept := self.kept(stored.key)) is not None:
            return kept
        texts = closure_of(db, stored.references, stored.context)
        parsed: Schema = format_named(stored.type).parse(
            stored.text, texts, strict=False
        )
        self._keep(stored.key, parsed)
        return parsed

    def keep(self, stored: StoredSchema, parsed: Schema) -> None:
        """Keep the parsed form of what has just been stored, and committed.

        Not that of another spelling, whose lines and columns are its own.
        """
        if parsed.text == stored.text:
            self._keep(stored.key, parsed)

    def _keep(self, key: int, parsed: Schema) -> None:
        with self._lock:
            self._kept[key] = parsed
            self._fingerprints[key] = parsed.fingerprint
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
            while len(self._fingerprints) > self._size * _FINGERPRINTS:
                self._fingerprints.popitem(last=False)


def parse(
    type: str,
    text: str,
    references: Mapping[str, str],
    limits: Limits,
    engine_time: EngineTime,
    *,
    strict: bool,
) -> Schema:
    """Parse a client's text, or raise `InvalidSchemaText` in Confluent's words."""
    if len(text.encode()) > limits.text_bytes:
        raise SchemaTooLarge(limits.text_bytes)
    try:
        format = format_named(type)
    except UnknownFormat as error:
        raise InvalidSchemaText(
            f"Invalid schema type {type}; known: {', '.join(error.known)}"
        ) from None
    try:
        with engine_time.of(type, "parse"):
            parsed: Schema = format.parse(
                text, references, strict=strict, limits=limits
            )
    except InvalidSchema as error:
        raise InvalidSchemaText(
            f"Invalid schema of type {type}, details: {error}"
        ) from None
    return parsed
