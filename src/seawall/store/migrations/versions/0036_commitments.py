"""Tables of commitments: what rules found, the states on record, registers in force, activities."""

from alembic import op

revision = "0036"
down_revision = "0035"

_TABLES = """
CREATE TABLE commitments_rules (
    rule text NOT NULL,
    digest text NOT NULL,
    generation integer NOT NULL,
    next bigint NOT NULL,
    total bigint NOT NULL,
    newest jsonb NOT NULL,
    CONSTRAINT commitments_rules_pkey PRIMARY KEY (rule)
);
CREATE TABLE commitments_pairs (
    rule text NOT NULL,
    key text NOT NULL,
    wanted_record text,
    wanted_at timestamptz,
    had_record text,
    had_at timestamptz,
    CONSTRAINT commitments_pairs_pkey PRIMARY KEY (rule, key)
);
CREATE INDEX commitments_pairs_open_idx ON commitments_pairs (rule, wanted_at)
    WHERE had_at IS NULL AND wanted_at IS NOT NULL;
CREATE TABLE commitments_states (
    what text NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    changed_at timestamptz NOT NULL,
    record text NOT NULL,
    CONSTRAINT commitments_states_pkey PRIMARY KEY (what, name)
);
CREATE TABLE commitments_registers (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    digest text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT commitments_registers_pkey PRIMARY KEY (seq)
);
CREATE TABLE commitments_activities (
    id text NOT NULL,
    practice text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    people text NOT NULL,
    notes text NOT NULL,
    begins date NOT NULL,
    ends date,
    expires_at timestamptz NOT NULL,
    document_name text NOT NULL,
    document_digest text NOT NULL,
    by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    record text NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text,
    reason_code text,
    CONSTRAINT commitments_activities_pkey PRIMARY KEY (id)
);
CREATE INDEX commitments_activities_practice_idx ON commitments_activities (practice, id);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
