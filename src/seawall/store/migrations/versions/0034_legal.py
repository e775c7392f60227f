"""Tables of legal requests, and notices of cases that tell of one."""

from alembic import op

revision = "0034"
down_revision = "0033"

_TABLES = """
CREATE TABLE legal_requests (
    id text NOT NULL,
    kind text NOT NULL,
    tier text NOT NULL,
    country text NOT NULL,
    channel text NOT NULL,
    state text NOT NULL,
    received_at timestamptz NOT NULL,
    taken_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    taken_by text NOT NULL,
    scope jsonb NOT NULL,
    granted jsonb,
    papers text NOT NULL,
    document text NOT NULL,
    document_sha256 text NOT NULL,
    verified_by text,
    verified_at timestamptz,
    reviewer text,
    reviewer_human text,
    reviewed_at timestamptz,
    approver text,
    approver_human text,
    approved_at timestamptz,
    objected boolean NOT NULL,
    noticed_at timestamptz,
    outcome text,
    reason_code text,
    closed_at timestamptz,
    closed_by text,
    CONSTRAINT legal_requests_pkey PRIMARY KEY (id)
);
CREATE INDEX legal_requests_open_idx ON legal_requests (due_at, id) WHERE state <> 'closed';
CREATE INDEX legal_requests_received_idx ON legal_requests (received_at);
CREATE INDEX legal_requests_untold_idx ON legal_requests (id) WHERE noticed_at IS NULL AND approved_at IS NOT NULL;
CREATE TABLE legal_events (
    seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    request text NOT NULL,
    at timestamptz NOT NULL,
    what text NOT NULL,
    by text NOT NULL,
    told jsonb NOT NULL,
    item text,
    CONSTRAINT legal_events_pkey PRIMARY KEY (seq),
    CONSTRAINT legal_events_request_fkey FOREIGN KEY(request) REFERENCES legal_requests (id)
);
CREATE INDEX legal_events_request_idx ON legal_events (request, seq);
CREATE TABLE legal_preservations (
    id text NOT NULL,
    request text NOT NULL,
    taken_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    renewals integer NOT NULL,
    manifest_sha256 text NOT NULL,
    released_at timestamptz,
    CONSTRAINT legal_preservations_pkey PRIMARY KEY (id),
    CONSTRAINT legal_preservations_request_key UNIQUE (request),
    CONSTRAINT legal_preservations_request_fkey FOREIGN KEY(request) REFERENCES legal_requests (id)
);
CREATE INDEX legal_preservations_open_idx ON legal_preservations (expires_at) WHERE released_at IS NULL;
CREATE TABLE legal_preserved (
    preservation text NOT NULL,
    item text NOT NULL,
    hold text NOT NULL,
    CONSTRAINT legal_preserved_pkey PRIMARY KEY (preservation, item),
    CONSTRAINT legal_preserved_preservation_fkey FOREIGN KEY(preservation) REFERENCES legal_preservations (id)
);
CREATE TABLE legal_bars (
    seq bigint GENERATED ALWAYS AS IDENTITY NOT NULL,
    request text NOT NULL,
    reason text NOT NULL,
    until timestamptz,
    by text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT legal_bars_pkey PRIMARY KEY (seq),
    CONSTRAINT legal_bars_request_fkey FOREIGN KEY(request) REFERENCES legal_requests (id)
);
CREATE INDEX legal_bars_request_idx ON legal_bars (request, seq);
CREATE TABLE legal_productions (
    request text NOT NULL,
    to_item text NOT NULL,
    manifest text NOT NULL,
    manifest_sha256 text NOT NULL,
    file_sha256 text NOT NULL,
    items integer NOT NULL,
    left_out integer NOT NULL,
    prepared_by text NOT NULL,
    prepared_at timestamptz NOT NULL,
    times integer NOT NULL,
    produced_at timestamptz,
    delivered_at timestamptz,
    CONSTRAINT legal_productions_pkey PRIMARY KEY (request),
    CONSTRAINT legal_productions_request_fkey FOREIGN KEY(request) REFERENCES legal_requests (id)
);
CREATE TABLE legal_statistics (
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    body jsonb NOT NULL,
    closed_at timestamptz NOT NULL,
    CONSTRAINT legal_statistics_pkey PRIMARY KEY (since)
);
"""
_NOTICES = """
ALTER TABLE cases_notices ADD COLUMN legal_request text;
ALTER TABLE cases_notices
    ADD CONSTRAINT cases_notices_about_check CHECK (num_nonnulls(decision, act, legal_request) = 1);
ALTER TABLE cases_notices
    ADD CONSTRAINT cases_notices_legal_request_account_key UNIQUE (legal_request, account);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
    op.execute(_NOTICES)
