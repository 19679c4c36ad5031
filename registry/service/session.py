"""What every use case is given: the database, the settings, the parsed schemas."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection

from compat import Limits
from registry.service.loading import ParsedSchemas
from registry.settings import Settings
from registry.store.engine import Database

__all__ = ["Registry", "Session"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Session:
    """One connection, in a transaction when something is written."""

    db: Connection
    settings: Settings
    parsed: ParsedSchemas

    @property
    def limits(self) -> Limits:
        """The bounds on a schema that a client sends."""
        return Limits(
            text_bytes=self.settings.max_schema_bytes,
            depth=self.settings.max_schema_depth,
            references=self.settings.max_references,
        )


class Registry:
    """One registry over one database; any number may serve the same database."""

    def __init__(self, settings: Settings) -> None:
        """Prepare to serve; nothing is opened until it is used."""
        self.settings = settings
        self.database = Database(
            settings.database_url,
            pool_size=settings.threads + 2,
            timeout=settings.database_timeout,
        )
        self._parsed = ParsedSchemas(settings.parsed_cache_size)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading what is committed."""
        with self.database.reading() as db:
            yield Session(db, self.settings, self._parsed)

    def write(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` in one transaction, again when the database asks for it."""
        return self.database.write(
            lambda db: work(Session(db, self.settings, self._parsed))
        )
