"""The engine's answers, kept in this process and, when dear, in the database."""

from __future__ import annotations

import hashlib
import json

from sqlalchemy import Connection

from compat import Reading
from compat.cache import Key, MemoryCache
from compat.from_json import reading_from, reading_to_json
from registry.service import clock
from registry.store import verdicts

__all__ = ["Verdicts"]

# Formats whose answers come from a search; the others' cost less than a query.
_SEARCHED = frozenset({"JSON"})

# Below this many steps, finding the answer again costs less than keeping it.
_DEAR = 2_000


class Verdicts:
    """A `compat.Cache` for one session, over the memory of the process.

    An answer that took more than two thousand steps is written to the
    database when the session ends, outlives the process and serves the other
    nodes. Answers never change, so nothing is ever stale.
    """

    def __init__(self, db: Connection, memory: MemoryCache) -> None:
        self._db = db
        self._memory = memory
        self._dear: dict[str, str] = {}

    def get(self, key: Key) -> Reading | None:
        """Return the answer that some process has found for ``key``, or None."""
        kept = self._memory.get(key)
        if kept is not None or key[0] not in _SEARCHED:
            return kept
        body = verdicts.find_verdict(self._db, _digest(key))
        if body is None:
            return None
        reading = reading_from(json.loads(body))
        self._memory.put(key, reading, 0)
        return reading

    def put(self, key: Key, reading: Reading, cost: int) -> None:
        """Keep an answer, and note it for `write` when it was dear."""
        self._memory.put(key, reading, cost)
        if cost >= _DEAR:
            body = json.dumps(reading_to_json(reading), ensure_ascii=False)
            self._dear[_digest(key)] = body

    @property
    def pending(self) -> bool:
        """Whether an answer waits to be written."""
        return bool(self._dear)

    def write(self, db: Connection) -> None:
        """Write the dear answers of this session."""
        for digest, body in self._dear.items():
            verdicts.keep_verdict(db, digest, body, clock.milliseconds())


def _digest(key: Key) -> str:
    return hashlib.sha256(json.dumps(key).encode()).hexdigest()
