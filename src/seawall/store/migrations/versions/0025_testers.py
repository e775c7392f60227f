"""Tables of outside testers: engagements, who was validated for them, their keys, what they used."""

from alembic import op

revision = "0025"
down_revision = "0024"

_TABLES = """
CREATE TABLE access_engagements (
    id text NOT NULL,
    project text NOT NULL,
    organisation text NOT NULL,
    purpose text NOT NULL,
    owner text NOT NULL,
    begins timestamptz NOT NULL,
    ends timestamptz NOT NULL,
    models text[] NOT NULL,
    addresses text[] NOT NULL,
    request_budget bigint,
    token_budget bigint,
    safeguards boolean NOT NULL,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    ended_at timestamptz,
    ended_why text,
    CONSTRAINT access_engagements_pkey PRIMARY KEY (id),
    CONSTRAINT access_engagements_project_fkey FOREIGN KEY(project) REFERENCES access_projects (id),
    CONSTRAINT access_engagements_owner_fkey FOREIGN KEY(owner) REFERENCES access_people (id)
);
CREATE TABLE access_testers (
    engagement text NOT NULL,
    person text NOT NULL,
    checked text NOT NULL,
    validated_by text NOT NULL,
    validated_at timestamptz NOT NULL,
    removed_at timestamptz,
    CONSTRAINT access_testers_pkey PRIMARY KEY (engagement, person),
    CONSTRAINT access_testers_engagement_fkey FOREIGN KEY(engagement) REFERENCES access_engagements (id),
    CONSTRAINT access_testers_person_fkey FOREIGN KEY(person) REFERENCES access_people (id)
);
CREATE TABLE access_tester_keys (
    key text NOT NULL,
    engagement text NOT NULL,
    person text NOT NULL,
    request_budget bigint,
    token_budget bigint,
    CONSTRAINT access_tester_keys_pkey PRIMARY KEY (key),
    CONSTRAINT access_tester_keys_key_fkey FOREIGN KEY(key) REFERENCES access_keys (id),
    CONSTRAINT access_tester_keys_engagement_fkey FOREIGN KEY(engagement, person)
        REFERENCES access_testers (engagement, person)
);
CREATE INDEX access_tester_keys_engagement_idx ON access_tester_keys (engagement);
CREATE TABLE access_tester_usage (
    scope text NOT NULL,
    requests bigint NOT NULL,
    tokens bigint NOT NULL,
    CONSTRAINT access_tester_usage_pkey PRIMARY KEY (scope)
);
CREATE TABLE access_tester_safeguards (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT access_tester_safeguards_pkey PRIMARY KEY,
    engagement text NOT NULL,
    safeguards boolean NOT NULL,
    approval text,
    by text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT access_tester_safeguards_approval_key UNIQUE (approval),
    CONSTRAINT access_tester_safeguards_approval_fkey FOREIGN KEY(approval) REFERENCES access_requests (id),
    CONSTRAINT access_tester_safeguards_engagement_fkey FOREIGN KEY(engagement) REFERENCES access_engagements (id)
);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
