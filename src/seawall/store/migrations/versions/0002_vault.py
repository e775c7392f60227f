"""Tables of the vault room."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create them."""
    op.execute("""
        CREATE TABLE vault_keys (
            id text CONSTRAINT vault_keys_pkey PRIMARY KEY,
            retention text NOT NULL,
            period text NOT NULL,
            made_at timestamptz NOT NULL,
            retired_at timestamptz
        )
    """)
    op.execute("CREATE UNIQUE INDEX vault_keys_current_idx ON vault_keys (retention, period) WHERE retired_at IS NULL")
    op.execute("""
        CREATE TABLE vault_items (
            id text CONSTRAINT vault_items_pkey PRIMARY KEY,
            owner text NOT NULL,
            retention text NOT NULL,
            wrapping_key text NOT NULL CONSTRAINT vault_items_wrapping_key_fkey REFERENCES vault_keys (id),
            wrapped bytea NOT NULL,
            sealed bytea NOT NULL,
            stored_at timestamptz NOT NULL,
            due_at timestamptz
        )
    """)
    # Ciphertext does not compress: trying would only cost time.
    op.execute("ALTER TABLE vault_items ALTER COLUMN sealed SET STORAGE EXTERNAL")
    op.execute("CREATE INDEX vault_items_due_idx ON vault_items (due_at) WHERE due_at IS NOT NULL")
    op.execute("CREATE INDEX vault_items_key_idx ON vault_items (wrapping_key, id)")
    op.execute("""
        CREATE TABLE vault_holds (
            id text CONSTRAINT vault_holds_pkey PRIMARY KEY,
            item text NOT NULL,
            binds text CONSTRAINT vault_holds_binds_fkey REFERENCES vault_items (id),
            reason_item text
                CONSTRAINT vault_holds_reason_item_fkey REFERENCES vault_items (id) ON DELETE SET NULL,
            by text NOT NULL,
            at timestamptz NOT NULL,
            released_by text,
            released_at timestamptz
        )
    """)
    op.execute("CREATE INDEX vault_holds_binds_idx ON vault_holds (binds)")
    op.execute("CREATE INDEX vault_holds_reason_item_idx ON vault_holds (reason_item)")
    op.execute("""
        CREATE TABLE vault_erasures (
            item text CONSTRAINT vault_erasures_pkey PRIMARY KEY,
            at timestamptz NOT NULL,
            reason_code text NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE vault_doomed (
            key text CONSTRAINT vault_doomed_pkey PRIMARY KEY,
            at timestamptz NOT NULL
        )
    """)
