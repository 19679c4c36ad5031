"""${message}.

Old nodes keep running while this applies: expand first, contract in a later
release. A step that takes something away begins the next generation
(registry/store/migrations.py), and says `unused_since = "RELEASE"`.
An index on a table in use is built by `registry.migrations.online.add_index`.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
