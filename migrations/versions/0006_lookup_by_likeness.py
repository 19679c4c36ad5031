"""An index that finds a schema by its content, however many versions there are."""

from __future__ import annotations

from alembic import op

from migrations.online import add_index

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_index("ix_schemas_likeness", "schemas", ["likeness"])


def downgrade() -> None:
    op.drop_index("ix_schemas_likeness", "schemas")
