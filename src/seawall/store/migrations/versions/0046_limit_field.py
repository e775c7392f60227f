"""How an upstream of Chat Completions calls the limit of tokens."""

from alembic import op

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    """Keep for every model what was sent so far."""
    op.execute("ALTER TABLE access_models ADD COLUMN limit_field text NOT NULL DEFAULT 'max_tokens'")
    op.execute("ALTER TABLE access_models ALTER COLUMN limit_field DROP DEFAULT")
