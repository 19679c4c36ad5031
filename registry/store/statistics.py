"""How much is stored."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from registry.store.tables import schemas, subjects

__all__ = ["Counts", "counts"]


@dataclass(frozen=True, slots=True)
class Counts:
    """Subjects that are live, their live versions, and all schemas."""

    subjects: int
    live: int
    schemas: int


def counts(db: Connection) -> Counts:
    """Count what is stored; the cost grows with the number of rows."""
    subject_count, live = db.execute(
        select(func.count(), func.coalesce(func.sum(subjects.c.live), 0)).where(
            subjects.c.live > 0
        )
    ).one()
    total = db.scalar(select(func.count()).select_from(schemas)) or 0
    return Counts(subject_count, int(live), total)
