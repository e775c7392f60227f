"""For how long each class is kept, as an operator set it: said in the ledger, and what is stored already goes sooner.

A shorter period holds for what is stored already; a longer one only for what comes, as what was stored was promised
the shorter.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import insert, select

from seawall.access.people import Edges
from seawall.access.privacy.model import Archive
from seawall.access.privacy.tables import retention
from seawall.store import Transaction
from seawall.vocabulary.records.privacy import RetentionChanged
from seawall.vocabulary.retention import HOLDS, PERIODS, Retention


class Class(msgspec.Struct, frozen=True, kw_only=True):
    """A class of content as everybody is told of it; without days it is kept until somebody erases it.

    `usual_days` is what holds where no operator says otherwise.
    """

    name: str
    holds: str
    days: int | None
    usual_days: int | None

    def shown(self) -> str:
        """Return for how long, in words."""
        return "until it is erased" if self.days is None else f"{self.days} days"


class Set(msgspec.Struct, frozen=True, kw_only=True):
    """Periods that were put in force: since when, how many days each class; -1 is until it is erased."""

    at: datetime
    days: dict[str, int]
    backups_kept_days: int


def put_in_force(tx: Transaction, edges: Edges, archive: Archive) -> bool:
    """Record the periods that hold from now on, and bring forward what is due sooner; tell whether they changed."""
    tx.exec_driver_sql("LOCK TABLE access_retention IN EXCLUSIVE MODE")
    days = {each.value: -1 if kept is None else kept.days for each, kept in archive.periods.items()}
    last = tx.execute(select(retention).order_by(retention.c.seq.desc()).limit(1)).first()
    if last is not None and (last.days, last.backups_kept_days) == (days, archive.backups_kept_days):
        return False
    row = {"days": days, "backups_kept_days": archive.backups_kept_days, "at": edges.clock()}
    tx.execute(insert(retention).values(row))
    sooner = edges.vault.shorten(tx)
    edges.record(tx, RetentionChanged(days=days, backups_kept_days=archive.backups_kept_days, sooner=sooner))
    return True


def was_set(tx: Transaction) -> list[Set]:
    """Return the periods that are in force, then those before them, newest first."""
    rows = tx.execute(select(retention).order_by(retention.c.seq.desc()))
    return [Set(at=row.at, days=dict(row.days), backups_kept_days=row.backups_kept_days) for row in rows]


def classes(periods: Mapping[Retention, timedelta | None]) -> list[Class]:
    """Return each class, what is in it and for how long it is kept."""
    return [
        Class(name=each.value, holds=HOLDS[each], days=_days(kept), usual_days=_days(PERIODS[each]))
        for each, kept in periods.items()
    ]


def _days(kept: timedelta | None) -> int | None:
    return None if kept is None else kept.days
