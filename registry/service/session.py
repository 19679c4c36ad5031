"""What every use case is given: the database, the settings, the parsed schemas."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection

from compat import Limits
from compat.cache import MemoryCache
from registry.errors import RegistryError
from registry.service.engine_time import EngineTime
from registry.service.histories import Histories
from registry.service.loading import ParsedSchemas
from registry.service.subject_marks import SubjectMarks
from registry.service.verdicts import Verdicts
from registry.settings import Settings
from registry.store import deletions
from registry.store.engine import Database

__all__ = ["Registry", "Session"]

T = TypeVar("T")

_REPLICA_TIMEOUT = 2

_LOG = logging.getLogger(__name__)


@dataclass(slots=True)
class _Notes:
    """What a transaction did that matters beyond its rows."""

    deletes: bool = False


@dataclass(frozen=True, slots=True)
class Session:
    """One connection, in a transaction when something is written."""

    db: Connection
    settings: Settings
    parsed: ParsedSchemas
    verdicts: Verdicts
    histories: Histories
    engine_time: EngineTime
    subject_marks: SubjectMarks
    notes: _Notes = field(default_factory=_Notes)

    def note_deletion(self) -> None:
        """Say that this transaction hides or deletes versions.

        Every process then drops the answers it has kept: see
        docs/explain/consistency.md.
        """
        self.notes.deletes = True

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

    def __init__(self, settings: Settings, *, lease: float = 0) -> None:
        """Prepare to serve; nothing is opened until it is used.

        ``lease`` is how long, in seconds, a process may serve what it keeps
        without asking a database that is not SQLite: a deletion there returns
        only after that time.
        """
        self.settings = settings
        self.engine_time = EngineTime()
        self._lease = lease
        self.database = Database(
            settings.database_url,
            pool_size=settings.threads + 2,
            timeout=settings.database_timeout,
            pooler=settings.pgbouncer,
        )
        self._replica = _replica(settings)
        self._parsed = ParsedSchemas(settings.parsed_cache_size)
        self._verdicts = MemoryCache(settings.verdict_cache_size)
        self._histories = Histories(settings.history_cache_size)
        self._subject_marks = SubjectMarks()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session for reading what is committed."""
        dear = None
        try:
            with self.database.reading() as db:
                session = self._session(db)
                dear = session.verdicts
                yield session
        finally:
            # On an error too: a refusal may have been dear to find.
            if dear is not None and dear.pending:
                self._write_verdicts(dear)

    def content(
        self,
        work: Callable[[Session], T],
        *,
        lasts: Callable[[T], bool],
        deletions_heard: int | None,
    ) -> T:
        """Return what ``work`` reads, from the replica where that is known to be right.

        Right is what ``lasts``, as only a deletion can change it, and comes
        from a replica that has each deletion that was heard of. Anything
        else, and what the replica does not have yet, is read from the
        database itself.
        """
        if self._replica is not None and deletions_heard is not None:
            found = self._replicated(self._replica, work, deletions_heard)
            if found is not None and lasts(found):
                return found
        with self.reading() as session:
            return work(session)

    def _replicated(
        self, replica: Database, work: Callable[[Session], T], deletions_heard: int
    ) -> T | None:
        try:
            with replica.reading() as db:
                # First: what is read after it is at least as new.
                if deletions.count(db) < deletions_heard:
                    return None
                return work(self._session(db))
        except RegistryError:
            return None

    def write(self, work: Callable[[Session], T], *, after: Session | None = None) -> T:
        """Run ``work`` in one transaction, again when the database asks for it.

        ``after`` is a session that has read, and may lend its connection.
        When it deleted something, return only once no process can still
        serve from before.
        """

        def transact(db: Connection) -> tuple[T, bool]:
            session = self._session(db)
            done = work(session)
            session.verdicts.write(db)
            if session.notes.deletes:
                deletions.count_one_more(db)
            return done, session.notes.deletes

        done, deleted = self.database.write(transact, on=after.db if after else None)
        if deleted and not self.database.sqlite:
            time.sleep(self._lease)
        return done

    def _session(self, db: Connection) -> Session:
        verdicts = Verdicts(db, self._verdicts)
        return Session(
            db,
            self.settings,
            self._parsed,
            verdicts,
            self._histories,
            self.engine_time,
            self._subject_marks,
        )

    def _write_verdicts(self, dear: Verdicts) -> None:
        try:
            self.database.write(dear.write)
        except RegistryError as error:
            # The answer stands; it only has to be found again elsewhere.
            _LOG.warning("a verdict could not be kept: %s", error)


def _replica(settings: Settings) -> Database | None:
    if not settings.read_database_url:
        return None
    return Database(
        settings.read_database_url,
        pool_size=settings.threads,
        # Soon given up, as there is another one to ask.
        timeout=min(settings.database_timeout, _REPLICA_TIMEOUT),
        pooler=settings.pgbouncer,
    )
