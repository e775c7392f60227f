"""Tables of the access room."""

from alembic import op

revision = "0004"
down_revision = "0003"

_TABLES = """
CREATE TABLE access_projects (
    id text CONSTRAINT access_projects_pkey PRIMARY KEY,
    name text NOT NULL CONSTRAINT access_projects_name_key UNIQUE,
    zero_retention boolean NOT NULL,
    images_allowed boolean NOT NULL,
    appends_notices boolean NOT NULL,
    steer_share double precision NOT NULL,
    country text NOT NULL,
    created_at timestamptz NOT NULL,
    archived_at timestamptz
);
CREATE TABLE access_models (
    project text NOT NULL CONSTRAINT access_models_project_fkey REFERENCES access_projects (id),
    name text NOT NULL,
    api text NOT NULL,
    base_url text NOT NULL,
    model text NOT NULL,
    timeout_s double precision NOT NULL,
    retries integer NOT NULL,
    private boolean NOT NULL,
    credential text,
    CONSTRAINT access_models_pkey PRIMARY KEY (project, name)
);
CREATE TABLE access_keys (
    id text CONSTRAINT access_keys_pkey PRIMARY KEY,
    project text NOT NULL CONSTRAINT access_keys_project_fkey REFERENCES access_projects (id),
    name text NOT NULL,
    hash bytea NOT NULL CONSTRAINT access_keys_hash_key UNIQUE,
    prefix text NOT NULL,
    zero_retention boolean,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz
);
CREATE INDEX access_keys_project_idx ON access_keys (project);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
