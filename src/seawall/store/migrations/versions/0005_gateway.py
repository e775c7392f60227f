"""Tables of the gateway room."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create them."""
    op.execute("""
        CREATE TABLE gateway_exchanges (
            id text CONSTRAINT gateway_exchanges_pkey PRIMARY KEY,
            process text NOT NULL,
            project text NOT NULL,
            key text NOT NULL,
            account text NOT NULL,
            has_end_user boolean NOT NULL,
            api text NOT NULL,
            model text NOT NULL,
            streamed boolean NOT NULL,
            zero_retention boolean NOT NULL,
            policy text NOT NULL,
            arm text NOT NULL,
            input_decision text NOT NULL,
            input_verdict jsonb NOT NULL,
            input_findings jsonb NOT NULL,
            standing jsonb NOT NULL,
            input_item text,
            opened_at timestamptz NOT NULL,
            closed_at timestamptz,
            outcome text,
            measure text,
            because text[],
            output_decision text,
            output_verdict jsonb,
            output_findings jsonb,
            output_item text,
            input_tokens bigint,
            output_tokens bigint,
            status integer,
            batch text
        ) WITH (fillfactor = 60)
    """)
    op.execute("CREATE INDEX gateway_exchanges_open_idx ON gateway_exchanges (process) WHERE closed_at IS NULL")
    op.execute(
        "CREATE INDEX gateway_exchanges_unbatched_idx ON gateway_exchanges (id) "
        "WHERE closed_at IS NOT NULL AND batch IS NULL"
    )
    op.execute("CREATE INDEX gateway_exchanges_account_idx ON gateway_exchanges (account, id)")
    op.execute("""
        CREATE TABLE gateway_processes (
            id text CONSTRAINT gateway_processes_pkey PRIMARY KEY,
            started_at timestamptz NOT NULL,
            seen_at timestamptz NOT NULL
        )
    """)
