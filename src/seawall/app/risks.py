"""Wire the decisions on releases: what they are made with, and which documents are public."""

from seawall.app.instance import Instance
from seawall.hub import publishing
from seawall.risk import Board
from seawall.store import Transaction


def board(instance: Instance) -> Board:
    """Return what releases are decided with."""
    return Board(edges=instance.edges(), public=_title)


def _title(tx: Transaction, digest: str) -> str | None:
    return next((each.title for each in publishing.published(tx) if each.digest == digest), None)
