"""How somebody wants to see what people wrote, how much of it they looked at, and when a rest is due.

    viewed (in the trail of cases) -> looks -> wants_rest;  comfort <-> set_comfort

Theirs alone: nobody else is shown it, no record is made of it, and it goes with the person. What was looked at is
counted from the trails of cases, sealed ones included, and from what other rooms say of theirs.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert

from seawall.cases.tables import comforts, events
from seawall.store import Transaction
from seawall.vocabulary.errors import InvalidInput

REST = timedelta(minutes=10)
MOST = 500


class BadComfort(InvalidInput):
    """A rest cannot be asked for like that."""

    code = "case.bad_comfort"

    def __init__(self, after: int) -> None:
        super().__init__(f"A reminder to rest after {after} looks is not kept.", hint=f"1 to {MOST}, or 0 for none.")


class Comfort(msgspec.Struct, frozen=True, kw_only=True):
    """How texts are shown: blurred, without colours, folded up until each is asked for; whether single keys work.

    After `break_after` looks without a rest somebody is told so; 0 never tells.
    """

    blurred: bool = False
    grey: bool = False
    folded: bool = False
    keys: bool = True
    break_after: int = 25


class Looks(msgspec.Struct, frozen=True, kw_only=True):
    """How often somebody looked at what was written: today, this week, and since they last rested."""

    today: int
    week: int
    since_rest: int

    def wants_rest(self, comfort: Comfort) -> bool:
        """Tell whether a rest is due."""
        return 0 < comfort.break_after <= self.since_rest


def comfort(tx: Transaction, person: str) -> Comfort:
    """Return how somebody wants to see texts; plainly, where they never said."""
    row = tx.execute(select(comforts).where(comforts.c.person == person)).mappings().first()
    return Comfort() if row is None else Comfort(**{name: row[name] for name in Comfort.__struct_fields__})


def set_comfort(tx: Transaction, person: str, wanted: Comfort) -> None:
    """Keep how somebody wants to see texts. Raises BadComfort."""
    if not 0 <= wanted.break_after <= MOST:
        raise BadComfort(wanted.break_after)
    row = msgspec.structs.asdict(wanted)
    entered = insert(comforts).values(person=person, **row)
    tx.execute(entered.on_conflict_do_update(index_elements=["person"], set_=row))


def forget_comfort(tx: Transaction, person: str) -> int:
    """Forget it, and return how much there was."""
    return tx.execute(delete(comforts).where(comforts.c.person == person)).rowcount


def looks(tx: Transaction, person: str, now: datetime, *, elsewhere: Sequence[datetime] = ()) -> Looks:
    """Return how much somebody looked at. Days and weeks are those of UTC, a week begins on Monday.

    `elsewhere` is when they looked at something outside of cases.
    """
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    monday = midnight - timedelta(days=now.weekday())
    mine = (events.c.what == "viewed") & (events.c.by == person)
    today = func.count().filter(events.c.at >= midnight)
    counted = tx.execute(select(today.label("today"), func.count().label("week")).where(mine, events.c.at >= monday))
    row = counted.one()
    newest = select(events.c.at).where(mine, events.c.at <= now).order_by(events.c.at.desc()).limit(MOST)
    every = sorted([*tx.scalars(newest), *elsewhere], reverse=True)
    return Looks(
        today=row.today + sum(at >= midnight for at in elsewhere),
        week=row.week + sum(at >= monday for at in elsewhere),
        since_rest=_since_rest(every, now),
    )


def _since_rest(newest: Sequence[datetime], now: datetime) -> int:
    before, count = now, 0
    for at in newest:
        if before - at >= REST:
            break
        before, count = at, count + 1
    return count
