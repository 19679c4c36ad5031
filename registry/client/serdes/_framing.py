"""How a payload says which schema wrote it: Confluent's two framings."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from registry.client.serdes._errors import DeserializationError
from registry.contract import MAGIC_GUID, MAGIC_ID

__all__ = [
    "Framing",
    "HeaderPairs",
    "WriterId",
    "add_header",
    "find_header",
    "guid_header",
    "header_name",
    "id_prefix",
    "octets",
    "read_guid",
    "read_id",
]

HeaderPairs = Sequence[tuple[str, Any]] | Mapping[str, Any] | None
"""Headers as clients hand them over: pairs, a mapping, or none."""

PREFIX_SIZE = 5
GUID_SIZE = 17


class Framing(StrEnum):
    """Where the schema's number is: before the payload, or in a header."""

    PREFIX = "prefix"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class WriterId:
    """What a message says of its schema: an id of one context, or a guid."""

    id: int | None = None
    guid: str | None = None

    def __str__(self) -> str:
        return f"id {self.id}" if self.guid is None else f"guid {self.guid}"


def header_name(field: str) -> str:
    """Return the header for the ``key`` or the ``value``."""
    return "__key_schema_id" if field == "key" else "__value_schema_id"


def id_prefix(id: int) -> bytes:
    """Return the magic byte and ``id``, as four bytes, the highest first."""
    return bytes((MAGIC_ID,)) + id.to_bytes(4, "big")


def guid_header(guid: str) -> bytes:
    """Return the value of a header that holds ``guid``."""
    return bytes((MAGIC_GUID,)) + uuid.UUID(guid).bytes


def read_id(payload: bytes) -> WriterId:
    """Return the id in front of ``payload``; refuse what has none."""
    if len(payload) < PREFIX_SIZE or payload[0] != MAGIC_ID:
        start = payload[:PREFIX_SIZE].hex(" ")
        raise DeserializationError(
            f"no schema id: the payload starts with '{start}', not with 00 and four "
            "bytes of id; was it written by a schema serializer?"
        )
    return WriterId(id=int.from_bytes(payload[1:PREFIX_SIZE], "big"))


def read_guid(header: bytes) -> tuple[WriterId, bytes]:
    """Return the guid or id in a header, and what follows it there."""
    if len(header) >= GUID_SIZE and header[0] == MAGIC_GUID:
        guid = str(uuid.UUID(bytes=header[1:GUID_SIZE]))
        return WriterId(guid=guid), header[GUID_SIZE:]
    if len(header) >= PREFIX_SIZE and header[0] == MAGIC_ID:
        return read_id(header), header[PREFIX_SIZE:]
    raise DeserializationError(f"the schema header holds no id: {header[:20].hex(' ')}")


def find_header(headers: HeaderPairs, name: str) -> bytes | None:
    """Return the last value of the header ``name``, or None."""
    if not headers:
        return None
    pairs: Iterable[tuple[str, Any]]
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    found = None
    for key, value in pairs:
        if key == name and value is not None:
            found = value
    if isinstance(found, str):  # a client that gives text: one character a byte
        return found.encode("latin-1", "replace")
    return None if found is None else octets(found, f"header {name}")


def octets(value: Any, what: str = "payload") -> bytes:
    """Return bytes-like data as bytes; ``what`` is it that has none."""
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    raise DeserializationError(f"the {what} is no bytes: {type(value).__name__}")


def add_header(headers: Any, name: str, value: bytes) -> None:
    """Set the header in the list or dict that the producer will send."""
    if isinstance(headers, dict):
        headers[name] = value
        return
    headers[:] = [pair for pair in headers if pair[0] != name]
    headers.append((name, value))
