"""Tables of cases: what people settle, their decisions, appeals, notices, samples and bulks."""

from alembic import op

revision = "0030"
down_revision = "0028"

_TABLES = """
CREATE TABLE cases_cases (
    id text NOT NULL,
    origin text NOT NULL,
    queue text NOT NULL,
    state text NOT NULL,
    stage text NOT NULL,
    priority integer NOT NULL,
    sealed boolean NOT NULL,
    readers text[],
    project text NOT NULL,
    key text NOT NULL,
    account text NOT NULL,
    has_end_user boolean NOT NULL,
    exchange text,
    about text,
    rule text,
    category text,
    source text NOT NULL,
    words text,
    detected_automatically boolean NOT NULL,
    opened_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    paused_at timestamptz,
    claimed_by text,
    claimed_human text,
    claim_until timestamptz,
    round integer NOT NULL,
    decision text,
    decided_at timestamptz,
    merged_into text,
    joined integer NOT NULL,
    version bigint NOT NULL,
    CONSTRAINT cases_cases_pkey PRIMARY KEY (id),
    CONSTRAINT cases_cases_source_key UNIQUE (source),
    CONSTRAINT cases_cases_merged_into_fkey FOREIGN KEY(merged_into) REFERENCES cases_cases (id)
);
CREATE INDEX cases_account_idx ON cases_cases (account, id);
CREATE INDEX cases_claim_until_idx ON cases_cases (claim_until) WHERE state = 'claimed';
CREATE INDEX cases_claimed_idx ON cases_cases (claimed_by, id) WHERE state = 'claimed';
CREATE INDEX cases_exchange_idx ON cases_cases (exchange, id) WHERE exchange IS NOT NULL;
CREATE INDEX cases_merged_into_idx ON cases_cases (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX cases_newest_idx ON cases_cases (sealed, id);
CREATE INDEX cases_origin_idx ON cases_cases (sealed, origin, id);
CREATE INDEX cases_queue_idx ON cases_cases (sealed, queue, priority, due_at, id)
    WHERE state IN ('open', 'claimed', 'waiting');
CREATE INDEX cases_queue_newest_idx ON cases_cases (sealed, queue, id);
CREATE INDEX cases_state_idx ON cases_cases (sealed, state, id);
CREATE INDEX cases_working_idx ON cases_cases (sealed, priority, due_at, id)
    WHERE state IN ('open', 'claimed', 'waiting');
CREATE TABLE cases_events (
    seq bigint GENERATED ALWAYS AS IDENTITY,
    "case" text NOT NULL,
    at timestamptz NOT NULL,
    what text NOT NULL,
    by text NOT NULL,
    told jsonb NOT NULL,
    item text,
    CONSTRAINT cases_events_pkey PRIMARY KEY (seq),
    CONSTRAINT cases_events_case_fkey FOREIGN KEY("case") REFERENCES cases_cases (id)
);
CREATE INDEX cases_events_case_idx ON cases_events ("case", seq);
CREATE TABLE cases_proposals (
    "case" text NOT NULL,
    round integer NOT NULL,
    stage text NOT NULL,
    by text NOT NULL,
    human text NOT NULL,
    ruling jsonb NOT NULL,
    reason text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT cases_proposals_pkey PRIMARY KEY ("case", round, stage),
    CONSTRAINT cases_proposals_case_fkey FOREIGN KEY("case") REFERENCES cases_cases (id)
);
CREATE TABLE cases_decisions (
    id text NOT NULL,
    "case" text NOT NULL,
    project text NOT NULL,
    account text NOT NULL,
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    reversed_by text,
    bulk text,
    CONSTRAINT cases_decisions_pkey PRIMARY KEY (id),
    CONSTRAINT cases_decisions_case_fkey FOREIGN KEY("case") REFERENCES cases_cases (id)
);
CREATE INDEX cases_decisions_account_idx ON cases_decisions (account, id);
CREATE INDEX cases_decisions_case_idx ON cases_decisions ("case", id);
CREATE TABLE cases_appeals (
    "case" text NOT NULL,
    decision text NOT NULL,
    filed_at timestamptz NOT NULL,
    until timestamptz NOT NULL,
    CONSTRAINT cases_appeals_pkey PRIMARY KEY ("case"),
    CONSTRAINT cases_appeals_case_fkey FOREIGN KEY("case") REFERENCES cases_cases (id),
    CONSTRAINT cases_appeals_decision_key UNIQUE (decision)
);
CREATE TABLE cases_notices (
    id text NOT NULL,
    decision text NOT NULL,
    project text NOT NULL,
    account text NOT NULL,
    at timestamptz NOT NULL,
    given_at timestamptz,
    CONSTRAINT cases_notices_pkey PRIMARY KEY (id),
    CONSTRAINT cases_notices_decision_key UNIQUE (decision),
    CONSTRAINT cases_notices_decision_fkey FOREIGN KEY(decision) REFERENCES cases_decisions (id)
);
CREATE INDEX cases_notices_account_idx ON cases_notices (account, id);
CREATE INDEX cases_notices_waiting_idx ON cases_notices (project, id) WHERE given_at IS NULL;
CREATE TABLE cases_samples (
    decision text NOT NULL,
    "case" text NOT NULL,
    sealed boolean NOT NULL,
    drawn_at timestamptz NOT NULL,
    by text,
    human text,
    outcome text,
    agrees boolean,
    at timestamptz,
    CONSTRAINT cases_samples_pkey PRIMARY KEY (decision),
    CONSTRAINT cases_samples_decision_fkey FOREIGN KEY(decision) REFERENCES cases_decisions (id),
    CONSTRAINT cases_samples_case_fkey FOREIGN KEY("case") REFERENCES cases_cases (id)
);
CREATE INDEX cases_samples_open_idx ON cases_samples (sealed, decision) WHERE at IS NULL;
CREATE TABLE cases_bulks (
    id text NOT NULL,
    by text NOT NULL,
    digest text NOT NULL,
    body jsonb NOT NULL,
    reason text NOT NULL,
    made_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    done_at timestamptz,
    CONSTRAINT cases_bulks_pkey PRIMARY KEY (id)
);
"""


def upgrade() -> None:
    """Create them."""
    op.execute(_TABLES)
