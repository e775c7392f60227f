"""What a reviewer of broken glass says about it."""

from alembic import op

revision = "0037"
down_revision = "0035"


def upgrade() -> None:
    """Let a review carry words, which the vault keeps."""
    op.execute("ALTER TABLE access_glass_reviews ADD COLUMN words text")
