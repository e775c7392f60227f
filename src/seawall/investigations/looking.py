"""See what people and models wrote in an exchange that was found: each look is a record and a step of the trail."""

from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select

from seawall.investigations import words
from seawall.investigations.desk import Desk
from seawall.investigations.errors import NotRetained
from seawall.investigations.finding import visible
from seawall.investigations.model import Search
from seawall.investigations.permits import Step, permit
from seawall.investigations.rows import find, trail
from seawall.investigations.tables import events, exchanges
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records.investigations import InvestigationViewed, InvestigationViewedSealed
from seawall.vocabulary.retained import Said, Shown

MOST_LOOKS = 500


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What an exchange says, as far as it is kept."""

    shown: Shown
    texts: tuple[Said, ...]


def look(tx: Transaction, desk: Desk, investigation: str, exchange: str, *, by: str) -> Seen:
    """Show what was said in an exchange. Raises NoSuchInvestigation, NotPermitted, NotRetained."""
    found = find(tx, investigation)
    permit(tx, desk, found, Step.LOOK, by)
    shown = visible(tx, desk, [exchange], by=by).get(exchange)
    if shown is None:
        raise NotRetained(exchange)
    row = tx.execute(select(exchanges).where(exchanges.c.exchange == exchange)).mappings().one()
    places = [ItemId(row[name]) for name in ("input_item", "output_item") if row[name]]
    kind = InvestigationViewedSealed if shown.sealed else InvestigationViewed
    body = kind(investigation=found.id, exchange=exchange, items=tuple(places), by=by)
    trail(tx, desk, found, "viewed", by, body, told={"exchange": exchange})
    asked, answered = (words.content(tx, desk, row[name]) for name in ("input_item", "output_item"))
    return Seen(shown=shown, texts=desk.exchanges.said(row["api"], asked, answered))


def show(tx: Transaction, desk: Desk, investigation: str, exchange: str, *, by: str) -> Shown:
    """Show an exchange without what was said in it. Raises NoSuchInvestigation, NotRetained."""
    permit(tx, desk, find(tx, investigation), Step.READ, by)
    shown = visible(tx, desk, [exchange], by=by).get(exchange)
    if shown is None:
        raise NotRetained(exchange)
    return shown


def sought(tx: Transaction, desk: Desk, search: Search) -> str | None:
    """Return what somebody typed to look for; None where nothing was typed, or it is no longer kept."""
    return words.read(tx, desk, search.item)


def typed(tx: Transaction, desk: Desk, investigation: str, *, by: str) -> tuple[str, dict[str, str]]:
    """Return what an investigation is called, and its notes by item, for whoever reads it.

    Raises NoSuchInvestigation.
    """
    found = find(tx, investigation)
    permit(tx, desk, found, Step.READ, by)
    mine = select(events.c.item).where(events.c.investigation == found.id, events.c.item.is_not(None))
    notes = {item: words.read(tx, desk, item) for item in tx.scalars(mine)}
    return name_of(tx, desk, found.name_item), {item: said for item, said in notes.items() if said is not None}


def looked_at(tx: Transaction, by: str, *, now: datetime) -> list[datetime]:
    """Return when somebody looked at what was said in the last week, newest first, at most `MOST_LOOKS` of them."""
    mine = (events.c.what == "viewed") & (events.c.by == by) & (events.c.at >= now - timedelta(days=7))
    newest = select(events.c.at).where(mine).order_by(events.c.at.desc()).limit(MOST_LOOKS)
    return list(tx.scalars(newest))


def name_of(tx: Transaction, desk: Desk, item: str) -> str:
    """Return what an investigation is called; a placeholder once that is gone."""
    return words.read(tx, desk, item) or "(its name is no longer kept)"
