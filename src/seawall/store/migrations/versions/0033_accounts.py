"""Labels, references and limits of accounts; rules about accounts, what they count and what they did."""

from alembic import op

revision = "0033"
down_revision = "0032"

_TABLES = """
ALTER TABLE enforce_standing_changes ADD COLUMN limits text[] NOT NULL DEFAULT '{}';
CREATE INDEX enforce_accounts_key_idx ON enforce_accounts (key, id);
CREATE TABLE enforce_labels (
    id text NOT NULL,
    account text NOT NULL,
    name text NOT NULL,
    reason_code text NOT NULL,
    by text,
    decision text,
    at timestamptz NOT NULL,
    expires_at timestamptz,
    ended_at timestamptz,
    ended_by text,
    end_code text,
    reversed_at timestamptz,
    CONSTRAINT enforce_labels_pkey PRIMARY KEY (id),
    CONSTRAINT enforce_labels_account_fkey FOREIGN KEY(account) REFERENCES enforce_accounts (id)
);
CREATE INDEX enforce_labels_account_idx ON enforce_labels (account, id);
CREATE INDEX enforce_labels_name_idx ON enforce_labels (name, account) WHERE ended_at IS NULL;
CREATE INDEX enforce_labels_decision_idx ON enforce_labels (decision) WHERE decision IS NOT NULL;
CREATE TABLE enforce_references (
    account text NOT NULL,
    what text NOT NULL,
    digest bytea NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT enforce_references_pkey PRIMARY KEY (account, what, digest),
    CONSTRAINT enforce_references_account_fkey FOREIGN KEY(account) REFERENCES enforce_accounts (id)
);
CREATE INDEX enforce_references_digest_idx ON enforce_references (digest, what, account);
CREATE TABLE enforce_triggers (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    decision text NOT NULL,
    exchange text NOT NULL,
    account text NOT NULL,
    key text NOT NULL,
    project text NOT NULL,
    at timestamptz NOT NULL,
    entered_at timestamptz NOT NULL,
    CONSTRAINT enforce_triggers_pkey PRIMARY KEY (seq),
    CONSTRAINT enforce_triggers_decision_key UNIQUE (decision)
);
CREATE INDEX enforce_triggers_at_idx ON enforce_triggers (at);
CREATE TABLE enforce_sightings (
    exchange text NOT NULL,
    side text NOT NULL,
    category text NOT NULL,
    trigger bigint NOT NULL,
    decision text NOT NULL,
    account text NOT NULL,
    key text NOT NULL,
    sure boolean NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT enforce_sightings_pkey PRIMARY KEY (exchange, side, category),
    CONSTRAINT enforce_sightings_trigger_fkey FOREIGN KEY(trigger) REFERENCES enforce_triggers (seq)
        ON DELETE CASCADE
);
CREATE INDEX enforce_sightings_account_idx ON enforce_sightings (account, side, category, at, trigger, sure);
CREATE INDEX enforce_sightings_key_idx ON enforce_sightings (key, side, category, at, trigger, sure, account);
CREATE INDEX enforce_sightings_decision_idx ON enforce_sightings (decision);
CREATE INDEX enforce_sightings_trigger_idx ON enforce_sightings (trigger);
CREATE TABLE enforce_rule_documents (
    digest text NOT NULL,
    body text NOT NULL,
    CONSTRAINT enforce_rule_documents_pkey PRIMARY KEY (digest)
);
CREATE TABLE enforce_rule_versions (
    version integer NOT NULL,
    digest text NOT NULL,
    by text NOT NULL,
    published_at timestamptz NOT NULL,
    CONSTRAINT enforce_rule_versions_pkey PRIMARY KEY (version),
    CONSTRAINT enforce_rule_versions_digest_fkey FOREIGN KEY(digest) REFERENCES enforce_rule_documents (digest)
);
CREATE TABLE enforce_rule_previews (
    digest text NOT NULL,
    body jsonb NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT enforce_rule_previews_pkey PRIMARY KEY (digest),
    CONSTRAINT enforce_rule_previews_digest_fkey FOREIGN KEY(digest) REFERENCES enforce_rule_documents (digest)
);
CREATE TABLE enforce_firings (
    id text NOT NULL,
    trigger bigint NOT NULL,
    rule text NOT NULL,
    version integer NOT NULL,
    account text NOT NULL,
    key text NOT NULL,
    exchange text NOT NULL,
    outcome text NOT NULL,
    error text,
    decision text,
    at timestamptz NOT NULL,
    reversed_at timestamptz,
    CONSTRAINT enforce_firings_pkey PRIMARY KEY (id),
    CONSTRAINT enforce_firings_trigger_rule_key UNIQUE (trigger, rule),
    CONSTRAINT enforce_firings_decision_key UNIQUE (decision),
    CONSTRAINT enforce_firings_trigger_fkey FOREIGN KEY(trigger) REFERENCES enforce_triggers (seq),
    CONSTRAINT enforce_firings_version_fkey FOREIGN KEY(version) REFERENCES enforce_rule_versions (version)
);
CREATE INDEX enforce_firings_account_idx ON enforce_firings (account, rule, at);
CREATE INDEX enforce_firings_key_idx ON enforce_firings (key, at);
CREATE INDEX enforce_firings_exchange_idx ON enforce_firings (exchange);
CREATE INDEX enforce_firings_rule_idx ON enforce_firings (rule, at);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
