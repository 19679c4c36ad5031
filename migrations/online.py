"""Changes to tables that are in use, which would otherwise keep writers waiting."""

from __future__ import annotations

from collections.abc import Sequence

from alembic import op
from sqlalchemy import text

__all__ = ["add_index"]


def add_index(name: str, table: str, columns: Sequence[str]) -> None:
    """Build an index while others write to the table.

    PostgreSQL does so outside a transaction, so a step does this alone. What
    an attempt that was cut short has left behind is dropped first.
    """
    if op.get_bind().dialect.name != "postgresql":
        op.create_index(name, table, columns)
        return
    with op.get_context().autocommit_block():
        op.execute(text(f'DROP INDEX CONCURRENTLY IF EXISTS "{name}"'))
        op.create_index(name, table, columns, postgresql_concurrently=True)
