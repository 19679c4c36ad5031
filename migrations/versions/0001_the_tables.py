"""The tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "contexts",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column(
            "last_schema_id", sa.BigInteger(), server_default="0", nullable=False
        ),
        sa.PrimaryKeyConstraint("id", name="pk_contexts"),
        sa.UniqueConstraint("name", name="uq_contexts_name"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "subjects",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("context_id", _KEY, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("bare_name", _NAME, nullable=False),
        sa.Column("revision", sa.BigInteger(), server_default="0", nullable=False),
        sa.Column("live", sa.Integer(), server_default="0", nullable=False),
        sa.Column("latest", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name="fk_subjects_context_id"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_subjects"),
        sa.UniqueConstraint("name", name="uq_subjects_name"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_subjects_bare_name", "subjects", ["bare_name"])
    op.create_index("ix_subjects_context_id_name", "subjects", ["context_id", "name"])
    op.create_table(
        "schemas",
        sa.Column("key", _KEY, nullable=False),
        sa.Column("context_id", _KEY, nullable=False),
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("likeness", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("refs", sa.Text()),
        sa.Column("metadata", sa.Text()),
        sa.Column("rule_set", sa.Text()),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["context_id"], ["contexts.id"], name="fk_schemas_context_id"
        ),
        sa.PrimaryKeyConstraint("key", name="pk_schemas"),
        sa.UniqueConstraint("context_id", "id", name="uq_schemas_context_id_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_schemas_context_id_digest", "schemas", ["context_id", "digest"])
    op.create_index("ix_schemas_guid", "schemas", ["guid"])
    op.create_table(
        "schema_references",
        sa.Column("schema_key", _KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("subject", _NAME, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schema_key"],
            ["schemas.key"],
            name="fk_schema_references_schema_key",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("schema_key", "position", name="pk_schema_references"),
    )
    op.create_index(
        "ix_schema_references_subject_version",
        "schema_references",
        ["subject", "version"],
    )
    op.create_table(
        "versions",
        sa.Column("subject_id", _KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("schema_key", _KEY, nullable=False),
        sa.Column("deleted", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["schema_key"], ["schemas.key"], name="fk_versions_schema_key"
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["subjects.id"],
            name="fk_versions_subject_id",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "number", name="pk_versions"),
    )
    op.create_index("ix_versions_schema_key", "versions", ["schema_key"])
    op.create_table(
        "configs",
        sa.Column("scope", _NAME, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_configs"),
    )
    op.create_table(
        "modes",
        sa.Column("scope", _NAME, nullable=False),
        sa.Column("mode", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name="pk_modes"),
    )


def downgrade() -> None:
    for table in (
        "modes",
        "configs",
        "versions",
        "schema_references",
        "schemas",
        "subjects",
        "contexts",
    ):
        op.drop_table(table)
