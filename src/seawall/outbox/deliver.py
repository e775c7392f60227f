"""Try what waits: send, and write down how that went, under a lock of the delivery.

At least once: the receipt is written after the other side took it, so a process that dies between the two sends it
again, under the same id. What fails is tried again after longer and longer pauses, and is dead after the last.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import RowMapping, delete, insert, select, update

from seawall.outbox.errors import NoSuchDelivery, NotTaken
from seawall.outbox.kinds import Attempt, Delivery, Event, State
from seawall.outbox.tables import attempts, deliveries, events
from seawall.store import Database, Transaction
from seawall.store.listen import notify
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import SeawallError

log = logging.getLogger(__name__)
# What Standard Webhooks recommends: a day and a half in all, with the last at the end of three.
PAUSES = tuple(timedelta(seconds=each) for each in (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
_AT_ONCE, _FORGOTTEN = 200, 10_000
# Longer than a notice can be appealed.
_KEPT = timedelta(days=400)
# Told with an account whose notices changed, or with nothing when something died.
CHANNEL = "outbox"
# Sends one delivery and returns the status that came back. Raises SeawallError.
Send = Callable[[Transaction, Delivery, Event], int]


def attempt(database: Database, send: Send, delivery: str, clock: Clock) -> State | None:
    """Try one delivery if it waits and is due; None where nothing was to be done, or another process does it."""
    with database.begin() as tx:
        found = _due(tx, delivery, clock())
        if found is None:
            return None
        event = event_of(tx, found.event)
        status, error = _sent(tx, send, found, event)
        return _noted(tx, found, status, error, clock())


def attempt_due(database: Database, send: Send, clock: Clock) -> int:
    """Try everything that is due; return how many there were."""
    with database.begin() as tx:
        waits = (deliveries.c.state == State.WAITING) & (deliveries.c.again_at <= clock())
        due = list(tx.scalars(select(deliveries.c.id).where(waits).order_by(deliveries.c.again_at).limit(_AT_ONCE)))
    return sum(attempt(database, send, each, clock) is not None for each in due)


def forget(tx: Transaction, clock: Clock) -> int:
    """Remove events that are long over, with what was tried of them; return how many. What still waits stays."""
    waits = select(deliveries.c.event).where(deliveries.c.state == State.WAITING)
    old = (events.c.at < clock() - _KEPT) & events.c.id.not_in(waits)
    gone = list(tx.scalars(select(events.c.id).where(old).order_by(events.c.id).limit(_FORGOTTEN)))
    mine = select(deliveries.c.id).where(deliveries.c.event.in_(gone))
    tx.execute(delete(attempts).where(attempts.c.delivery.in_(mine)))
    tx.execute(delete(deliveries).where(deliveries.c.event.in_(gone)))
    tx.execute(delete(events).where(events.c.id.in_(gone)))
    return len(gone)


def event_of(tx: Transaction, event: str) -> Event:
    """Return an event."""
    row = tx.execute(select(events).where(events.c.id == event)).mappings().one()
    return Event(**{name: row[name] for name in Event.__struct_fields__})


def find(tx: Transaction, delivery: str) -> Delivery:
    """Return a delivery. Raises NoSuchDelivery."""
    row = tx.execute(select(deliveries).where(deliveries.c.id == delivery)).mappings().first()
    if row is None:
        raise NoSuchDelivery(delivery)
    return as_delivery(row)


def attempts_of(tx: Transaction, delivery: str) -> list[Attempt]:
    """Return the attempts of a delivery, oldest first."""
    found = select(attempts).where(attempts.c.delivery == delivery).order_by(attempts.c.number)
    fields = Attempt.__struct_fields__
    return [Attempt(**{name: row[name] for name in fields}) for row in tx.execute(found).mappings()]


def as_delivery(row: RowMapping) -> Delivery:
    """Return a row as a delivery."""
    return msgspec.convert({name: row[name] for name in Delivery.__struct_fields__}, Delivery)


def _due(tx: Transaction, delivery: str, now: datetime) -> Delivery | None:
    chosen = select(deliveries).where(deliveries.c.id == delivery).with_for_update(skip_locked=True)
    row = tx.execute(chosen).mappings().first()
    found = None if row is None else as_delivery(row)
    if found is None or found.state is not State.WAITING or found.again_at is None or found.again_at > now:
        return None
    return found


def _sent(tx: Transaction, send: Send, delivery: Delivery, event: Event) -> tuple[int | None, str | None]:
    """Return the status of what was sent, or why it was not taken."""
    try:
        # What sending writes of its own, such as a link in a letter, is gone where it was not taken.
        with tx.begin_nested():
            return send(tx, delivery, event), None
    except NotTaken as error:
        return error.answered, error.code
    except SeawallError as error:
        log.warning("something of the outbox was not taken", extra={"code": error.code, "delivery": delivery.id})
        return None, error.code


def _noted(tx: Transaction, delivery: Delivery, status: int | None, error: str | None, now: datetime) -> State:
    number = delivery.attempts + 1
    values: dict[str, Any] = {"attempts": number, "error": error, "again_at": None}
    if error is None:
        values |= {"state": State.TAKEN, "taken_at": now}
    elif number > len(PAUSES):
        values |= {"state": State.DEAD}
        notify(tx, CHANNEL, "")
    else:
        values |= {"state": State.WAITING, "again_at": now + PAUSES[number - 1]}
    tx.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(values))
    row = {"delivery": delivery.id, "number": number, "at": now, "status": status, "error": error}
    tx.execute(insert(attempts).values(row))
    return State(values["state"])
