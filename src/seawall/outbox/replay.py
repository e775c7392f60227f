"""What lies in the outbox, for staff: dead ones, those of an endpoint, of a thing; have one tried again."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from sqlalchemy import func, select, update

from seawall.outbox.deliver import as_delivery, find
from seawall.outbox.endpoints import Write
from seawall.outbox.endpoints import find as find_endpoint
from seawall.outbox.kinds import TEST, Channel, Delivery, Event, State
from seawall.outbox.publish import JOB, send_to
from seawall.outbox.tables import deliveries, events
from seawall.store import Transaction
from seawall.store.jobs import enqueue
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records.outbox import DeliveryReplayed, WebhookTested


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """How one event fares on one channel."""

    delivery: str
    event: str
    kind: str
    about: str
    channel: Channel
    endpoint: str | None
    state: State
    attempts: int
    again_at: datetime | None
    taken_at: datetime | None
    error: str | None


def lying(
    tx: Transaction, *, state: State | None = None, endpoint: str = "", after: str = "", limit: int = 100
) -> list[Receipt]:
    """Return deliveries, newest first; those in a state, or to an endpoint, where that is asked for."""
    found = select(deliveries, events.c.kind, events.c.about).join(events, events.c.id == deliveries.c.event)
    if state is not None:
        found = found.where(deliveries.c.state == state)
    if endpoint:
        found = found.where(deliveries.c.endpoint == endpoint)
    if after:
        found = found.where(deliveries.c.id < after)
    rows = tx.execute(found.order_by(deliveries.c.id.desc()).limit(limit)).mappings()
    return [_receipt(as_delivery(row), row["kind"], row["about"]) for row in rows]


def about(tx: Transaction, things: Iterable[str], kind: str) -> dict[str, list[Receipt]]:
    """Return how events of a kind about things fare, by the thing."""
    chosen = (events.c.about.in_(list(things))) & (events.c.kind == kind)
    found = select(deliveries, events.c.about).join(events, events.c.id == deliveries.c.event).where(chosen)
    told: dict[str, list[Receipt]] = {}
    for row in tx.execute(found.order_by(deliveries.c.id)).mappings():
        told.setdefault(row["about"], []).append(_receipt(as_delivery(row), kind, row["about"]))
    return told


def dead(tx: Transaction) -> int:
    """Return how many are dead."""
    return tx.scalar(select(func.count()).select_from(deliveries).where(deliveries.c.state == State.DEAD)) or 0


def left(tx: Transaction) -> dict[str, dict[str, int]]:
    """Return by endpoint how many deliveries wait, and how many are dead."""
    found: dict[str, dict[str, int]] = {}
    # One by one, as each rests on an index of its own.
    for state in (State.WAITING, State.DEAD):
        mine = deliveries.c.endpoint.is_not(None) & (deliveries.c.state == state)
        counted = select(deliveries.c.endpoint, func.count().label("n")).where(mine).group_by(deliveries.c.endpoint)
        for row in tx.execute(counted):
            found.setdefault(row.endpoint, {})[state.value] = row.n
    return found


def replay(tx: Transaction, delivery: str, *, by: str, record: Write, clock: Clock) -> Delivery:
    """Have a delivery tried again, taken or dead, under the same id, with all its attempts before it.

    Raises NoSuchDelivery, NoSuchEndpoint.
    """
    found = find(tx, delivery)
    if found.endpoint is not None:
        find_endpoint(tx, found.endpoint)
    again = {"state": State.WAITING, "again_at": clock(), "taken_at": None, "error": None}
    tx.execute(update(deliveries).where(deliveries.c.id == delivery).values(again))
    enqueue(tx, JOB, delivery=delivery)
    record(tx, DeliveryReplayed(delivery=delivery, event=found.event, by=by))
    return find(tx, delivery)


def test(tx: Transaction, endpoint: str, *, by: str, record: Write, clock: Clock) -> Event:
    """Send an event to an endpoint that tells of nothing. Raises NoSuchEndpoint."""
    found = find_endpoint(tx, endpoint)
    way = {"channel": Channel.WEBHOOK, "endpoint": found.id, "address": None, "language": ""}
    sent = send_to(tx, [way], kind=TEST, project=found.project, about=found.id, body={}, at=clock())
    record(tx, WebhookTested(endpoint=found.id, event=sent.id, by=by))
    return sent


def _receipt(found: Delivery, kind: str, about: str) -> Receipt:
    plain = set(Receipt.__struct_fields__) - {"delivery", "kind", "about"}
    return Receipt(delivery=found.id, kind=kind, about=about, **{name: getattr(found, name) for name in plain})
