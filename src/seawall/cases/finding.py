"""Lists of cases, a page at a time, each order on an index of its own: the work of a queue, and the newest first.

Nobody finds what they may not see: cases about child safety are asked for by themselves, and a case that names its
readers is in nobody else's list.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, and_, any_, bindparam, func, or_, select, tuple_

from seawall.cases.model import SEALED_QUEUE, UNSETTLED, Case, Origin, Priority, State
from seawall.cases.rows import as_case
from seawall.cases.tables import cases
from seawall.store import Transaction
from seawall.vocabulary.errors import InvalidInput

MOST = 500
_UNSETTLED = tuple(each.value for each in UNSETTLED)


class BadPage(InvalidInput):
    """A page was asked for that follows none."""

    code = "case.bad_page"

    def __init__(self) -> None:
        super().__init__("That is no `after` of a page before.", hint="Give `next` of the page before, as it is.")


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which cases: each that is given must fit."""

    state: State | None = None
    origin: Origin | None = None
    queue: str | None = None
    priority: Priority | None = None
    account: str | None = None
    exchange: str | None = None
    claimed_by: str | None = None


class Waits(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a queue waits, and since when the oldest is due."""

    queue: str
    unsettled: int
    claimed: int
    overdue: int
    next_due: datetime | None


class Urgency(msgspec.Struct, frozen=True, kw_only=True):
    """Which of the work: what fits all that is given. `late_at` is a moment at which it is overdue.

    `by_due` puts what is due first on top, whatever its priority; left out, the most urgent is.
    """

    queue: str | None = None
    state: State | None = None
    priority: Priority | None = None
    late_at: datetime | None = None
    by_due: bool = False


def work(
    tx: Transaction,
    asked: Urgency | None = None,
    *,
    reader: str,
    sealed: bool = False,
    after: str = "",
    limit: int = 100,
) -> list[Case]:
    """Return what waits in a queue, or in all, most urgent first. Raises BadPage."""
    asked = asked or Urgency()
    chosen = and_(*seen(reader, sealed=sealed), _unsettled(), *_urgent(asked))
    if asked.queue is not None or sealed:
        chosen &= cases.c.queue == (SEALED_QUEUE if sealed else asked.queue)
    order = [cases.c.due_at, cases.c.id] if asked.by_due else [cases.c.priority, cases.c.due_at, cases.c.id]
    if after:
        chosen &= tuple_(*order) > tuple_(*_place(after, by_due=asked.by_due))
    return _cases(tx, select(cases).where(chosen).order_by(*order).limit(_most(limit)))


def place_of(case: Case, *, by_due: bool = False) -> str:
    """Return the `after` under which the work behind a case is asked for."""
    place = f"{case.due_at.isoformat()}~{case.id}"
    return place if by_due else f"{case.priority.value}~{place}"


def newest(
    tx: Transaction, asked: Asked, *, reader: str, sealed: bool = False, after: str = "", limit: int = 100
) -> list[Case]:
    """Return cases from the newest on, those behind `after`."""
    chosen = list(seen(reader, sealed=sealed))
    given = {name: getattr(asked, name) for name in Asked.__struct_fields__}
    chosen += [cases.c[name] == value for name, value in given.items() if value is not None]
    if after:
        chosen.append(cases.c.id < after)
    return _cases(tx, select(cases).where(*chosen).order_by(cases.c.id.desc()).limit(_most(limit)))


def queues(tx: Transaction, *, reader: str, now: datetime, sealed: bool = False) -> list[Waits]:
    """Return how much waits for somebody in each queue that has anything."""
    late = and_(cases.c.state != State.WAITING, cases.c.due_at < now)
    counted = (
        select(
            cases.c.queue,
            func.count().label("unsettled"),
            func.count().filter(cases.c.state == State.CLAIMED).label("claimed"),
            func.count().filter(late).label("overdue"),
            func.min(cases.c.due_at).filter(cases.c.state != State.WAITING).label("next_due"),
        )
        .where(*seen(reader, sealed=sealed), _unsettled())
        .group_by(cases.c.queue)
        .order_by(cases.c.queue)
    )
    return [Waits(**row) for row in tx.execute(counted).mappings()]


def merged_into(tx: Transaction, case: str) -> Sequence[str]:
    """Return the cases that were merged into one."""
    return tx.scalars(select(cases.c.id).where(cases.c.merged_into == case).order_by(cases.c.id)).all()


def sealed_among(tx: Transaction, exchanges: Sequence[str]) -> frozenset[str]:
    """Return those of some exchanges that a sealed case is about, whatever was found in them."""
    mine = select(cases.c.exchange).where(cases.c.exchange.in_(exchanges), cases.c.sealed)
    return frozenset(tx.scalars(mine))


def seen(reader: str, *, sealed: bool) -> tuple[ColumnElement[bool], ...]:
    """Return what holds of the cases of one kind that somebody may see, given that they may see such."""
    mine = or_(cases.c.readers.is_(None), bindparam("reader", reader) == any_(cases.c.readers))
    return (cases.c.sealed.is_(sealed), mine)


def _unsettled() -> ColumnElement[bool]:
    # In the words of the index, or PostgreSQL does not know that it fits.
    return cases.c.state.in_(_UNSETTLED)


def _urgent(asked: Urgency) -> list[ColumnElement[bool]]:
    chosen = list[ColumnElement[bool]]()
    if asked.state is not None:
        chosen.append(cases.c.state == asked.state)
    if asked.priority is not None:
        chosen.append(cases.c.priority == asked.priority)
    if asked.late_at is not None:
        # What waits stands still and is not late.
        chosen += [cases.c.due_at < asked.late_at, cases.c.state != State.WAITING]
    return chosen


def _place(after: str, *, by_due: bool) -> tuple[Any, ...]:
    try:
        *priority, due_at, last = after.split("~")
        if len(priority) != (0 if by_due else 1):
            raise BadPage
        return (*(Priority(int(each)).value for each in priority), datetime.fromisoformat(due_at), last)
    except ValueError:
        raise BadPage from None


def _cases(tx: Transaction, found: Select[Any]) -> list[Case]:
    return [as_case(row) for row in tx.execute(found).mappings()]


def _most(limit: int) -> int:
    return max(1, min(limit, MOST))
