"""Tables of people: identities, roles, factors, sessions."""

from alembic import op

revision = "0020"
down_revision = "0008"

_TABLES = """
CREATE TABLE access_people (
    id text NOT NULL,
    kind text NOT NULL,
    human text NOT NULL,
    handle bytea,
    profile text NOT NULL,
    source text NOT NULL,
    added_by text NOT NULL,
    vouched_by text,
    added_at timestamptz NOT NULL,
    active_since timestamptz,
    CONSTRAINT access_people_pkey PRIMARY KEY (id),
    CONSTRAINT access_people_human_fkey FOREIGN KEY(human) REFERENCES access_people (id),
    CONSTRAINT access_people_handle_key UNIQUE (handle)
);
CREATE INDEX access_people_human_idx ON access_people (human);
CREATE TABLE access_grants (
    id text NOT NULL,
    person text NOT NULL,
    role text NOT NULL,
    owner text NOT NULL,
    granted_by text NOT NULL,
    vouched_by text,
    granted_at timestamptz NOT NULL,
    review_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    CONSTRAINT access_grants_pkey PRIMARY KEY (id),
    CONSTRAINT access_grants_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE UNIQUE INDEX access_grants_held_idx ON access_grants (person, role) WHERE withdrawn_at IS NULL;
CREATE TABLE access_passwords (
    person text NOT NULL,
    hash text NOT NULL,
    set_at timestamptz NOT NULL,
    CONSTRAINT access_passwords_pkey PRIMARY KEY (person),
    CONSTRAINT access_passwords_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE TABLE access_totp (
    person text NOT NULL,
    id text NOT NULL,
    secret text NOT NULL,
    last_step bigint NOT NULL,
    begun_at timestamptz NOT NULL,
    enrolled_at timestamptz,
    CONSTRAINT access_totp_pkey PRIMARY KEY (person),
    CONSTRAINT access_totp_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE TABLE access_recovery_codes (
    hash bytea NOT NULL,
    person text NOT NULL,
    issued_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT access_recovery_codes_pkey PRIMARY KEY (hash),
    CONSTRAINT access_recovery_codes_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE INDEX access_recovery_codes_person_idx ON access_recovery_codes (person);
CREATE TABLE access_passkeys (
    id text NOT NULL,
    person text NOT NULL,
    name text NOT NULL,
    credential bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    backed_up boolean NOT NULL,
    enrolled_by text NOT NULL,
    vouched_by text,
    enrolled_at timestamptz NOT NULL,
    used_at timestamptz,
    removed_at timestamptz,
    CONSTRAINT access_passkeys_pkey PRIMARY KEY (id),
    CONSTRAINT access_passkeys_person_fkey FOREIGN KEY(person) REFERENCES access_people (id),
    CONSTRAINT access_passkeys_credential_key UNIQUE (credential)
);
CREATE INDEX access_passkeys_person_idx ON access_passkeys (person);
CREATE TABLE access_challenges (
    id text NOT NULL,
    purpose text NOT NULL,
    person text,
    challenge bytea NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT access_challenges_pkey PRIMARY KEY (id),
    CONSTRAINT access_challenges_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE TABLE access_attempts (
    person text NOT NULL,
    way text NOT NULL,
    failures integer NOT NULL,
    since timestamptz NOT NULL,
    locked_until timestamptz,
    CONSTRAINT access_attempts_pkey PRIMARY KEY (person, way),
    CONSTRAINT access_attempts_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE TABLE access_links (
    hash bytea NOT NULL,
    id text NOT NULL,
    person text NOT NULL,
    loopback_only boolean NOT NULL,
    issued_by text NOT NULL,
    vouched_by text,
    issued_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz,
    CONSTRAINT access_links_pkey PRIMARY KEY (hash),
    CONSTRAINT access_links_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE TABLE access_sessions (
    id text NOT NULL,
    person text NOT NULL,
    token bytea NOT NULL,
    previous bytea,
    bound_to bytea NOT NULL,
    proofs jsonb NOT NULL,
    vouched_by text,
    begun_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    rotated_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    ended_why text,
    CONSTRAINT access_sessions_pkey PRIMARY KEY (id),
    CONSTRAINT access_sessions_person_fkey FOREIGN KEY(person) REFERENCES access_people (id),
    CONSTRAINT access_sessions_token_key UNIQUE (token),
    CONSTRAINT access_sessions_previous_key UNIQUE (previous)
);
CREATE INDEX access_sessions_live_idx ON access_sessions (person) WHERE ended_at IS NULL;
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
