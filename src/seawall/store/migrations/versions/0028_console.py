"""Searches of the audit by digest, sign-ins that came back, and what was done alone."""

from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """Keep what was looked for, nothing of sign-ins that were only begun, and find broken glass without a search."""
    op.execute("CREATE TABLE audit_searches (search bytea PRIMARY KEY, at timestamptz NOT NULL)")
    op.execute("CREATE INDEX audit_searches_at_idx ON audit_searches (at)")
    op.execute("DELETE FROM access_sign_ins")
    for column in ("provider", "nonce", "browser", "next"):
        op.execute(f"ALTER TABLE access_sign_ins DROP COLUMN {column}")
    op.execute("CREATE INDEX access_requests_glass_idx ON access_requests (asked_at) WHERE glass")
