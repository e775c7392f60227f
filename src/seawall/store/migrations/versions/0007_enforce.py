"""Tables of the enforce room."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Create them."""
    _accounts()
    _acts()
    _strikes()
    _changes()


def _accounts() -> None:
    op.execute("""
        CREATE TABLE enforce_accounts (
            id text CONSTRAINT enforce_accounts_pkey PRIMARY KEY,
            key text NOT NULL,
            project text NOT NULL,
            has_end_user boolean NOT NULL,
            first_seen timestamptz NOT NULL,
            state text NOT NULL,
            until timestamptz,
            per_minute integer,
            weight bigint NOT NULL,
            timeline jsonb NOT NULL,
            clear_at timestamptz,
            counts_from bigint NOT NULL,
            updated_at timestamptz NOT NULL
        )
    """)
    op.execute("CREATE INDEX enforce_accounts_not_good_idx ON enforce_accounts (id) WHERE state <> 'good'")


def _acts() -> None:
    op.execute("""
        CREATE TABLE enforce_ladders (
            digest text CONSTRAINT enforce_ladders_pkey PRIMARY KEY,
            body jsonb NOT NULL
        )
    """)
    op.execute("""
        CREATE TABLE enforce_acts (
            seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT enforce_acts_pkey PRIMARY KEY,
            account text NOT NULL CONSTRAINT enforce_acts_account_fkey REFERENCES enforce_accounts (id),
            decision text CONSTRAINT enforce_acts_decision_key UNIQUE,
            exchange text,
            measure text,
            because text[] NOT NULL,
            sanction jsonb,
            clears boolean NOT NULL,
            ladder text CONSTRAINT enforce_acts_ladder_fkey REFERENCES enforce_ladders (digest),
            at timestamptz NOT NULL,
            by text,
            reason_code text,
            reversed_at timestamptz,
            reversed_by text,
            reversal_code text
        )
    """)
    op.execute("CREATE INDEX enforce_acts_account_idx ON enforce_acts (account, seq)")


def _strikes() -> None:
    op.execute("""
        CREATE TABLE enforce_strikes (
            id text CONSTRAINT enforce_strikes_pkey PRIMARY KEY,
            act bigint NOT NULL CONSTRAINT enforce_strikes_act_fkey REFERENCES enforce_acts (seq),
            account text NOT NULL CONSTRAINT enforce_strikes_account_fkey REFERENCES enforce_accounts (id),
            decision text NOT NULL,
            exchange text NOT NULL,
            rule text NOT NULL,
            category text NOT NULL,
            weight bigint NOT NULL,
            at timestamptz NOT NULL,
            expires_at timestamptz NOT NULL,
            reversed_at timestamptz
        )
    """)
    op.execute("CREATE INDEX enforce_strikes_account_idx ON enforce_strikes (account, act)")


def _changes() -> None:
    op.execute("""
        CREATE TABLE enforce_standing_changes (
            id text CONSTRAINT enforce_standing_changes_pkey PRIMARY KEY,
            account text NOT NULL CONSTRAINT enforce_standing_changes_account_fkey REFERENCES enforce_accounts (id),
            act bigint NOT NULL CONSTRAINT enforce_standing_changes_act_fkey REFERENCES enforce_acts (seq),
            from_state text NOT NULL,
            to_state text NOT NULL,
            cause text NOT NULL,
            decision text,
            step_weight bigint,
            at timestamptz NOT NULL,
            until timestamptz,
            per_minute integer,
            by text,
            reason_code text,
            reversed_at timestamptz
        )
    """)
    op.execute("CREATE INDEX enforce_standing_changes_account_idx ON enforce_standing_changes (account, act)")
