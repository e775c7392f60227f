"""Tables of the ledger room."""

from alembic import op

revision = "0001"
down_revision = None

_TABLES = """
CREATE TABLE ledger_records (
    id text CONSTRAINT ledger_records_pkey PRIMARY KEY,
    kind text NOT NULL,
    audience text NOT NULL,
    at timestamptz NOT NULL,
    body bytea NOT NULL,
    private bytea NOT NULL,
    secret bytea NOT NULL,
    entry bytea NOT NULL,
    sequence bigint CONSTRAINT ledger_records_sequence_key UNIQUE
);
CREATE INDEX ledger_records_unsequenced_idx ON ledger_records (id) WHERE sequence IS NULL;
CREATE INDEX ledger_records_kind_idx ON ledger_records (kind, id);
CREATE TABLE ledger_leaves (
    batch text NOT NULL,
    position integer NOT NULL,
    exchange text NOT NULL CONSTRAINT ledger_leaves_exchange_key UNIQUE,
    salt bytea NOT NULL,
    body bytea NOT NULL,
    CONSTRAINT ledger_leaves_pkey PRIMARY KEY (batch, position)
);
CREATE TABLE ledger_batches (
    id text CONSTRAINT ledger_batches_pkey PRIMARY KEY,
    record text NOT NULL,
    size integer NOT NULL
);
CREATE TABLE ledger_state (
    generation integer CONSTRAINT ledger_state_pkey PRIMARY KEY,
    size bigint NOT NULL,
    root bytea NOT NULL,
    releases integer NOT NULL,
    released_to bigint NOT NULL
);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
