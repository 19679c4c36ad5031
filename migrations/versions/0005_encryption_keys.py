"""Encryption keys: key encryption keys, and the data keys that they wrap."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "keks",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("kms_type", sa.Text(), nullable=False),
        sa.Column("kms_key_id", sa.Text(), nullable=False),
        sa.Column("kms_props", sa.Text(), nullable=True),
        sa.Column("doc", sa.Text(), nullable=True),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_keks"),
        sa.UniqueConstraint("name", name="uq_keks_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "deks",
        sa.Column("kek_id", _KEY, nullable=False),
        sa.Column("subject", _NAME, nullable=False),
        sa.Column("algorithm", _NAME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("encrypted_key_material", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["kek_id"], ["keks.id"], name="fk_deks_kek_id"),
        sa.PrimaryKeyConstraint(
            "kek_id", "subject", "algorithm", "version", name="pk_deks"
        ),
    )
    op.create_index("ix_deks_subject", "deks", ["subject"])


def downgrade() -> None:
    op.drop_table("deks")
    op.drop_table("keks")
