"""Feedback on commitments; where editions of the hub were delivered to."""

from alembic import op

revision = "0041"
down_revision = "0040"


def upgrade() -> None:
    """Make room for both; every text of feedback lies in the vault."""
    op.execute(
        "CREATE TABLE cases_feedback (id text PRIMARY KEY, framework text NOT NULL, about text NOT NULL, "
        "words text NOT NULL, contact text, language text NOT NULL, received_at timestamptz NOT NULL, "
        "answered_at timestamptz, answered_by text, answer text, public text, record text)"
    )
    op.execute("CREATE INDEX cases_feedback_open_idx ON cases_feedback (id) WHERE answered_at IS NULL")
    op.execute(
        "CREATE TABLE hub_deliveries (target text PRIMARY KEY, digest text NOT NULL, asked_at timestamptz NOT NULL, "
        "shown text, begun text, delivered_at timestamptz)"
    )
