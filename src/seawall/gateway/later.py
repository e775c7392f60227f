"""Queue what judges are asked once an exchange is over, in the transaction that writes the exchange down."""

from collections.abc import Sequence

from seawall.gateway.entries import Closed, Opened
from seawall.store import Transaction
from seawall.store.jobs import enqueue

JOB = "judge.review"


def queue_reviews(tx: Transaction, rows: Sequence[Opened | Closed]) -> None:
    """Queue a job for every judge and text that was noted. Ids and names only: the content is in the vault."""
    for row in rows:
        stage = "input" if isinstance(row, Opened) else "output"
        for each in row.later:
            categories = ",".join(each.categories)
            enqueue(
                tx, JOB, exchange=row.exchange, stage=stage, judge=each.judge, piece=each.piece, categories=categories
            )
