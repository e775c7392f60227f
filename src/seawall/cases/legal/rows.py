"""Legal requests as rows: read one, lock it, change it, and keep its trail."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, insert, select, update

from seawall.access.people import Edges
from seawall.cases.legal.errors import NoSuchLegalRequest, NotNow, Unverified
from seawall.cases.legal.kinds import State
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.tables import events, requests
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId, LegalRequestId
from seawall.vocabulary.records import Record


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a request's trail; `item` is what was written, in the vault."""

    at: datetime
    what: str
    by: str
    told: dict[str, Any]
    item: str | None


def find(tx: Transaction, request: str) -> LegalRequest:
    """Return a request. Raises NoSuchLegalRequest."""
    row = tx.execute(select(requests).where(requests.c.id == request)).mappings().first()
    if row is None:
        raise NoSuchLegalRequest(request)
    return as_request(row)


def lock(tx: Transaction, request: str, *states: State) -> LegalRequest:
    """Return a request that is in one of these states, its row locked until the transaction ends.

    Without states it only must not be closed. Raises NoSuchLegalRequest, NotNow, Unverified.
    """
    row = tx.execute(select(requests).where(requests.c.id == request).with_for_update()).mappings().first()
    if row is None:
        raise NoSuchLegalRequest(request)
    found = as_request(row)
    if found.state is State.CLOSED:
        raise NotNow(found)
    if states and found.state not in states:
        if found.verified_at is None:
            raise Unverified(found.id)
        raise NotNow(found, *states)
    return found


def change(tx: Transaction, request: LegalRequest, **values: Any) -> LegalRequest:
    """Change a locked request and return it as it is then."""
    changed = update(requests).where(requests.c.id == request.id).values(values).returning(requests)
    return as_request(tx.execute(changed).mappings().one())


def trail(
    tx: Transaction,
    edges: Edges,
    request: str,
    what: str,
    by: str,
    body: Record | None = None,
    *,
    told: dict[str, Any] | None = None,
    item: ItemId | None = None,
) -> None:
    """Write down what happened, for whoever works on it and, with a `body`, in the ledger."""
    row = {"request": request, "at": edges.clock(), "what": what, "by": by, "told": told or {}, "item": item}
    tx.execute(insert(events).values(row))
    if body is not None:
        edges.record(tx, body)


def events_of(tx: Transaction, request: LegalRequestId) -> list[Event]:
    """Return the trail of a request, oldest first."""
    found = select(events).where(events.c.request == request).order_by(events.c.seq)
    return [Event(**{name: row[name] for name in Event.__struct_fields__}) for row in tx.execute(found).mappings()]


def as_request(row: RowMapping) -> LegalRequest:
    """Return a row as a request."""
    fields = {name: row[name] for name in LegalRequest.__struct_fields__}
    return msgspec.convert(fields, LegalRequest, strict=False, builtin_types=())
