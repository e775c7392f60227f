"""States of practices and commitments at a moment, from what rules found and what people stated. Pure.

    rules of a practice, its activities -> practice      practices that serve a commitment -> commitment

The worst counts: a commitment is kept only while every practice that serves it is. What somebody stated never makes a
practice kept, and never hides that a rule lapsed.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from seawall.commitments.documents import Practice
from seawall.commitments.model import Book, State, worst
from seawall.commitments.rules import Seen, Standing, standing, until

LEAST = timedelta(days=4)


class Valid(msgspec.Struct, frozen=True, kw_only=True):
    """An activity as far as states rest on it."""

    id: str
    recorded_at: datetime
    expires_at: datetime


class PracticeStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a practice is. `rests_on` is `records`, `activity` or nothing; `reason` says why it does not apply."""

    id: str
    state: State
    rests_on: str = ""
    lapses_at: datetime | None = None
    rules: tuple[Standing, ...] = ()
    activities: tuple[str, ...] = ()
    reason: str = ""

    @property
    def records(self) -> tuple[str, ...]:
        """Return the records that carry the state, or whose missing answer does."""
        carried = (each for rule in self.rules for each in (*rule.missing, *rule.records))
        return tuple(dict.fromkeys(each.record for each in carried))


class ItemStatus(msgspec.Struct, frozen=True, kw_only=True):
    """Where a commitment is: the worst of the practices that serve it. `gap` tells that there is none."""

    id: str
    state: State
    practices: tuple[str, ...] = ()
    counts: dict[str, int] = {}
    lapses_at: datetime | None = None
    gap: bool = False
    reason: str = ""


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """Every practice and every commitment at a moment, by id; `read_to` is how far the ledger was read."""

    at: datetime
    read_to: int
    practices: dict[str, PracticeStatus]
    items: dict[str, ItemStatus]


def status(
    book: Book, found: Mapping[str, Seen], activities: Mapping[str, Sequence[Valid]], now: datetime, *, read_to: int = 0
) -> Status:
    """Return where everything is."""
    practices = {
        each.id: practice_status(book, each, found, activities.get(each.id, ()), now)
        for each in book.practices.values()
    }
    items = {name: _item(book, name, practices) for name in book.items}
    return Status(at=now, read_to=read_to, practices=practices, items=items)


def practice_status(
    book: Book, practice: Practice, found: Mapping[str, Seen], activities: Sequence[Valid], now: datetime
) -> PracticeStatus:
    """Return where one practice is."""
    if practice.id in book.off:
        return PracticeStatus(id=practice.id, state=State.NOT_APPLICABLE, reason=book.off[practice.id])
    rules = tuple(standing(rule, found.get(rule.id, Seen()), now) for rule in practice.rules)
    stated, until_ = _stated(activities, now)
    ids = tuple(each.id for each in activities)
    if rules:
        state = worst([each.state for each in rules])
        if state is not State.NOT_STARTED or stated in (State.NOT_STARTED, State.LAPSED):
            lapses_at = _earliest(each.lapses_at for each in rules if each.state is state)
            if state in (State.KEPT, State.LAPSING):
                lapses_at = _earliest(each.lapses_at for each in rules)
            rests_on = "" if state is State.NOT_STARTED else "records"
            return PracticeStatus(
                id=practice.id, state=state, rests_on=rests_on, lapses_at=lapses_at, rules=rules, activities=ids
            )
    rests_on = "" if stated is State.NOT_STARTED else "activity"
    return PracticeStatus(
        id=practice.id, state=stated, rests_on=rests_on, lapses_at=until_, rules=rules, activities=ids
    )


def _stated(activities: Sequence[Valid], now: datetime) -> tuple[State, datetime | None]:
    """Return what activities come to by themselves: the one that ends last decides."""
    if not activities:
        return State.NOT_STARTED, None
    last = max(activities, key=lambda each: each.expires_at)
    state = until(last.expires_at, max(last.expires_at - last.recorded_at, LEAST), now)
    return (State.RECORDED_ONLY if state is State.KEPT else state), last.expires_at


def _item(book: Book, name: str, practices: Mapping[str, PracticeStatus]) -> ItemStatus:
    serving = book.serving[name]
    if name in book.off:
        return ItemStatus(id=name, state=State.NOT_APPLICABLE, practices=serving, reason=book.off[name])
    if not serving:
        return ItemStatus(id=name, state=State.NOT_STARTED, gap=True)
    theirs = [practices[each] for each in serving]
    state = worst([each.state for each in theirs])
    counts = {kind.value: sum(each.state is kind for each in theirs) for kind in State}
    # What has run out says when it did; while everything still holds, the first that runs out does.
    of = [each for each in theirs if each.state is state] if state is State.LAPSED else theirs
    return ItemStatus(
        id=name,
        state=state,
        practices=serving,
        counts={kind: count for kind, count in counts.items() if count},
        lapses_at=None if state is State.NOT_STARTED else _earliest(each.lapses_at for each in of),
        reason="None of its practices applies here." if state is State.NOT_APPLICABLE else "",
    )


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)
