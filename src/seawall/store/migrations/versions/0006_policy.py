"""Tables of the policy room."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create them."""
    op.execute("""
        CREATE TABLE policy_documents (
            digest text CONSTRAINT policy_documents_pkey PRIMARY KEY,
            body text NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE policy_versions (
            version integer CONSTRAINT policy_versions_pkey PRIMARY KEY,
            digest text NOT NULL CONSTRAINT policy_versions_digest_fkey REFERENCES policy_documents (digest),
            name text NOT NULL,
            by text NOT NULL,
            published_at timestamptz NOT NULL
        )
    """)
