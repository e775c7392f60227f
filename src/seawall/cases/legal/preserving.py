"""Preserve what is stored of accounts: a snapshot for ninety days, renewed once, that beats every deletion.

Each item gets a hold of the vault, which PostgreSQL itself defends against whatever deletes: the hourly sweep, a person
who erases, a privacy request. At its end the holds are released, and what is overdue goes with the next sweep.
Limits: one transaction holds all, some milliseconds an item; a snapshot takes in nothing that is stored later.
"""

from contextlib import suppress
from datetime import datetime
from hashlib import sha256

import msgspec
from sqlalchemy import RowMapping, insert, select, update

from seawall.cases.legal import permits
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import NotPreserved, PreservationOver, PreservedAlready, RenewedAlready, Unverified
from seawall.cases.legal.kinds import PRESERVED_FOR, State
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.rows import lock, trail
from seawall.cases.legal.tables import preservations, preserved
from seawall.ledger.commitment import canonical
from seawall.store import Transaction
from seawall.vault.errors import ItemNotHeld
from seawall.vault.vault import Owned
from seawall.vocabulary.ids import ItemId, PreservationId, new_id
from seawall.vocabulary.records.legal import LegalDataPreserved, LegalPreservationReleased, LegalPreservationRenewed
from seawall.vocabulary.retention import Retention

_WRITTEN = (Retention.EXCHANGE, Retention.CASE)
_BY = "seawall"


class Preservation(msgspec.Struct, frozen=True, kw_only=True):
    """A snapshot: since when, until when, how often renewed, how much it keeps."""

    id: PreservationId
    request: str
    taken_at: datetime
    expires_at: datetime
    renewals: int
    manifest_sha256: str
    released_at: datetime | None
    items: int


def of_request(tx: Transaction, request: str) -> Preservation | None:
    """Return the snapshot that was taken under a request; None where there is none."""
    row = tx.execute(select(preservations).where(preservations.c.request == request)).mappings().first()
    return None if row is None else _preservation(tx, row)


def preserve(tx: Transaction, bureau: Bureau, request: str, *, by: str) -> Preservation:
    """Keep what is stored now of the accounts of a request, within its time, from every deletion.

    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, NotNow, Unverified, PreservedAlready.
    """
    permits.permit(tx, bureau, "legal.review", request, by)
    found = lock(tx, request)
    if found.state is State.RECEIVED:
        raise Unverified(found.id)
    before = of_request(tx, found.id)
    if before is not None:
        raise PreservedAlready(found.id, before.id)
    made, now = PreservationId(new_id("ps")), bureau.edges.clock()
    held = [(item, _hold(tx, bureau, item, made, by)) for item in _items(tx, bureau, found)]
    manifest = canonical({"preservation": made, "items": sorted(item for item, _ in held)}, "a preservation")
    digest = sha256(manifest).hexdigest()
    expires = now + PRESERVED_FOR
    row = {"id": made, "request": found.id, "taken_at": now, "expires_at": expires, "renewals": 0}
    tx.execute(insert(preservations).values(row | {"manifest_sha256": digest}))
    if held:
        tx.execute(insert(preserved), [{"preservation": made, "item": item, "hold": hold} for item, hold in held])
    body = LegalDataPreserved(
        request=found.id,
        by=by,
        preservation=made,
        items=len(held),
        expires_at=expires.isoformat(),
        manifest_sha256=digest,
    )
    trail(tx, bureau.edges, found.id, "preserved", by, body, told={"items": len(held)})
    return _known(tx, found)


def renew(tx: Transaction, bureau: Bureau, request: str, *, by: str) -> Preservation:
    """Keep a snapshot for as long again, once, counted from its end.

    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, NotNow, NotPreserved, RenewedAlready, PreservationOver.
    """
    permits.permit(tx, bureau, "legal.review", request, by)
    found = lock(tx, request)
    before = _known(tx, found)
    if before.renewals:
        raise RenewedAlready(before.id)
    if before.released_at is not None or bureau.edges.clock() >= before.expires_at:
        raise PreservationOver(before.id, before.expires_at)
    expires = before.expires_at + PRESERVED_FOR
    chosen = preservations.c.id == before.id
    tx.execute(update(preservations).where(chosen).values(renewals=1, expires_at=expires))
    body = LegalPreservationRenewed(request=found.id, by=by, preservation=before.id, expires_at=expires.isoformat())
    trail(tx, bureau.edges, found.id, "preservation_renewed", by, body)
    return _known(tx, found)


def bound(tx: Transaction, item: ItemId) -> frozenset[str]:
    """Return the holds on an item that belong to snapshots whose time is not over: they end with those alone."""
    runs = preservations.c.released_at.is_(None) & (preserved.c.item == item)
    found = select(preserved.c.hold).join(preservations, preservations.c.id == preserved.c.preservation).where(runs)
    return frozenset(tx.scalars(found))


def release_due(tx: Transaction, bureau: Bureau) -> int:
    """Release the snapshots whose time is over; return how many. What was released once is not released again."""
    over = (preservations.c.expires_at <= bureau.edges.clock()) & preservations.c.released_at.is_(None)
    rows = tx.execute(select(preservations).where(over).with_for_update(skip_locked=True)).mappings().all()
    for row in rows:
        _release(tx, bureau, row)
    return len(rows)


def _release(tx: Transaction, bureau: Bureau, row: RowMapping) -> None:
    kept = tx.execute(select(preserved).where(preserved.c.preservation == row["id"])).all()
    for each in kept:
        # Somebody may have released everything on the item by hand.
        with suppress(ItemNotHeld):
            bureau.edges.vault.release(tx, ItemId(each.item), by=_BY, hold=each.hold)
    ended = update(preservations).where(preservations.c.id == row["id"])
    tx.execute(ended.values(released_at=bureau.edges.clock()))
    body = LegalPreservationReleased(
        request=row["request"], by=_BY, preservation=PreservationId(row["id"]), items=len(kept)
    )
    trail(tx, bureau.edges, row["request"], "preservation_released", _BY, body, told={"items": len(kept)})


def _items(tx: Transaction, bureau: Bureau, found: LegalRequest) -> list[ItemId]:
    scope = found.asks
    owned = [each for account in scope.accounts for each in bureau.edges.vault.owned(tx, account)]
    return [each.id for each in owned if _written_within(each, scope.since, scope.until)]


def _written_within(item: Owned, since: datetime, until: datetime) -> bool:
    return item.retention in _WRITTEN and since <= item.stored_at < until


def _hold(tx: Transaction, bureau: Bureau, item: ItemId, preservation: PreservationId, by: str) -> str:
    # Whoever may see holds reads this: it does not say that an authority asked.
    return bureau.edges.vault.hold(tx, item, reason=f"Kept for {preservation}.", by=by).hold


def _known(tx: Transaction, found: LegalRequest) -> Preservation:
    made = of_request(tx, found.id)
    if made is None:
        raise NotPreserved(found.id)
    return made


def _preservation(tx: Transaction, row: RowMapping) -> Preservation:
    items = tx.execute(select(preserved.c.item).where(preserved.c.preservation == row["id"])).all()
    fields = {name: row[name] for name in Preservation.__struct_fields__ if name != "items"}
    return Preservation(**fields, items=len(items))
