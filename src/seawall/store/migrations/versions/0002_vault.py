"""Tables of the vault room."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create them."""
