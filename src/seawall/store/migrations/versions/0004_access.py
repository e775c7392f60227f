"""Tables of the access room."""

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create them."""
