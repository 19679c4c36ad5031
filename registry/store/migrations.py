"""Migrations: where the database is, where it should be, and getting there."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from registry.store.engine import Database

__all__ = ["current", "head", "upgrade"]

# Any number that no other user of the same database locks.
_ADVISORY_LOCK = 0x646F7665


def current(db: Connection) -> str | None:
    """Return the revision that the database is at; None before the first."""
    return MigrationContext.configure(db).get_current_revision()


@cache
def head() -> str:
    """Return the revision that this release needs."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise RuntimeError("the package has no migrations")
    return newest


def upgrade(database: Database) -> None:
    """Bring the database to `head`, in one transaction.

    Nodes that start at once migrate once: the first holds an advisory lock
    (PostgreSQL) or the write lock (SQLite) until it commits, and the others
    then find nothing to do.
    """
    config = _config()
    with database.writing() as connection:
        if not database.sqlite:
            connection.execute(
                text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK}
            )
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("registry") / "migrations"))
    return config
