"""What was imposed on an account behind something graver, and does not show until that is over."""

from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    """Make room for it with the act."""
    op.execute("ALTER TABLE enforce_acts ADD COLUMN masked jsonb")
    op.execute("ALTER TABLE enforce_acts ADD COLUMN masked_reversed_at timestamptz")
