"""Indexes of lists: accounts of a project, and what somebody asked others to agree to."""

from alembic import op

revision = "0042"
down_revision = "0041"


def upgrade() -> None:
    """Make them."""
    op.execute("CREATE INDEX enforce_accounts_project_idx ON enforce_accounts (project, id)")
    op.execute("CREATE INDEX access_requests_requester_idx ON access_requests (requester, id)")
