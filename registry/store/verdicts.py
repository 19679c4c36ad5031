"""Answers of the engine that were dear to find, kept for every node."""

from __future__ import annotations

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from registry.store.tables import verdicts

__all__ = ["find_verdict", "keep_verdict"]


def find_verdict(db: Connection, digest: str) -> str | None:
    """Return the body kept for ``digest``; one query, by the primary key."""
    return db.scalar(select(verdicts.c.body).where(verdicts.c.digest == digest))


def keep_verdict(db: Connection, digest: str, body: str, created_at: int) -> None:
    """Keep ``body`` unless it is kept already; two nodes would keep the same."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    db.execute(
        dialect.insert(verdicts)
        .values(digest=digest, body=body, created_at=created_at)
        .on_conflict_do_nothing()
    )
