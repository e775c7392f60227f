"""Tables of the ledger room."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them."""
