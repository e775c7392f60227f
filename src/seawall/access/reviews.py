"""By when something that was given is confirmed anew, and by whom, for what has no such columns of its own."""

from datetime import datetime, timedelta

from sqlalchemy.dialects.postgresql import insert

from seawall.access.tables import reviews
from seawall.store import Transaction

REVIEW_AFTER = timedelta(days=180)


def enlist(tx: Transaction, source: str, thing: str, *, owner: str, review_at: datetime) -> None:
    """Say who confirms a thing, and by when; said again it replaces what was said."""
    row = {"source": source, "thing": thing, "owner": owner, "review_at": review_at}
    tx.execute(insert(reviews).values(row).on_conflict_do_update(index_elements=["source", "thing"], set_=row))
