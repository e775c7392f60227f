"""Tables of the hub: texts for the public, their versions, editions of the site."""

from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Keep what is published, and in which order."""
    op.execute("CREATE TABLE hub_texts (digest text PRIMARY KEY, source bytea NOT NULL)")
    op.execute("""
        CREATE TABLE hub_versions (
            document text NOT NULL,
            version integer NOT NULL,
            digest text NOT NULL REFERENCES hub_texts (digest),
            dated date NOT NULL,
            published_at timestamptz NOT NULL,
            PRIMARY KEY (document, version)
        )
    """)
    op.execute("""
        CREATE TABLE hub_editions (
            edition integer PRIMARY KEY,
            digest text NOT NULL UNIQUE,
            record text NOT NULL,
            published_at timestamptz NOT NULL
        )
    """)
