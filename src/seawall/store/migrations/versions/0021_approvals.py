"""Tables of rules in force and of two-party control."""

from alembic import op

revision = "0021"
down_revision = "0020"

_TABLES = """
CREATE TABLE access_rights (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT access_rights_pkey PRIMARY KEY,
    digest text NOT NULL,
    at timestamptz NOT NULL
);
CREATE TABLE access_requests (
    id text NOT NULL,
    action text NOT NULL,
    resource_kind text NOT NULL,
    resource_id text NOT NULL,
    readers text[],
    digest bytea NOT NULL,
    rights_digest text NOT NULL,
    requester text NOT NULL,
    human text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    glass boolean NOT NULL,
    asked_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    closed_at timestamptz,
    CONSTRAINT access_requests_pkey PRIMARY KEY (id),
    CONSTRAINT access_requests_requester_fkey FOREIGN KEY(requester) REFERENCES access_people (id)
);
CREATE UNIQUE INDEX access_requests_open_idx ON access_requests (action, resource_kind, resource_id)
    WHERE state IN ('waiting', 'approved');
CREATE TABLE access_votes (
    request text NOT NULL,
    human text NOT NULL,
    person text NOT NULL,
    passkey text NOT NULL,
    digest bytea NOT NULL,
    approves boolean NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT access_votes_pkey PRIMARY KEY (request, human),
    CONSTRAINT access_votes_request_fkey FOREIGN KEY(request) REFERENCES access_requests (id),
    CONSTRAINT access_votes_person_fkey FOREIGN KEY(person) REFERENCES access_people (id),
    CONSTRAINT access_votes_passkey_fkey FOREIGN KEY(passkey) REFERENCES access_passkeys (id)
);
CREATE TABLE access_glass_reviews (
    request text NOT NULL,
    human text NOT NULL,
    person text NOT NULL,
    justified boolean NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT access_glass_reviews_pkey PRIMARY KEY (request, human),
    CONSTRAINT access_glass_reviews_request_fkey FOREIGN KEY(request) REFERENCES access_requests (id),
    CONSTRAINT access_glass_reviews_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
