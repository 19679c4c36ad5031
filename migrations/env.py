"""Alembic's entry: runs on the connection that `registry.store.migrations` opened."""

from __future__ import annotations

from alembic import context

from registry.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
