"""Organisations, whose projects are, and which may be banned."""

from alembic import op

revision = "0039"
down_revision = "0037"


def upgrade() -> None:
    """Make room for them; no project belongs to one until somebody says so."""
    op.execute(
        "CREATE TABLE access_organisations (id text PRIMARY KEY, name text NOT NULL UNIQUE, "
        "added_at timestamptz NOT NULL, banned_at timestamptz, reason text)"
    )
    op.execute("ALTER TABLE access_projects ADD COLUMN organisation text REFERENCES access_organisations (id)")
    op.execute("CREATE INDEX access_projects_organisation_idx ON access_projects (organisation)")
