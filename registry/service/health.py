"""Whether this node can serve: its database answers and is migrated."""

from __future__ import annotations

from registry.errors import NotMigrated
from registry.service.session import Session
from registry.store import migrations

__all__ = ["revision"]


def revision(session: Session) -> str:
    """Return the database's revision, or raise `NotMigrated` when it lags."""
    found = migrations.current(session.db)
    if found != migrations.head():
        raise NotMigrated(found)
    return found
