"""A count of deletions, by which every process knows that its cache is stale."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("deletions", sa.Column("count", sa.BigInteger(), nullable=False))
    op.execute("INSERT INTO deletions (count) VALUES (0)")


def downgrade() -> None:
    op.drop_table("deletions")
