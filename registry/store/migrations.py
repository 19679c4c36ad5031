"""Migrations: where the database is, where it should be, and getting there.

A revision is a number of four digits, after its generation and a dot where
that is not 0: `0007`, `1.0008`. Within a generation steps only add, so a
release works on every database of its own generation that is as new as
itself or newer, and nodes of both releases can serve at once. A step that
takes something away begins the next generation.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib.resources import files

from sqlalchemy import Connection, column, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from registry.errors import NotMigrated, StoreUnavailable, TooNew
from registry.store.engine import Database
from registry.store.faults import is_lock_timeout, mapped

__all__ = ["current", "generation", "head", "require", "steps", "upgrade"]

_FOLDER = files("registry") / "migrations"
_REVISION = re.compile(r'^revision = "(.+)"$', re.MULTILINE)
_APPLIED = table("alembic_version", column("version_num"))

# Any number that no other user of the same database locks.
_ADVISORY_LOCK = 0x646F7665

# In seconds. A step that waits for a table's lock makes all who come after it wait,
# so it soon gives way, and tries again.
_STEP_TIMEOUT = 600
_LOCK_TIMEOUT = 2
_LOCK_ATTEMPTS = 60
_PAUSE = 0.5
_PATIENCE = 1800

_NEVER_IDLE = "SET LOCAL idle_in_transaction_session_timeout=0"


def current(db: Connection) -> str | None:
    """Return the revision that the database is at; None before the first."""
    if not inspect(db).has_table(_APPLIED.name):
        return None
    return db.scalar(select(_APPLIED.c.version_num))


def head() -> str:
    """Return the revision that this release brings a database to."""
    return steps()[-1]


def generation(revision: str) -> int:
    """Return the generation of a revision."""
    before, dot, _ = revision.partition(".")
    return int(before) if dot else 0


def require(found: str | None) -> str:
    """Return ``found``, a database's revision, if this release can serve it.

    Raises `NotMigrated` or `TooNew`.
    """
    if found is None or (found != head() and found in steps()):
        raise NotMigrated(found)
    if generation(found) != generation(head()):
        raise TooNew(found)
    return found


def upgrade(database: Database, *, to: str | None = None) -> Sequence[str]:
    """Bring the database to `head`, or ``to``; return the revisions that were missing.

    A database that is newer is left as it is.

    Nodes that start at once migrate once: one holds the write lock (SQLite)
    or an advisory lock (PostgreSQL) meanwhile, and the others then find
    nothing to do. On PostgreSQL each step is a transaction, so that what was
    done before a step that failed stays done.
    """
    if database.sqlite:
        return database.write(lambda db: _at_once(db, to or head()))
    with database.reading() as connection:
        if not _missing(connection, to or head()):
            return []
    patient = database.with_timeouts(_STEP_TIMEOUT, _LOCK_TIMEOUT)
    try:
        with _alone(patient) as connection:
            missing = _missing(connection, to or head())
            # The last question's portal would keep its snapshot, and building an
            # index concurrently would wait for that.
            connection.execute(text(_NEVER_IDLE))
            for revision in missing:
                _step(patient, revision)
    finally:
        patient.close()
    return missing


def _at_once(connection: Connection, to: str) -> Sequence[str]:
    if missing := _missing(connection, to):
        _run(connection, missing[-1])
    return missing


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """Hold the advisory lock, for a transaction as PgBouncer keeps no session.

    Asked for again and again rather than waited for: building an index
    concurrently would wait for the end of a statement that waits.
    """
    deadline = time.monotonic() + _PATIENCE
    while True:
        with database.writing() as connection:
            connection.execute(text(_NEVER_IDLE))
            taken = text("SELECT pg_try_advisory_xact_lock(:key)")
            if connection.scalar(taken, {"key": _ADVISORY_LOCK}):
                yield connection
                return
        if time.monotonic() > deadline:
            raise StoreUnavailable
        time.sleep(_PAUSE)


def _missing(connection: Connection, to: str) -> list[str]:
    """Return the steps from where the database is to ``to``, in their order."""
    found = current(connection)
    if found is not None and found not in steps():
        return []
    begin = 0 if found is None else steps().index(found) + 1
    return list(steps()[begin : steps().index(to) + 1])


def _step(database: Database, revision: str) -> None:
    for attempt in range(1, _LOCK_ATTEMPTS + 1):
        try:
            with database.engine.connect() as connection:
                _run(connection, revision)
            return
        except DBAPIError as error:
            if attempt == _LOCK_ATTEMPTS or not is_lock_timeout(error):
                raise mapped(error) from error
            time.sleep(_PAUSE)


def _run(connection: Connection, revision: str) -> None:
    # Here, as a database that is up to date needs none of it: most starts, and
    # every process that serves.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


@cache
def steps() -> Sequence[str]:
    """Return the revisions of this release, the oldest first."""
    versions = (_FOLDER / "versions").iterdir()
    texts = [each.read_text() for each in versions if each.name.endswith(".py")]
    found = [match[1] for text in texts if (match := _REVISION.search(text))]
    return sorted(found, key=lambda each: (generation(each), each))
