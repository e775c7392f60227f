"""Tables of the outbox; of cases: links of the portal, reports, who filed what, where an account is reached."""

from alembic import op

revision = "0032"
down_revision = "0031"

_TABLES = """
CREATE TABLE outbox_endpoints (
    id text NOT NULL,
    project text NOT NULL,
    url text NOT NULL,
    private boolean NOT NULL,
    kinds text[] NOT NULL,
    secret text NOT NULL,
    added_at timestamptz NOT NULL,
    added_by text NOT NULL,
    ended_at timestamptz,
    CONSTRAINT outbox_endpoints_pkey PRIMARY KEY (id)
);
CREATE INDEX outbox_endpoints_project_idx ON outbox_endpoints (project) WHERE ended_at IS NULL;
CREATE TABLE outbox_events (
    id text NOT NULL,
    kind text NOT NULL,
    project text NOT NULL,
    about text NOT NULL,
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    CONSTRAINT outbox_events_pkey PRIMARY KEY (id)
);
CREATE INDEX outbox_events_about_idx ON outbox_events (about, id);
CREATE TABLE outbox_deliveries (
    id text NOT NULL,
    event text NOT NULL,
    channel text NOT NULL,
    endpoint text,
    address text,
    language text NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    again_at timestamptz,
    taken_at timestamptz,
    error text,
    CONSTRAINT outbox_deliveries_pkey PRIMARY KEY (id),
    CONSTRAINT outbox_deliveries_event_fkey FOREIGN KEY(event) REFERENCES outbox_events (id),
    CONSTRAINT outbox_deliveries_endpoint_fkey FOREIGN KEY(endpoint) REFERENCES outbox_endpoints (id)
);
CREATE INDEX outbox_deliveries_event_idx ON outbox_deliveries (event, id);
CREATE INDEX outbox_deliveries_endpoint_idx ON outbox_deliveries (endpoint, id);
CREATE INDEX outbox_deliveries_due_idx ON outbox_deliveries (again_at) WHERE state = 'waiting';
CREATE INDEX outbox_deliveries_dead_idx ON outbox_deliveries (id) WHERE state = 'dead';
CREATE TABLE outbox_attempts (
    delivery text NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    status integer,
    error text,
    CONSTRAINT outbox_attempts_pkey PRIMARY KEY (delivery, number),
    CONSTRAINT outbox_attempts_delivery_fkey FOREIGN KEY(delivery) REFERENCES outbox_deliveries (id)
);
CREATE TABLE cases_links (
    digest bytea NOT NULL,
    id text NOT NULL,
    kind text NOT NULL,
    about text NOT NULL,
    project text NOT NULL,
    key text NOT NULL,
    account text NOT NULL,
    exchange text,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    revoked_at timestamptz,
    CONSTRAINT cases_links_pkey PRIMARY KEY (digest),
    CONSTRAINT cases_links_id_key UNIQUE (id)
);
CREATE INDEX cases_links_ends_idx ON cases_links (ends_at);
CREATE TABLE cases_reports (
    "case" text NOT NULL,
    about text NOT NULL,
    place text NOT NULL,
    contact text,
    language text NOT NULL,
    CONSTRAINT cases_reports_pkey PRIMARY KEY ("case"),
    CONSTRAINT cases_reports_case_fkey FOREIGN KEY("case") REFERENCES cases_cases (id)
);
CREATE TABLE cases_filings (
    "case" text NOT NULL,
    filer text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    settled_at timestamptz,
    unfounded boolean,
    CONSTRAINT cases_filings_pkey PRIMARY KEY ("case"),
    CONSTRAINT cases_filings_case_fkey FOREIGN KEY("case") REFERENCES cases_cases (id)
);
CREATE INDEX cases_filings_filer_idx ON cases_filings (filer, kind, settled_at);
CREATE TABLE cases_filer_acts (
    id text NOT NULL,
    filer text NOT NULL,
    kind text NOT NULL,
    what text NOT NULL,
    at timestamptz NOT NULL,
    until timestamptz,
    settled integer NOT NULL,
    unfounded integer NOT NULL,
    lifted_at timestamptz,
    lifted_by text,
    CONSTRAINT cases_filer_acts_pkey PRIMARY KEY (id)
);
CREATE INDEX cases_filer_acts_filer_idx ON cases_filer_acts (filer, kind, id);
CREATE TABLE cases_contacts (
    account text NOT NULL,
    project text NOT NULL,
    address text NOT NULL,
    language text NOT NULL,
    said_at timestamptz NOT NULL,
    CONSTRAINT cases_contacts_pkey PRIMARY KEY (account)
);
ALTER TABLE cases_notices ALTER COLUMN decision DROP NOT NULL;
ALTER TABLE cases_notices ADD COLUMN act text;
ALTER TABLE cases_notices ADD CONSTRAINT cases_notices_act_key UNIQUE (act);
ALTER TABLE cases_notices ADD CONSTRAINT cases_notices_act_fkey FOREIGN KEY(act) REFERENCES cases_filer_acts (id);
CREATE INDEX cases_notices_undelivered_idx ON cases_notices (id) WHERE given_at IS NULL;
"""


def upgrade() -> None:
    """Make the tables."""
    op.execute(_TABLES)
