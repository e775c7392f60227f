"""Tables of privacy requests, of whom nothing is learned from, of contested facts, of periods, of exported labels."""

from alembic import op

revision = "0026"
down_revision = "0025"

_TABLES = """
CREATE TABLE access_privacy_requests (
    id text NOT NULL,
    wish text NOT NULL,
    kind text NOT NULL,
    subjects text[] NOT NULL,
    state text NOT NULL,
    asked_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    taken_by text NOT NULL,
    checked text,
    checked_by text,
    checked_at timestamptz,
    closed_at timestamptz,
    closed_by text,
    answer jsonb,
    CONSTRAINT access_privacy_requests_pkey PRIMARY KEY (id)
);
CREATE INDEX access_privacy_requests_open_idx ON access_privacy_requests (due_at) WHERE closed_at IS NULL;
CREATE TABLE access_opt_outs (
    subject text NOT NULL,
    request text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT access_opt_outs_pkey PRIMARY KEY (subject),
    CONSTRAINT access_opt_outs_request_fkey FOREIGN KEY(request) REFERENCES access_privacy_requests (id)
);
CREATE TABLE access_privacy_notes (
    item text NOT NULL,
    account text NOT NULL,
    request text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT access_privacy_notes_pkey PRIMARY KEY (item),
    CONSTRAINT access_privacy_notes_request_fkey FOREIGN KEY(request) REFERENCES access_privacy_requests (id)
);
CREATE INDEX access_privacy_notes_account_idx ON access_privacy_notes (account);
CREATE TABLE access_retention (
    seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT access_retention_pkey PRIMARY KEY,
    days jsonb NOT NULL,
    backups_kept_days integer NOT NULL,
    at timestamptz NOT NULL
);
CREATE TABLE gateway_label_exports (
    file_digest text NOT NULL,
    exchange text NOT NULL,
    account text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT gateway_label_exports_pkey PRIMARY KEY (file_digest, exchange)
);
CREATE INDEX gateway_label_exports_account_idx ON gateway_label_exports (account);
CREATE INDEX vault_items_owner_idx ON vault_items (owner);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
