"""How much was settled, and how appeals stand, for whoever watches over it. Nothing of child safety is counted."""

from datetime import datetime

import msgspec
from sqlalchemy import func, select

from seawall.cases.model import UNSETTLED, Origin, State
from seawall.cases.tables import cases, decisions
from seawall.store import Transaction


class Appeals(msgspec.Struct, frozen=True, kw_only=True):
    """Appeals that wait for an answer, and how many of them are late."""

    open: int
    overdue: int


def settled(tx: Transaction, since: datetime) -> dict[str, int]:
    """Return how many cases were settled since a moment, by outcome."""
    outcome = decisions.c.body["outcome"].astext
    open_ = decisions.c.body["sealed"].astext.is_distinct_from("true")
    found = select(outcome.label("outcome"), func.count().label("number")).where(decisions.c.at >= since, open_)
    return {row.outcome: row.number for row in tx.execute(found.group_by(outcome).order_by(outcome))}


def appeals(tx: Transaction, now: datetime) -> Appeals:
    """Return how appeals stand."""
    waits = cases.c.state.in_(tuple(each.value for each in UNSETTLED))
    late = (cases.c.due_at < now) & (cases.c.state != State.WAITING)
    row = tx.execute(
        select(func.count().label("open"), func.count().filter(late).label("overdue")).where(
            cases.c.sealed.is_(False), waits, cases.c.origin == Origin.APPEAL
        )
    ).one()
    return Appeals(open=row.open, overdue=row.overdue)
