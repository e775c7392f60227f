"""Investigations as rows: read one, lock it, and keep its trail."""

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import RowMapping, insert, select

from seawall.investigations.desk import Desk
from seawall.investigations.errors import InvestigationClosed, InvestigationOpen, NoSuchInvestigation, NoSuchSearch
from seawall.investigations.model import Investigation, Search
from seawall.investigations.permits import Step, permit
from seawall.investigations.tables import events, investigations, searches
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records import Record


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """One step of the trail; `item` is what was written, in the vault."""

    seq: int
    at: datetime
    what: str
    by: str
    told: dict[str, Any]
    item: str | None


def find(tx: Transaction, investigation: str) -> Investigation:
    """Return an investigation, whoever asks. Raises NoSuchInvestigation."""
    return _one(tx, investigation, lock=False)


def working(tx: Transaction, desk: Desk, investigation: str, by: str) -> Investigation:
    """Return an open investigation in which somebody may do something, its row locked.

    Raises NoSuchInvestigation, NotPermitted, InvestigationClosed.
    """
    found = _managed(tx, desk, investigation, by)
    if found.closed_at is not None:
        raise InvestigationClosed(found.id)
    return found


def over(tx: Transaction, desk: Desk, investigation: str, by: str) -> Investigation:
    """Return a closed investigation that somebody may reopen, its row locked.

    Raises NoSuchInvestigation, NotPermitted, InvestigationOpen.
    """
    found = _managed(tx, desk, investigation, by)
    if found.closed_at is None:
        raise InvestigationOpen(found.id)
    return found


def trail(
    tx: Transaction,
    desk: Desk,
    found: Investigation,
    what: str,
    by: str,
    body: Record,
    *,
    told: dict[str, Any] | None = None,
    item: ItemId | None = None,
) -> None:
    """Write down what happened in an investigation: for whoever reads it, and in the ledger."""
    row = {
        "investigation": found.id,
        "at": desk.edges.clock(),
        "what": what,
        "by": by,
        "told": told or {},
        "item": item,
    }
    tx.execute(insert(events).values(row))
    desk.edges.record(tx, body)


def trail_of(tx: Transaction, investigation: str, *, before: int | None = None, limit: int = 100) -> list[Event]:
    """Return steps of an investigation, newest first; with `before`, those ahead of it."""
    chosen = select(events).where(events.c.investigation == investigation)
    if before is not None:
        chosen = chosen.where(events.c.seq < before)
    fields = Event.__struct_fields__
    rows = tx.execute(chosen.order_by(events.c.seq.desc()).limit(limit)).mappings()
    return [Event(**{name: row[name] for name in fields}) for row in rows]


def search_of(tx: Transaction, investigation: str, search: str, *, lock: bool = False) -> Search:
    """Return a search of an investigation. Raises NoSuchSearch."""
    chosen = select(searches).where(searches.c.id == search, searches.c.investigation == investigation)
    row = tx.execute(chosen.with_for_update() if lock else chosen).mappings().first()
    if row is None:
        raise NoSuchSearch(search)
    return as_search(row)


def as_search(row: RowMapping) -> Search:
    """Return a row as a search."""
    return msgspec.convert({name: row[name] for name in Search.__struct_fields__}, Search, strict=False)


def as_investigation(row: RowMapping) -> Investigation:
    """Return a row as an investigation."""
    return msgspec.convert({name: row[name] for name in Investigation.__struct_fields__}, Investigation, strict=False)


def _managed(tx: Transaction, desk: Desk, investigation: str, by: str) -> Investigation:
    found = _one(tx, investigation, lock=True)
    permit(tx, desk, found, Step.MANAGE, by)
    return found


def _one(tx: Transaction, investigation: str, *, lock: bool) -> Investigation:
    chosen = select(investigations).where(investigations.c.id == investigation)
    row = tx.execute(chosen.with_for_update() if lock else chosen).mappings().first()
    if row is None:
        raise NoSuchInvestigation(investigation)
    return as_investigation(row)
