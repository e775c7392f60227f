"""Notices of what was done to accounts without a case; mail that staff choose for themselves."""

from alembic import op

revision = "0044"
down_revision = "0039"

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


def upgrade() -> None:
    """Make room for them."""
    op.execute(_SANCTIONS)
