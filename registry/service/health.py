"""Whether this node can serve: its database answers and is migrated."""

from __future__ import annotations

from registry.service.session import Session
from registry.store import migrations

__all__ = ["revision"]


def revision(session: Session) -> str:
    """Return the database's revision.

    Raises `NotMigrated` when it lags, `TooNew` when it is beyond this release.
    """
    return migrations.require(migrations.current(session.db))
