"""Mark as interrupted what a dead process left open.

A process has died when its heartbeat has not changed for half a minute while somebody looked. That is measured with a
clock that nobody sets, and begins anew after every look that failed: neither a clock that jumps nor a database that was
gone makes a living process a dead one.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, select, tuple_, update

from seawall.gateway.entries import Outcome
from seawall.gateway.tables import exchanges, processes
from seawall.store import Database, Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.measures import Measure, gravest

_DEAD_AFTER_S = 30.0
_AT_ONCE = 1000

Beat = tuple[str, datetime]


class Abandoned:
    """One observer of all gateway processes. `look` often, from one thread."""

    def __init__(self, database: Database, clock: Clock, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database, self._clock, self._monotonic = database, clock, monotonic
        self._since: dict[Beat, float] = {}

    def look(self) -> int:
        """Close what processes left open that have died; return how many exchanges that were."""
        since, self._since = self._since, {}
        now = self._monotonic()
        with self._database.begin() as tx:
            beats = _beats(tx)
            self._since = {beat: since.get(beat, now) for beat in beats}
            silent = [beat for beat, first in self._since.items() if now - first >= _DEAD_AFTER_S]
            return self._close(tx, silent) if silent else 0

    def _close(self, tx: Transaction, silent: Sequence[Beat]) -> int:
        left = _left_open(tx, silent)
        if left:
            closed = [_interrupted(row, self._clock()) for row in left]
            names = ("closed_at", "outcome", "measure", "because")
            row = exchanges.c.id == bindparam("which")
            tx.execute(update(exchanges).where(row).values({name: bindparam(f"its_{name}") for name in names}), closed)
        return len(left)


def _beats(tx: Transaction) -> list[Beat]:
    """Return the last heartbeats of the processes that have something open."""
    still = select(exchanges.c.id).where(exchanges.c.process == processes.c.id, exchanges.c.closed_at.is_(None))
    return [(row.id, row.seen_at) for row in tx.execute(select(processes).where(still.exists()))]


def _left_open(tx: Transaction, silent: Sequence[Beat]) -> Sequence[RowMapping]:
    found = (
        select(exchanges.c.id, exchanges.c.input_verdict, exchanges.c.output_verdict)
        .join(processes, processes.c.id == exchanges.c.process)
        .where(exchanges.c.closed_at.is_(None), tuple_(processes.c.id, processes.c.seen_at).in_(silent))
        .limit(_AT_ONCE)
        .with_for_update(of=exchanges, skip_locked=True)
    )
    return tx.execute(found).mappings().all()


def _interrupted(row: RowMapping, now: datetime) -> dict[str, Any]:
    """Return how an exchange is closed: what was decided on it stays decided."""
    verdicts = [each for each in (row["input_verdict"], row["output_verdict"]) if each]
    return {
        "which": row["id"],
        "its_closed_at": now,
        "its_outcome": Outcome.INTERRUPTED.value,
        "its_measure": gravest(*(Measure(each.get("measure", Measure.ALLOW)) for each in verdicts)).value,
        "its_because": [rule for each in verdicts for rule in each.get("because", ())],
    }
