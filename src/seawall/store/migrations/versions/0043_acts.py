"""Releases and what they rest on."""

from alembic import op

revision = "0043"
down_revision = "0039"


def upgrade() -> None:
    """Make room for releases and their documents."""
    op.execute("""
        CREATE TABLE risk_releases (
            id text PRIMARY KEY,
            model text NOT NULL,
            version text NOT NULL,
            applies text NOT NULL,
            risk text NOT NULL,
            conditions text[] NOT NULL,
            expires_at timestamptz NOT NULL,
            state text NOT NULL,
            proposed_by text NOT NULL,
            proposed_human text NOT NULL,
            proposed_at timestamptz NOT NULL,
            decided_by text,
            decided_at timestamptz,
            statement text,
            missing text[] NOT NULL,
            record text,
            reason text,
            reason_code text,
            withdrawn_by text,
            withdrawn_at timestamptz
        )
    """)
    op.execute("""
        CREATE UNIQUE INDEX risk_releases_proposed_idx ON risk_releases (model, version, applies)
        WHERE state = 'proposed'
    """)
    op.execute("""
        CREATE TABLE risk_documents (
            release text NOT NULL REFERENCES risk_releases (id),
            title text NOT NULL,
            part text NOT NULL,
            sha256 text NOT NULL,
            item text,
            PRIMARY KEY (release, title)
        )
    """)
