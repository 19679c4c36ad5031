"""How many transactions have hidden or deleted versions: one row, one number."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from registry.store.tables import deletions

__all__ = ["count", "count_one_more"]


def count(db: Connection) -> int:
    """Return the number; it only ever goes up."""
    found: int = db.execute(select(deletions.c.count)).scalar_one()
    return found


def count_one_more(db: Connection) -> None:
    """Raise the number; last in a transaction, as its row is everybody's.

    The row stays locked until the commit: taken last, nothing is waited for
    while it is held.
    """
    db.execute(update(deletions).values(count=deletions.c.count + 1))
