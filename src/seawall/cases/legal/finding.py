"""Find legal requests: what waits by when it is due, then the rest; each with what it says, which is recorded."""

import msgspec
from sqlalchemy import select

from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.kinds import State
from seawall.cases.legal.model import LegalRequest, Papers
from seawall.cases.legal.rows import as_request, events_of, find, trail
from seawall.cases.legal.tables import productions, requests
from seawall.store import Transaction
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records.legal import LegalRequestViewed


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What a request says, what was written about it by item, and who gets the answer."""

    papers: Papers | None
    written: dict[str, str]
    to: str | None


def every(tx: Transaction, *, only_open: bool = False) -> list[LegalRequest]:
    """Return all requests, newest first; those that are open by when they are due."""
    found = select(requests).order_by(requests.c.id.desc())
    if only_open:
        still = requests.c.state != State.CLOSED.value
        found = select(requests).where(still).order_by(requests.c.due_at, requests.c.id)
    return [as_request(row) for row in tx.execute(found).mappings()]


def look(tx: Transaction, bureau: Bureau, request: str, *, by: str) -> Seen:
    """Show what a request says, which is recorded. Raises NoSuchLegalRequest."""
    found = find(tx, request)
    written = [ItemId(each.item) for each in events_of(tx, found.id) if each.item]
    to_item = tx.scalar(select(productions.c.to_item).where(productions.c.request == found.id))
    _viewed(tx, bureau, found, (found.papers, *written, *([ItemId(to_item)] if to_item else [])), by)
    papers = _read(tx, bureau, found.papers)
    return Seen(
        papers=None if papers is None else msgspec.json.decode(papers, type=Papers),
        written={each: said for each in written if (said := _read(tx, bureau, each)) is not None},
        to=_read(tx, bureau, ItemId(to_item)) if to_item else None,
    )


def document(tx: Transaction, bureau: Bureau, request: str, *, by: str) -> bytes:
    """Return the document of a request, which is recorded. Raises NoSuchLegalRequest, ItemGone, NoSuchItem."""
    found = find(tx, request)
    _viewed(tx, bureau, found, (found.document,), by)
    return bureau.edges.vault.get(tx, found.document)


def _viewed(tx: Transaction, bureau: Bureau, found: LegalRequest, items: tuple[ItemId, ...], by: str) -> None:
    body = LegalRequestViewed(request=found.id, by=by, items=items)
    trail(tx, bureau.edges, found.id, "viewed", by, body, told={"items": len(items)})


def _read(tx: Transaction, bureau: Bureau, item: ItemId) -> str | None:
    try:
        return bureau.edges.vault.get(tx, item).decode("utf-8", "replace")
    except (ItemGone, NoSuchItem):
        return None
