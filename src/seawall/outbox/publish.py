"""Put an event into the outbox, in the transaction of what it tells of: either both are there, or neither."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import insert

from seawall.outbox.endpoints import of_project
from seawall.outbox.kinds import Channel, Event, State
from seawall.outbox.tables import deliveries, events
from seawall.store import Transaction
from seawall.store.jobs import enqueue
from seawall.vocabulary.ids import ItemId, new_id

JOB = "outbox.deliver"


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """To whom an event is told by e-mail: the item of the vault with the address, or a person, and the language."""

    address: ItemId
    language: str


def publish(
    tx: Transaction,
    *,
    kind: str,
    project: str,
    about: str,
    body: dict[str, Any],
    at: datetime,
    webhooks: bool = True,
    letters: Iterable[Letter] = (),
) -> Event | None:
    """Send an event to the endpoints that ask for it, and as letters; None where nobody is told.

    `webhooks` is false for what may not leave that way.
    """
    places = of_project(tx, project, kind) if webhooks else []
    ways: list[dict[str, Any]] = [
        {"channel": Channel.WEBHOOK, "endpoint": each.id, "address": None, "language": ""} for each in places
    ]
    ways += [
        {"channel": Channel.EMAIL, "endpoint": None, "address": each.address, "language": each.language}
        for each in letters
    ]
    return send_to(tx, ways, kind=kind, project=project, about=about, body=body, at=at) if ways else None


def send_to(
    tx: Transaction,
    ways: Iterable[dict[str, Any]],
    *,
    kind: str,
    project: str,
    about: str,
    body: dict[str, Any],
    at: datetime,
) -> Event:
    """Write an event down with its deliveries, and have each tried at once."""
    event = Event(id=new_id("ev"), kind=kind, project=project, about=about, at=at, body=body)
    tx.execute(insert(events).values(msgspec.structs.asdict(event)))
    for way in ways:
        row = {"id": new_id("dl"), "event": event.id, "state": State.WAITING, "attempts": 0, "again_at": at, **way}
        tx.execute(insert(deliveries).values(row))
        enqueue(tx, JOB, delivery=row["id"])
    return event
