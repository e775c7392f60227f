"""Which accounts have a notice that waits, in the memory of one process: asked on every answer, fresh by NOTIFY.

Limits: it holds the newest hundred thousand; the product's own list holds all.
"""

from collections.abc import Callable

from sqlalchemy import func, select

from seawall.cases.tables import notices
from seawall.outbox.deliver import CHANNEL
from seawall.outbox.replay import dead
from seawall.store import Transaction

_MOST = 100_000


class NoticeBook:
    """The oldest notice that waits of each account. Written by one thread, read by any."""

    channel = CHANNEL

    def __init__(self, told: Callable[[int, int], None]) -> None:
        self._waiting: dict[str, str] = {}
        # How many wait, and how many deliveries are dead, for whoever counts.
        self._told = told

    def load(self, tx: Transaction) -> None:
        """Read what waits."""
        newest = select(notices.c.account, notices.c.id).where(notices.c.given_at.is_(None))
        rows = tx.execute(newest.order_by(notices.c.id.desc()).limit(_MOST)).all()
        # The oldest of an account comes last and stays.
        self._waiting = {row.account: row.id for row in rows}
        self._count(tx)

    def notice(self, tx: Transaction, payload: str) -> None:
        """Read what waits of one account."""
        mine = (notices.c.account == payload) & notices.c.given_at.is_(None)
        found = tx.scalar(select(func.min(notices.c.id)).where(mine))
        if found is None:
            self._waiting.pop(payload, None)
        else:
            self._waiting[payload] = found
        self._count(tx)

    def of(self, account: str) -> str | None:
        """Return the notice that waits longest of an account; None where none does."""
        return self._waiting.get(account)

    def _count(self, tx: Transaction) -> None:
        waits = select(func.count()).select_from(notices).where(notices.c.given_at.is_(None))
        self._told(tx.scalar(waits) or 0, dead(tx))
