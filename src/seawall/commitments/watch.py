"""Watch over commitments: read on in the ledger, and put on record whatever is in another state than before.

    catch up -> states now -> compared with those on record -> commitment.state_changed, in one transaction

A worker does it every minute. Two at once wait for each other, and what dies in between has changed nothing.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from seawall.commitments import activities
from seawall.commitments.following import catch_up, read_to, seen
from seawall.commitments.model import Book, State
from seawall.commitments.status import ItemStatus, PracticeStatus, Status, status
from seawall.commitments.tables import registers, states
from seawall.store import Database, Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records import Record
from seawall.vocabulary.records.commitments import CommitmentStateChanged, RegisterChanged

Write = Callable[[Transaction, Record], object]
SHOWN = 20


ALARMING = (State.LAPSED, State.LAPSING)


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is in another state: a `practice` or a `commitment`, and who answers for a practice."""

    what: str
    name: str
    before: State
    after: State
    owner: str = ""

    @property
    def alarming(self) -> bool:
        """Tell whether somebody should look."""
        return self.after in ALARMING

    @property
    def ends_alarm(self) -> bool:
        """Tell whether nobody needs to look any more."""
        return self.before in ALARMING and not self.alarming


Alert = Callable[[Transaction, Change], None]


def step(database: Database, book: Book, *, record: Write, clock: Clock, alert: Alert | None = None) -> list[Change]:
    """Look once, and tell `alert` of every change in the transaction that puts it on record; return them."""
    with database.begin() as tx:
        changes = look(tx, book, record=record, clock=clock)
        if alert is not None:
            for each in changes:
                alert(tx, each)
    return changes


def look(tx: Transaction, book: Book, *, record: Write, clock: Clock) -> list[Change]:
    """Read on, and put changes on record in this transaction; return them."""
    catch_up(tx, book)
    _adopt(tx, book, record, clock())
    now = current(tx, book, clock())
    known = {(row.what, row.name): State(row.state) for row in tx.execute(select(states))}
    found = [_practice(book, each) for each in now.practices.values()]
    # Of what nobody stands by nothing is stated in public.
    found += [_item(each, now) for each in now.items.values() if stands_by(book, each.id, now.at)]
    changes = []
    for what, name, state, body in found:
        before = known.get((what, name), State.NOT_STARTED)
        if state is not before:
            owner = book.practices[name].owner if what == "practice" else ""
            changes.append(Change(what=what, name=name, before=before, after=state, owner=owner))
            _put(tx, changes[-1], body, book, record, now.at)
    return changes


def current(tx: Transaction, book: Book, now: datetime) -> Status:
    """Return where everything is, from what was read so far."""
    return status(book, seen(tx, book), activities.valid(tx), now, read_to=read_to(tx))


def stands_by(book: Book, item: str, now: datetime) -> bool:
    """Tell whether the organisation stands by a commitment's framework at a moment."""
    return stands_by_all_of(book, book.framework_of[item], now)


def stands_by_all_of(book: Book, framework: str, now: datetime) -> bool:
    """Tell whether the organisation stands by a framework at a moment."""
    adopted = book.adopts.get(framework)
    return adopted is not None and (adopted.until is None or adopted.until > now.date().isoformat())


def _practice(book: Book, each: PracticeStatus) -> tuple[str, str, State, Mapping[str, Any]]:
    names = each.activities if each.rests_on == "activity" else ()
    return "practice", each.id, each.state, _body(each.lapses_at, each.records, names)


def _item(each: ItemStatus, now: Status) -> tuple[str, str, State, Mapping[str, Any]]:
    # The records of those practices that put it where it is.
    theirs = [now.practices[name] for name in each.practices if now.practices[name].state is each.state]
    records = tuple(dict.fromkeys(record for one in theirs for record in one.records))
    names = tuple(dict.fromkeys(name for one in theirs if one.rests_on == "activity" for name in one.activities))
    return "commitment", each.id, each.state, _body(each.lapses_at, records, names)


def _body(lapses_at: datetime | None, records: tuple[str, ...], names: tuple[str, ...]) -> Mapping[str, Any]:
    return {
        "lapses_at": None if lapses_at is None else lapses_at.isoformat(),
        "records": records[:SHOWN],
        "activities": names[:SHOWN],
    }


def _put(tx: Transaction, change: Change, body: Mapping[str, Any], book: Book, record: Write, now: datetime) -> None:
    stated = CommitmentStateChanged(
        what=change.what,
        name=change.name,
        from_state=change.before.value,
        to_state=change.after.value,
        register=book.digest,
        **body,
    )
    row = {
        "what": change.what,
        "name": change.name,
        "state": change.after.value,
        "changed_at": now,
        "record": str(record(tx, stated)),
    }
    made = upsert(states).values(row)
    changed = {name: made.excluded[name] for name in ("state", "changed_at", "record")}
    tx.execute(made.on_conflict_do_update(index_elements=["what", "name"], set_=changed))


def _adopt(tx: Transaction, book: Book, record: Write, now: datetime) -> None:
    """Put a register on record that was not in force before."""
    previous = tx.scalar(select(registers.c.digest).order_by(registers.c.seq.desc()).limit(1))
    if previous == book.digest:
        return
    adopted = tuple(sorted(name for name, each in book.adopts.items() if each.until is None))
    off = tuple(sorted(book.switched_off))
    stated = RegisterChanged(
        digest=book.digest, previous=previous, adopted=adopted, practices=len(book.practices), off=off
    )
    record(tx, stated)
    tx.execute(insert(registers).values(digest=book.digest, at=now))
