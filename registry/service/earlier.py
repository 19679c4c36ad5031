"""The versions that came before a candidate, each read as far as it is needed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import overload

from compat import Deferred, Schema
from registry.errors import StoreUnavailable
from registry.service.session import Session
from registry.store import schemas
from registry.store.values import StoredSchema, StoredVersion, VersionHead

__all__ = ["Earlier", "ParsedWhenRead"]

_BATCH = 100


@dataclass(frozen=True, slots=True)
class Earlier:
    """Versions of one subject, oldest first, by their ``heads``.

    Their rows, which hold the texts, are read when they are asked for, and none
    but those: of a long history, a check reads few. ``known`` are rows that have
    been read already, by key; ``subject`` is qualified.
    """

    session: Session
    subject: str
    heads: Sequence[VersionHead]
    known: Mapping[int, StoredSchema] = field(default_factory=dict)

    @classmethod
    def of(cls, session: Session, subject: str, *read: StoredVersion) -> Earlier:
        """Return versions that have been read already."""
        heads = [
            VersionHead(v.number, v.schema.key, v.schema.type, len(v.schema.text))
            for v in read
        ]
        return cls(session, subject, heads, {v.schema.key: v.schema for v in read})

    def only(self, heads: Sequence[VersionHead]) -> Earlier:
        """Return those of ``heads``, which are some of these."""
        if len(heads) == len(self.heads):
            return self
        return Earlier(self.session, self.subject, heads, self.known)

    def rows(self) -> Iterator[tuple[VersionHead, StoredSchema]]:
        """Yield each with its row; rows are read a hundred at once.

        Raises `StoreUnavailable` for one that has been deleted for good since
        its version was looked up: the whole has to be asked again.
        """
        return zip(self.heads, self._rows([h.key for h in self.heads]), strict=True)

    def parsed(self, keys: Sequence[int]) -> Iterator[tuple[int, Schema]]:
        """Yield keys, which are of these, and parsed schemas, in the order of keys.

        Only rows are read that the process has not kept parsed. Raises what
        `rows` does.
        """
        db, parsed = self.session.db, self.session.parsed
        for batch in _batches(keys):
            kept = {each: parsed.kept(each) for each in batch}
            rows = self._rows([each for each in batch if kept[each] is None])
            for key in batch:
                schema = kept[key]
                yield key, parsed.get(db, next(rows)) if schema is None else schema

    def _rows(self, keys: Sequence[int]) -> Iterator[StoredSchema]:
        for batch in _batches(keys):
            lacking = {each for each in batch if each not in self.known}
            read = schemas.find_by_keys(self.session.db, lacking) if lacking else {}
            for key in batch:
                row = self.known.get(key) or read.get(key)
                if row is None:
                    raise StoreUnavailable
                yield row


class ParsedWhenRead(Sequence[tuple[int, Schema | Deferred]]):
    """Numbers and schemas of versions, parsed when they are read, if not later.

    Deferred is what the process has parsed before and no longer keeps. What it has
    not is parsed with others just before it, ``at_once`` of them together.
    """

    def __init__(self, earlier: Earlier, *, at_once: int) -> None:
        self._earlier = earlier
        self._at_once = at_once
        self._parsed: dict[int, Schema] = {}

    def __len__(self) -> int:
        return len(self._earlier.heads)

    @overload
    def __getitem__(self, place: int) -> tuple[int, Schema | Deferred]: ...

    @overload
    def __getitem__(self, place: slice) -> ParsedWhenRead: ...

    def __getitem__(
        self, place: int | slice
    ) -> tuple[int, Schema | Deferred] | ParsedWhenRead:
        heads = self._earlier.heads
        if isinstance(place, slice):
            part = self._earlier.only(heads[place])
            return ParsedWhenRead(part, at_once=self._at_once)
        number, key = heads[place].number, heads[place].key
        kept = self._earlier.session.parsed
        if (schema := kept.kept(key)) is not None:
            return number, schema
        if (fingerprint := kept.fingerprint(key)) is not None:
            return number, Deferred(fingerprint, partial(self._parse, place))
        return number, self._parse(place)

    def _parse(self, place: int) -> Schema:
        heads = self._earlier.heads
        if heads[place].key not in self._parsed:
            end = place % len(heads) + 1
            window = [each.key for each in heads[max(0, end - self._at_once) : end]]
            known = self._earlier.session.parsed.fingerprint
            new = [key for key in window[:-1] if known(key) is None]
            self._parsed = dict(self._earlier.parsed([*new, window[-1]]))
        return self._parsed[heads[place].key]


def _batches(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
