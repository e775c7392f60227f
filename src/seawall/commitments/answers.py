"""What people ask of commitments: how everything stands, why something does, what is due. Plain values, for any way."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec

from seawall.commitments.activities import Activity
from seawall.commitments.documents import Framework, Item, Practice
from seawall.commitments.model import MEANS, Book, State
from seawall.commitments.problems import NoSuchName
from seawall.commitments.register import counted
from seawall.commitments.rules import Standing
from seawall.commitments.status import ItemStatus, PracticeStatus, Status
from seawall.commitments.watch import stands_by

SOON = timedelta(days=30)
ADD = "/console/commitments/activities/add"


class PracticeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A practice in a list."""

    practice: str
    name: str
    owner: str
    cadence: str
    software: str
    state: State
    rests_on: str
    lapses_at: datetime | None
    records: tuple[str, ...]


class ItemLine(msgspec.Struct, frozen=True, kw_only=True):
    """A commitment in a list; `number` is empty where its framework gives it none."""

    commitment: str
    number: str
    title: str
    state: State
    lapses_at: datetime | None
    practices: tuple[str, ...]


class FrameworkLine(msgspec.Struct, frozen=True, kw_only=True):
    """A framework with its commitments. `stands_by` tells whether the organisation does."""

    framework: str
    name: str
    stands_by: bool
    since: str
    counts: dict[str, int]
    commitments: tuple[ItemLine, ...]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """How everything stands; `read_to` is the number of the ledger up to which rules have read."""

    at: datetime
    register: str
    read_to: int
    frameworks: tuple[FrameworkLine, ...]
    practices: tuple[PracticeLine, ...]


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """A practice that is due, and where its evidence is renewed."""

    practice: str
    name: str
    owner: str
    state: State
    lapses_at: datetime | None
    renew: str
    takes: tuple[str, ...]


class Stated(msgspec.Struct, frozen=True, kw_only=True):
    """An activity in an explanation."""

    id: str
    title: str
    state: str
    by: str
    expires_at: datetime
    document_digest: str
    record: str


class Explained(msgspec.Struct, frozen=True, kw_only=True):
    """Why a practice or a commitment is where it is."""

    what: str
    name: str
    title: str
    says: str
    state: State
    means: str
    lapses_at: datetime | None
    rests_on: str = ""
    reason: str = ""
    owner: str = ""
    rules: tuple[Standing, ...] = ()
    activities: tuple[Stated, ...] = ()
    practices: tuple[PracticeLine, ...] = ()
    records: tuple[str, ...] = ()


def told(book: Book, now: Status) -> Told:
    """Return how everything stands."""
    return Told(
        at=now.at,
        register=book.digest,
        read_to=now.read_to,
        frameworks=tuple(framework_line(book, each, now) for each in book.frameworks.values()),
        practices=tuple(practice_line(each, now.practices[each.id]) for each in book.practices.values()),
    )


def due(
    book: Book, now: Status, *, within: timedelta = SOON, whose: Callable[[str], bool] = lambda _: True
) -> list[Due]:
    """Return practices that ran out or do so within a time, of owners that `whose` lets through; what ran out first."""
    until = now.at + within
    found = [
        due_line(practice, each)
        for practice, each in ((book.practices[name], each) for name, each in now.practices.items())
        if whose(practice.owner) and each.lapses_at is not None and each.lapses_at <= until
    ]
    return sorted(found, key=lambda each: (each.lapses_at, each.practice))


def explain(book: Book, now: Status, name: str, activities: list[Activity]) -> Explained:
    """Return why something is where it is; `activities` are those of the practice. Raises NoSuchName."""
    if name in book.practices:
        return _practice(book.practices[name], now.practices[name], activities, now.at)
    if name in book.items:
        return _item(book, book.items[name], now.items[name], now)
    raise NoSuchName(name, [*book.practices, *book.items])


def due_line(practice: Practice, each: PracticeStatus) -> Due:
    """Return a practice with what it takes to renew it."""
    takes = tuple(rule.says for rule in each.rules if rule.state is not State.KEPT)
    # What rests on somebody's word, or has no rule, is renewed by stating it anew.
    states = not practice.rules or each.rests_on == "activity"
    return Due(
        practice=practice.id,
        name=practice.name,
        owner=practice.owner,
        state=each.state,
        lapses_at=each.lapses_at,
        renew=f"{ADD}?practice={practice.id}" if states else practice.renew,
        takes=takes,
    )


def practice_line(practice: Practice, each: PracticeStatus) -> PracticeLine:
    """Return a practice as a list shows it."""
    return PracticeLine(
        practice=practice.id,
        name=practice.name,
        owner=practice.owner,
        cadence=practice.cadence.value,
        software=practice.software.value,
        state=each.state,
        rests_on=each.rests_on,
        lapses_at=each.lapses_at,
        records=each.records,
    )


def framework_line(book: Book, framework: Framework, now: Status) -> FrameworkLine:
    """Return a framework as a list shows it."""
    adopted = book.adopts.get(framework.id)
    states = [now.items[item.id] for item in framework.items]
    return FrameworkLine(
        framework=framework.id,
        name=framework.short_name,
        stands_by=stands_by(book, framework.items[0].id, now.at),
        since="" if adopted is None else adopted.since,
        counts=counted([each.state for each in states]),
        commitments=tuple(item_line(item, now.items[item.id]) for item in framework.items),
    )


def item_line(item: Item, each: ItemStatus) -> ItemLine:
    """Return a commitment as a list shows it."""
    return ItemLine(
        commitment=item.id,
        number=item.shown_number,
        title=item.title,
        state=each.state,
        lapses_at=each.lapses_at,
        practices=each.practices,
    )


def _practice(practice: Practice, each: PracticeStatus, activities: list[Activity], now: datetime) -> Explained:
    stated = tuple(
        Stated(
            id=one.id,
            title=one.title,
            state=one.state(now),
            by=one.by,
            expires_at=one.expires_at,
            document_digest=one.document_digest,
            record=one.record,
        )
        for one in activities
    )
    return Explained(
        what="practice",
        name=practice.id,
        title=practice.name,
        says=practice.does,
        state=each.state,
        means=MEANS[each.state],
        lapses_at=each.lapses_at,
        rests_on=each.rests_on,
        reason=each.reason,
        owner=practice.owner,
        rules=each.rules,
        activities=stated,
        records=each.records,
    )


def _item(book: Book, item: Item, each: ItemStatus, now: Status) -> Explained:
    lines = tuple(practice_line(book.practices[name], now.practices[name]) for name in each.practices)
    return Explained(
        what="commitment",
        name=item.id,
        title=item.title,
        says=item.says,
        state=each.state,
        means=f"It is where its worst practice is. {MEANS[each.state]}",
        lapses_at=each.lapses_at,
        reason="No practice of the register serves it." if each.gap else each.reason,
        practices=lines,
        records=tuple(dict.fromkeys(record for one in lines for record in one.records)),
    )
