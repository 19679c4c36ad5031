"""A number that tells whether a list of subjects is still the same.

The database itself draws it, so that it is right whatever changes a subject: a node
of the release before too. Steps are of random length, so that a standby that was
promoted without a last change does not come to the number that the change had.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "contexts",
        sa.Column("listing", sa.BigInteger(), nullable=False, server_default="0"),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER subjects_live AFTER UPDATE ON subjects"
            " WHEN (OLD.live = 0) <> (NEW.live = 0) BEGIN"
            " UPDATE contexts SET listing = listing + 1 + (random() & 2147483647)"
            " WHERE id = OLD.context_id; END"
        )
        op.execute(
            "CREATE TRIGGER subjects_gone AFTER DELETE ON subjects BEGIN"
            " UPDATE contexts SET listing = listing + 1 + (random() & 2147483647)"
            " WHERE id = OLD.context_id; END"
        )
        return
    op.execute(
        "CREATE FUNCTION subjects_listed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " UPDATE contexts SET"
        " listing = listing + 1 + CAST(floor(random() * 2147483648) AS bigint)"
        " WHERE id = OLD.context_id; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER subjects_live AFTER UPDATE ON subjects FOR EACH ROW"
        " WHEN ((OLD.live = 0) <> (NEW.live = 0)) EXECUTE FUNCTION subjects_listed()"
    )
    op.execute(
        "CREATE TRIGGER subjects_gone AFTER DELETE ON subjects FOR EACH ROW"
        " EXECUTE FUNCTION subjects_listed()"
    )


def downgrade() -> None:
    for trigger in ("subjects_live", "subjects_gone"):
        if op.get_bind().dialect.name == "sqlite":
            op.execute(f"DROP TRIGGER {trigger}")
        else:
            op.execute(f"DROP TRIGGER {trigger} ON subjects")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION subjects_listed()")
    op.drop_column("contexts", "listing")
