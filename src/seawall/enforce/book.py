"""The standings that one process keeps in memory: asked on every request, fresh by NOTIFY.

Only accounts that are not good take room. The book is as fresh as the connection that feeds it: whether an old one
is good enough is for `Listener.fresh` and its owner to say. Weights in it are those of the last act.
"""

from datetime import datetime

from sqlalchemy import or_, select

from seawall.enforce import tables
from seawall.enforce.accounts import CHANNEL, read_timeline
from seawall.enforce.climb import Timeline, head
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock, system_clock
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.standing import GOOD, Standing, State

__all__ = ["CHANNEL", "StandingBook"]


class StandingBook:
    """Where every account is. Written by one thread, read by any."""

    channel = CHANNEL

    def __init__(self, clock: Clock = system_clock) -> None:
        self._clock = clock
        self._timelines: dict[str, Timeline] = {}

    def __len__(self) -> int:
        """Return how many accounts are kept."""
        return len(self._timelines)

    def load(self, tx: Transaction) -> None:
        """Read every account that is not good."""
        table = tables.accounts
        found = select(table.c.id, table.c.timeline).where(
            table.c.state != State.GOOD.value, or_(table.c.clear_at.is_(None), table.c.clear_at > self._clock())
        )
        # Swapped in whole, so that no reader sees half of it.
        self._timelines = {row.id: read_timeline(row.timeline) for row in tx.execute(found)}

    def notice(self, tx: Transaction, payload: str) -> None:
        """Read one account."""
        stored = tx.scalar(select(tables.accounts.c.timeline).where(tables.accounts.c.id == payload))
        timeline = read_timeline(stored or [])
        if timeline:
            self._timelines[payload] = timeline
        else:
            self._timelines.pop(payload, None)

    def knows(self, account: AccountId) -> bool:
        """Tell whether anything holds, or held lately, against an account."""
        return account in self._timelines

    def of(self, account: AccountId, now: datetime) -> Standing:
        """Return where an account is at a moment; good for one that nothing is held against."""
        timeline = self._timelines.get(account)
        return GOOD if timeline is None else head(timeline, now)
