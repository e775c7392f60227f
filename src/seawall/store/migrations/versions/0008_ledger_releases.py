"""Where each release of bodies ends, so that a lost directory can be made again byte for byte."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the column."""
    op.execute("ALTER TABLE ledger_state ADD COLUMN ends bigint[] NOT NULL DEFAULT '{}'")
