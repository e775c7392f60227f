"""What the pages of cases ask for: orders by due date, how somebody wants to look, tallies of exchanges."""

from alembic import op

revision = "0031"
down_revision = "0030"

_ADDED = """
CREATE INDEX cases_due_idx ON cases_cases (sealed, due_at, id) WHERE state IN ('open', 'claimed', 'waiting');
CREATE INDEX cases_queue_due_idx ON cases_cases (sealed, queue, due_at, id)
    WHERE state IN ('open', 'claimed', 'waiting');
CREATE INDEX cases_events_viewed_idx ON cases_events (by, at) WHERE what = 'viewed';
CREATE INDEX cases_decisions_at_idx ON cases_decisions (at);
CREATE TABLE cases_comforts (
    person text NOT NULL,
    blurred boolean NOT NULL,
    grey boolean NOT NULL,
    folded boolean NOT NULL,
    keys boolean NOT NULL,
    break_after integer NOT NULL,
    CONSTRAINT cases_comforts_pkey PRIMARY KEY (person)
);
CREATE INDEX gateway_exchanges_closed_idx ON gateway_exchanges
    USING brin (closed_at) WITH (autosummarize = on, pages_per_range = 32);
CREATE TABLE gateway_tallies (
    at timestamptz NOT NULL,
    what text NOT NULL,
    name text NOT NULL,
    number bigint NOT NULL,
    CONSTRAINT gateway_tallies_pkey PRIMARY KEY (at, what, name)
);
"""


def upgrade() -> None:
    """Add them."""
    op.execute(_ADDED)
