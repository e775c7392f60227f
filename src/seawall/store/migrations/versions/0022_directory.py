"""Tables of directories: their tokens, the people and groups that they provision, and the roles that groups give."""

from alembic import op

revision = "0022"
down_revision = "0021"

_TABLES = """
ALTER TABLE access_people ADD COLUMN deactivated_by text;
CREATE TABLE access_directories (
    id text NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    added_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT access_directories_pkey PRIMARY KEY (id),
    CONSTRAINT access_directories_owner_fkey FOREIGN KEY(owner) REFERENCES access_people (id)
);
CREATE UNIQUE INDEX access_directories_name_idx ON access_directories (name) WHERE ended_at IS NULL;
CREATE TABLE access_directory_tokens (
    id text NOT NULL,
    directory text NOT NULL,
    hash bytea NOT NULL,
    issued_by text NOT NULL,
    issued_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT access_directory_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT access_directory_tokens_hash_key UNIQUE (hash),
    CONSTRAINT access_directory_tokens_directory_fkey FOREIGN KEY(directory) REFERENCES access_directories (id)
);
CREATE INDEX access_directory_tokens_directory_idx ON access_directory_tokens (directory);
CREATE TABLE access_directory_people (
    id text NOT NULL,
    directory text NOT NULL,
    name_key bytea NOT NULL,
    external_key bytea,
    profile text NOT NULL,
    says_active boolean NOT NULL,
    version bigint NOT NULL,
    added_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    deleted_at timestamptz,
    CONSTRAINT access_directory_people_pkey PRIMARY KEY (id),
    CONSTRAINT access_directory_people_id_fkey FOREIGN KEY(id) REFERENCES access_people (id),
    CONSTRAINT access_directory_people_directory_fkey FOREIGN KEY(directory) REFERENCES access_directories (id)
);
CREATE UNIQUE INDEX access_directory_people_name_idx ON access_directory_people (directory, name_key)
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX access_directory_people_external_idx ON access_directory_people (directory, external_key)
    WHERE deleted_at IS NULL;
CREATE INDEX access_directory_people_gone_idx ON access_directory_people (directory, name_key)
    WHERE deleted_at IS NOT NULL;
CREATE TABLE access_groups (
    id text NOT NULL,
    directory text NOT NULL,
    name text NOT NULL,
    name_key bytea NOT NULL,
    external_id text,
    external_key bytea,
    version bigint NOT NULL,
    added_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    CONSTRAINT access_groups_pkey PRIMARY KEY (id),
    CONSTRAINT access_groups_directory_fkey FOREIGN KEY(directory) REFERENCES access_directories (id)
);
CREATE INDEX access_groups_name_idx ON access_groups (directory, name_key);
CREATE TABLE access_group_members (
    "group" text NOT NULL,
    person text NOT NULL,
    CONSTRAINT access_group_members_pkey PRIMARY KEY ("group", person),
    CONSTRAINT access_group_members_group_fkey FOREIGN KEY("group") REFERENCES access_groups (id) ON DELETE CASCADE,
    CONSTRAINT access_group_members_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE INDEX access_group_members_person_idx ON access_group_members (person);
CREATE TABLE access_group_roles (
    "group" text NOT NULL,
    role text NOT NULL,
    mapped_by text NOT NULL,
    mapped_at timestamptz NOT NULL,
    CONSTRAINT access_group_roles_pkey PRIMARY KEY ("group", role),
    CONSTRAINT access_group_roles_group_fkey FOREIGN KEY("group") REFERENCES access_groups (id) ON DELETE CASCADE
);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
