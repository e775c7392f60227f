"""Tables of sign-in through identity providers and devices, and of tokens of service accounts."""

from alembic import op

revision = "0023"
down_revision = "0022"

_TABLES = """
CREATE TABLE access_sign_ins (
    state bytea NOT NULL,
    provider text NOT NULL,
    nonce bytea NOT NULL,
    browser bytea NOT NULL,
    next text NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT access_sign_ins_pkey PRIMARY KEY (state)
);
CREATE INDEX access_sign_ins_ends_idx ON access_sign_ins (ends_at);
CREATE TABLE access_identities (
    id text NOT NULL,
    issuer text NOT NULL,
    subject bytea NOT NULL,
    person text NOT NULL,
    tied_at timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    CONSTRAINT access_identities_pkey PRIMARY KEY (id),
    CONSTRAINT access_identities_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE UNIQUE INDEX access_identities_subject_idx ON access_identities (issuer, subject);
CREATE UNIQUE INDEX access_identities_person_idx ON access_identities (person, issuer);
CREATE TABLE access_provider_sessions (
    session text NOT NULL,
    issuer text NOT NULL,
    subject bytea NOT NULL,
    sid bytea,
    CONSTRAINT access_provider_sessions_pkey PRIMARY KEY (session),
    CONSTRAINT access_provider_sessions_session_fkey FOREIGN KEY(session) REFERENCES access_sessions (id)
);
CREATE INDEX access_provider_sessions_subject_idx ON access_provider_sessions (issuer, subject);
CREATE INDEX access_provider_sessions_sid_idx ON access_provider_sessions (issuer, sid);
CREATE TABLE access_provider_logouts (
    issuer text NOT NULL,
    jti bytea NOT NULL,
    ends_at timestamptz NOT NULL,
    CONSTRAINT access_provider_logouts_pkey PRIMARY KEY (issuer, jti)
);
CREATE TABLE access_devices (
    id text NOT NULL,
    device_code bytea NOT NULL,
    user_code bytea NOT NULL,
    program text NOT NULL,
    bound_to bytea NOT NULL,
    asked_from bytea NOT NULL,
    state text NOT NULL,
    person text,
    session text,
    proof jsonb,
    interval_s integer NOT NULL,
    asked_at timestamptz NOT NULL,
    polled_at timestamptz,
    ends_at timestamptz NOT NULL,
    CONSTRAINT access_devices_pkey PRIMARY KEY (id),
    CONSTRAINT access_devices_person_fkey FOREIGN KEY(person) REFERENCES access_people (id),
    CONSTRAINT access_devices_session_fkey FOREIGN KEY(session) REFERENCES access_sessions (id),
    CONSTRAINT access_devices_device_code_key UNIQUE (device_code),
    CONSTRAINT access_devices_user_code_key UNIQUE (user_code)
);
CREATE INDEX access_devices_ends_idx ON access_devices (ends_at);
CREATE TABLE access_tokens (
    id text NOT NULL,
    person text NOT NULL,
    hash bytea NOT NULL,
    name text NOT NULL,
    owner text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    used_at timestamptz,
    ended_at timestamptz,
    ended_why text,
    CONSTRAINT access_tokens_pkey PRIMARY KEY (id),
    CONSTRAINT access_tokens_person_fkey FOREIGN KEY(person) REFERENCES access_people (id),
    CONSTRAINT access_tokens_hash_key UNIQUE (hash),
    CONSTRAINT access_tokens_owner_fkey FOREIGN KEY(owner) REFERENCES access_people (id)
);
CREATE INDEX access_tokens_person_idx ON access_tokens (person);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
