"""Tables of investigations: an index of what is retained, what people looked for, and screenings of the past."""

from alembic import op

revision = "0040"
down_revision = "0039"

_TABLES = """
ALTER TABLE gateway_exchanges ADD COLUMN network bytea;
CREATE TABLE investigations_exchanges (
    exchange text NOT NULL,
    account text NOT NULL,
    key text NOT NULL,
    project text NOT NULL,
    at timestamptz NOT NULL,
    api text NOT NULL,
    sealed boolean NOT NULL,
    input_item text,
    output_item text,
    CONSTRAINT investigations_exchanges_pkey PRIMARY KEY (exchange),
    CONSTRAINT investigations_exchanges_input_item_fkey FOREIGN KEY(input_item)
        REFERENCES vault_items (id) ON DELETE CASCADE,
    CONSTRAINT investigations_exchanges_output_item_fkey FOREIGN KEY(output_item)
        REFERENCES vault_items (id) ON DELETE CASCADE
);
CREATE INDEX investigations_exchanges_account_idx ON investigations_exchanges (account, exchange);
CREATE INDEX investigations_exchanges_key_idx ON investigations_exchanges (key, exchange);
CREATE INDEX investigations_exchanges_input_item_idx ON investigations_exchanges (input_item);
CREATE INDEX investigations_exchanges_output_item_idx ON investigations_exchanges (output_item);
CREATE TABLE investigations_traits (
    what text NOT NULL,
    value text NOT NULL,
    exchange text NOT NULL,
    score real NOT NULL,
    CONSTRAINT investigations_traits_pkey PRIMARY KEY (what, value, exchange),
    CONSTRAINT investigations_traits_exchange_fkey FOREIGN KEY(exchange)
        REFERENCES investigations_exchanges (exchange) ON DELETE CASCADE
);
CREATE INDEX investigations_traits_exchange_idx ON investigations_traits (exchange);
CREATE TABLE investigations_indexed (
    name text NOT NULL,
    reached text NOT NULL,
    CONSTRAINT investigations_indexed_pkey PRIMARY KEY (name)
);
CREATE TABLE investigations_investigations (
    id text NOT NULL,
    name_item text NOT NULL,
    readers text[],
    opened_by text NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_by text,
    closed_at timestamptz,
    CONSTRAINT investigations_investigations_pkey PRIMARY KEY (id)
);
CREATE TABLE investigations_events (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    investigation text NOT NULL,
    at timestamptz NOT NULL,
    what text NOT NULL,
    by text NOT NULL,
    told jsonb NOT NULL,
    item text,
    CONSTRAINT investigations_events_pkey PRIMARY KEY (seq),
    CONSTRAINT investigations_events_investigation_fkey FOREIGN KEY(investigation)
        REFERENCES investigations_investigations (id)
);
CREATE INDEX investigations_events_investigation_idx ON investigations_events (investigation, seq);
CREATE INDEX investigations_events_viewed_idx ON investigations_events (by, at) WHERE what = 'viewed';
CREATE TABLE investigations_pins (
    investigation text NOT NULL,
    what text NOT NULL,
    thing text NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT investigations_pins_pkey PRIMARY KEY (investigation, what, thing),
    CONSTRAINT investigations_pins_investigation_fkey FOREIGN KEY(investigation)
        REFERENCES investigations_investigations (id)
);
CREATE TABLE investigations_searches (
    id text NOT NULL,
    investigation text NOT NULL,
    how text NOT NULL,
    value text NOT NULL,
    "like" text NOT NULL,
    item text,
    since timestamptz,
    until timestamptz,
    project text,
    least real NOT NULL,
    sealed boolean NOT NULL,
    by text NOT NULL,
    at timestamptz NOT NULL,
    state text NOT NULL,
    reached text NOT NULL,
    read bigint NOT NULL,
    hits bigint NOT NULL,
    whole boolean NOT NULL,
    CONSTRAINT investigations_searches_pkey PRIMARY KEY (id),
    CONSTRAINT investigations_searches_investigation_fkey FOREIGN KEY(investigation)
        REFERENCES investigations_investigations (id)
);
CREATE INDEX investigations_searches_investigation_idx ON investigations_searches (investigation, id);
CREATE TABLE investigations_hits (
    search text NOT NULL,
    exchange text NOT NULL,
    CONSTRAINT investigations_hits_pkey PRIMARY KEY (search, exchange),
    CONSTRAINT investigations_hits_search_fkey FOREIGN KEY(search) REFERENCES investigations_searches (id),
    CONSTRAINT investigations_hits_exchange_fkey FOREIGN KEY(exchange)
        REFERENCES investigations_exchanges (exchange) ON DELETE CASCADE
);
CREATE INDEX investigations_hits_exchange_idx ON investigations_hits (exchange);
CREATE TABLE investigations_rescreenings (
    id text NOT NULL,
    state text NOT NULL,
    policy text NOT NULL,
    version integer NOT NULL,
    releases text[] NOT NULL,
    since timestamptz NOT NULL,
    until timestamptz NOT NULL,
    project text,
    started_by text NOT NULL,
    started_at timestamptz NOT NULL,
    finished_at timestamptz,
    reached text NOT NULL,
    screened bigint NOT NULL,
    unreadable bigint NOT NULL,
    CONSTRAINT investigations_rescreenings_pkey PRIMARY KEY (id)
);
CREATE TABLE investigations_rescreened (
    rescreening text NOT NULL,
    exchange text NOT NULL,
    account text NOT NULL,
    sealed boolean NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    appeared text[] NOT NULL,
    gone text[] NOT NULL,
    findings jsonb NOT NULL,
    "case" text,
    CONSTRAINT investigations_rescreened_pkey PRIMARY KEY (rescreening, exchange),
    CONSTRAINT investigations_rescreened_rescreening_fkey FOREIGN KEY(rescreening)
        REFERENCES investigations_rescreenings (id),
    CONSTRAINT investigations_rescreened_exchange_fkey FOREIGN KEY(exchange)
        REFERENCES investigations_exchanges (exchange) ON DELETE CASCADE
);
CREATE INDEX investigations_rescreened_exchange_idx ON investigations_rescreened (exchange);
"""

# Where the server has no pgvector, or lets nobody add it, everything else goes on without.
_VECTORS = """
DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS vector;
    CREATE TABLE investigations_vectors (
        exchange text NOT NULL PRIMARY KEY REFERENCES investigations_exchanges (exchange) ON DELETE CASCADE,
        vector halfvec(256) NOT NULL
    );
    CREATE INDEX investigations_vectors_idx ON investigations_vectors USING hnsw (vector halfvec_cosine_ops);
EXCEPTION WHEN insufficient_privilege OR undefined_file OR undefined_object OR feature_not_supported THEN
    RAISE NOTICE 'no pgvector here: searching by similarity is left out';
END $$
"""


def upgrade() -> None:
    """Make room; what is retained already is indexed by the job that follows."""
    op.execute(_TABLES)
    op.execute(_VECTORS)
