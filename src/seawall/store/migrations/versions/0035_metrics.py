"""Numbers that were closed, statements of reasons, and a light index by which records of a period are found."""

from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Add the tables. A BRIN index costs next to nothing where records are written."""
    op.execute(
        """
        CREATE TABLE metrics_closings (
            record text PRIMARY KEY,
            period text NOT NULL,
            corrects text,
            definitions text NOT NULL,
            at timestamptz NOT NULL,
            numbers jsonb NOT NULL
        )
        """
    )
    op.execute("CREATE UNIQUE INDEX metrics_closings_once_idx ON metrics_closings (period) WHERE corrects IS NULL")
    op.execute("CREATE INDEX metrics_closings_period_idx ON metrics_closings (period, record)")
    op.execute(
        """
        CREATE TABLE cases_statements (
            decision text NOT NULL,
            puid text NOT NULL,
            state text NOT NULL,
            made_at timestamptz NOT NULL,
            sent_at timestamptz,
            name text,
            wrong text[],
            CONSTRAINT cases_statements_pkey PRIMARY KEY (decision),
            CONSTRAINT cases_statements_decision_fkey FOREIGN KEY(decision) REFERENCES cases_decisions (id),
            CONSTRAINT cases_statements_puid_key UNIQUE (puid)
        )
        """
    )
    op.execute("CREATE INDEX cases_statements_waiting_idx ON cases_statements (decision) WHERE state = 'waiting'")
    op.execute("CREATE INDEX ledger_records_at_idx ON ledger_records USING brin (at)")
