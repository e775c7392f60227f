"""Notices of what was done to accounts without a case; mail that staff choose; new secrets of webhooks."""

from alembic import op

revision = "0044"
down_revision = "0043"

_SANCTIONS = """
ALTER TABLE cases_notices ADD COLUMN sanction bigint;
ALTER TABLE cases_notices ADD COLUMN taken_back bigint;
ALTER TABLE cases_notices ADD CONSTRAINT cases_notices_sanction_key UNIQUE (sanction);
ALTER TABLE cases_notices ADD CONSTRAINT cases_notices_taken_back_key UNIQUE (taken_back);
ALTER TABLE cases_notices
    ADD CONSTRAINT cases_notices_sanction_fkey FOREIGN KEY(sanction) REFERENCES enforce_acts (seq);
ALTER TABLE cases_notices
    ADD CONSTRAINT cases_notices_taken_back_fkey FOREIGN KEY(taken_back) REFERENCES enforce_acts (seq);
ALTER TABLE cases_notices DROP CONSTRAINT cases_notices_about_check;
ALTER TABLE cases_notices
    ADD CONSTRAINT cases_notices_about_check
    CHECK (num_nonnulls(decision, act, legal_request, sanction, taken_back) = 1);
"""
_MAIL = """
CREATE TABLE cases_mail_wishes (
    person text NOT NULL,
    queues text[] NOT NULL,
    came boolean NOT NULL,
    late boolean NOT NULL,
    votes boolean NOT NULL,
    appeals boolean NOT NULL,
    pace text NOT NULL,
    language text NOT NULL,
    seen bigint NOT NULL,
    CONSTRAINT cases_mail_wishes_pkey PRIMARY KEY (person)
);
CREATE TABLE cases_mailed (
    person text NOT NULL,
    what text NOT NULL,
    about text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT cases_mailed_pkey PRIMARY KEY (person, what, about)
);
CREATE INDEX cases_mailed_at_idx ON cases_mailed (at);
CREATE INDEX cases_filings_unfounded_idx ON cases_filings (filer) WHERE unfounded;
"""
_HOOKS = """
ALTER TABLE outbox_endpoints ADD COLUMN earlier text;
ALTER TABLE outbox_endpoints ADD COLUMN earlier_until timestamptz;
"""


def upgrade() -> None:
    """Make room for them."""
    op.execute(_SANCTIONS)
    op.execute(_MAIL)
    op.execute(_HOOKS)
