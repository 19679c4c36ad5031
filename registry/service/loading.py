"""Stored text to parsed schema, with a bounded cache; and a client's text likewise."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import overload

from sqlalchemy import Connection

from compat import InvalidSchema, Limits, Schema, UnknownFormat, format_named
from registry.errors import InvalidSchemaText, SchemaTooLarge
from registry.service.engine_time import EngineTime
from registry.service.references import closure_of
from registry.store.values import StoredSchema, StoredVersion

__all__ = ["ParsedSchemas", "ParsedWhenRead", "parse"]


class ParsedSchemas:
    """The schemas parsed last, by row key; rows never change, nor do these."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._kept: OrderedDict[int, Schema] = OrderedDict()
        self._lock = Lock()

    def get(self, db: Connection, stored: StoredSchema) -> Schema:
        """Return the parsed form of ``stored``, with its references resolved."""
        with self._lock:
            if (kept := self._kept.get(stored.key)) is not None:
                self._kept.move_to_end(stored.key)
                return kept
        texts = closure_of(db, stored.references, stored.context)
        parsed: Schema = format_named(stored.type).parse(
            stored.text, texts, strict=False
        )
        with self._lock:
            self._kept[stored.key] = parsed
            while len(self._kept) > self._size:
                self._kept.popitem(last=False)
        return parsed


class ParsedWhenRead(Sequence[tuple[int, Schema]]):
    """Numbers and parsed schemas of versions, each parsed when it is read."""

    def __init__(
        self, db: Connection, parsed: ParsedSchemas, versions: Sequence[StoredVersion]
    ) -> None:
        self._db = db
        self._parsed = parsed
        self._versions = versions

    def __len__(self) -> int:
        return len(self._versions)

    @overload
    def __getitem__(self, place: int) -> tuple[int, Schema]: ...

    @overload
    def __getitem__(self, place: slice) -> ParsedWhenRead: ...

    def __getitem__(self, place: int | slice) -> tuple[int, Schema] | ParsedWhenRead:
        if isinstance(place, slice):
            return ParsedWhenRead(self._db, self._parsed, self._versions[place])
        version = self._versions[place]
        return version.number, self._parsed.get(self._db, version.schema)


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
