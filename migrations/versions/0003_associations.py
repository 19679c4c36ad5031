"""Associations: which topics a subject belongs to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "associations",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("subject", _NAME, nullable=False),
        sa.Column("resource_namespace", _NAME, nullable=False),
        sa.Column("resource_name", _NAME, nullable=False),
        sa.Column("resource_id", _NAME, nullable=False),
        sa.Column("resource_type", _NAME, nullable=False),
        sa.Column("association_type", _NAME, nullable=False),
        sa.Column("lifecycle", sa.Text(), nullable=False),
        sa.Column("frozen", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_associations"),
        sa.UniqueConstraint(
            "resource_id",
            "resource_type",
            "association_type",
            name="uq_associations_resource_id",
        ),
        sa.UniqueConstraint(
            "resource_name",
            "resource_namespace",
            "resource_type",
            "association_type",
            name="uq_associations_resource_name",
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_associations_subject", "associations", ["subject"])


def downgrade() -> None:
    op.drop_table("associations")
