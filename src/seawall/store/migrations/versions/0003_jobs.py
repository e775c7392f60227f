"""Tables of the jobs room."""

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create them."""
