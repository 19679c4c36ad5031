"""Modes by scope: a qualified subject, or `:.context:` for a context."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.tables import modes

__all__ = ["delete_mode", "delete_modes_below", "find_mode", "find_modes", "put_mode"]


def find_mode(db: Connection, scope: str) -> str | None:
    """Return the mode stored for ``scope``; one query, by the primary key."""
    return db.scalar(select(modes.c.mode).where(modes.c.scope == scope))


def find_modes(db: Connection, scopes: Sequence[str]) -> dict[str, str]:
    """Return what is stored for each of ``scopes``, in one query."""
    query = select(modes.c.scope, modes.c.mode).where(modes.c.scope.in_(scopes))
    return {row[0]: row[1] for row in db.execute(query)}


def put_mode(db: Connection, scope: str, mode: str) -> None:
    """Store the mode of ``scope``, in place of what was there."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    db.execute(
        dialect.insert(modes)
        .values(scope=scope, mode=mode)
        .on_conflict_do_update(index_elements=["scope"], set_={"mode": mode})
    )


def delete_mode(db: Connection, scope: str) -> str | None:
    """Forget the mode of ``scope``, and return what it was."""
    return db.scalar(
        delete(modes).where(modes.c.scope == scope).returning(modes.c.mode)
    )


def delete_modes_below(db: Connection, prefix: str) -> None:
    """Forget the mode of each subject whose qualified name starts so.

    An empty prefix means the default context, whose names start with no `:.`.
    """
    if prefix:
        below = (modes.c.scope > prefix) & (modes.c.scope < prefix + "\U0010ffff")
    else:
        below = (modes.c.scope < ":.") | (modes.c.scope >= ":/")
    db.execute(delete(modes).where(below))
