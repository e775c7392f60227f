"""Hand over as little as holds: prepare, have others agree to exactly that, make it again, deliver it.

    prepare -> the digest of the manifest, which names file and recipient -> legal.produce (others agree) -> produce
    produce: the file is made anew, must have that digest, and is given once to whoever hands it over -> deliver

Record and row are of one transaction, so a crash leaves both or neither. Whoever lost the file before it was delivered
asks the others again; each time is on record.
"""

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any

import msgspec
from sqlalchemy import RowMapping, select, update
from sqlalchemy.dialects.postgresql import insert

from seawall.cases.encrypting import encrypted
from seawall.cases.encrypting import recipient as checked_recipient
from seawall.cases.legal import permits
from seawall.cases.legal.bureau import Bureau
from seawall.cases.legal.errors import (
    AloneOnlyInEmergencies,
    EncryptOrSayWhy,
    ManifestChanged,
    NothingPrepared,
    NoticeDue,
    NotNow,
    SameHuman,
)
from seawall.cases.legal.kinds import Kind, State
from seawall.cases.legal.making import Handing, Made, make
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.notifying import barred
from seawall.cases.legal.rows import change, find, lock, trail
from seawall.cases.legal.tables import productions
from seawall.cases.words import checked
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records.legal import LegalDataDelivered, LegalDataProduced, LegalProductionPrepared

_READY = (State.REVIEWED, State.APPROVED, State.PRODUCED)


class Production(msgspec.Struct, frozen=True, kw_only=True):
    """What is prepared, and what became of it. `to_item` and `manifest` are items of the vault."""

    request: str
    to_item: ItemId
    manifest: ItemId
    manifest_sha256: str
    file_sha256: str
    items: int
    left_out: int
    prepared_by: str
    prepared_at: datetime
    times: int
    produced_at: datetime | None
    delivered_at: datetime | None


class Approved(msgspec.Struct, frozen=True, kw_only=True):
    """Under which request others agreed; `alone` where somebody broke glass."""

    approval: str
    alone: bool


def of_request(tx: Transaction, request: str) -> Production | None:
    """Return what is prepared for a request; None where nothing is."""
    row = tx.execute(select(productions).where(productions.c.request == request)).mappings().first()
    return None if row is None else _production(row)


def prepare(
    tx: Transaction,
    bureau: Bureau,
    request: str,
    *,
    to: str,
    recipient: str | None = None,
    in_clear_because: str | None = None,
    by: str,
) -> Production:
    """List what would be handed over, to whom, and what not. Nothing leaves; it can be prepared anew.

    The file is encrypted to the public key of a `recipient`; one that goes in clear says why.
    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, Unverified, NotNow, BadWords, BadRecipient, EncryptOrSayWhy.
    """
    permits.permit(tx, bureau, "legal.review", request, by)
    found = lock(tx, request, *_READY)
    if not found.gives_data:
        raise NotNow(found)
    handing = _handing(to, recipient, in_clear_because)
    made = make(tx, bureau, found, handing)
    row = _row(tx, bureau, found, made, handing.to) | {"prepared_by": by, "prepared_at": bureau.edges.clock()}
    anew = insert(productions).values(row | {"times": 0})
    tx.execute(anew.on_conflict_do_update(index_elements=["request"], set_=row))
    body = LegalProductionPrepared(
        request=found.id, by=by, items=made.items, left_out=made.left_out, manifest_sha256=made.manifest_sha256
    )
    told = {"items": made.items, "left_out": made.left_out}
    trail(tx, bureau.edges, found.id, "prepared", by, body, told=told)
    return _prepared(tx, found)


def ready(tx: Transaction, bureau: Bureau, request: str, digest: str) -> LegalRequest:
    """Return a request of which exactly this may be handed over now, once others agree.

    Raises NoSuchLegalRequest, NotNow, NothingPrepared, ManifestChanged, NoticeDue.
    """
    found = find(tx, request)
    states = (State.REVIEWED, *_READY[1:]) if found.kind is Kind.EMERGENCY else _READY[1:]
    if found.state not in states:
        raise NotNow(found, *states)
    prepared = _prepared(tx, found)
    if not prepared.items:
        raise NothingPrepared(found.id)
    if prepared.manifest_sha256 != digest:
        raise ManifestChanged(found.id)
    _after_notice(tx, bureau, found)
    return found


def produce(tx: Transaction, bureau: Bureau, request: str, digest: str, said: Approved, *, by: str) -> bytes:
    """Return the file, exactly as it was agreed to, encrypted where it names a key. It is not kept.

    Raises what `ready` raises, NotPermitted, PeopleDecide, AloneOnlyInEmergencies, SameHuman.
    """
    permits.permit(tx, bureau, "legal.produce", request, by)
    lock(tx, request, *_READY)
    found = ready(tx, bureau, request, digest)
    _two_humans(found, said)
    prepared = _prepared(tx, found)
    handing = handing_of(tx, bureau, found.id)
    made = make(tx, bureau, found, handing)
    if made.manifest_sha256 != digest:
        raise ManifestChanged(found.id)
    file = made.file if handing.recipient is None else encrypted(made.file, handing.recipient)
    times, now = prepared.times + 1, bureau.edges.clock()
    done = update(productions).where(productions.c.request == found.id)
    tx.execute(done.values(times=times, produced_at=prepared.produced_at or now))
    change(tx, found, state=State.PRODUCED)
    body = LegalDataProduced(
        request=found.id,
        by=by,
        items=made.items,
        time=times,
        manifest_sha256=digest,
        file_sha256=made.file_sha256,
        handed_sha256=sha256(file).hexdigest(),
        recipient=handing.recipient,
        to_item=prepared.to_item,
        approval=said.approval,
    )
    trail(tx, bureau.edges, found.id, "produced", by, body, told={"items": made.items, "time": times})
    return file


def deliver(tx: Transaction, bureau: Bureau, request: str, *, at: datetime, by: str) -> LegalRequest:
    """Note that whoever asked has the file, and since when.

    Raises NotPermitted, PeopleDecide, NoSuchLegalRequest, Unverified, NotNow, BadRequest.
    """
    permits.permit(tx, bureau, "legal.intake", request, by)
    found = lock(tx, request, State.PRODUCED)
    tx.execute(update(productions).where(productions.c.request == found.id).values(delivered_at=at))
    body = LegalDataDelivered(request=found.id, by=by, delivered_at=at.isoformat())
    trail(tx, bureau.edges, found.id, "delivered", by, body)
    return change(tx, found, state=State.DELIVERED)


def manifest_of(tx: Transaction, bureau: Bureau, request: str) -> Mapping[str, Any]:
    """Return the manifest of what is prepared. Raises NoSuchLegalRequest, NothingPrepared."""
    prepared = _prepared(tx, find(tx, request))
    found: dict[str, Any] = msgspec.json.decode(bureau.edges.vault.get(tx, prepared.manifest))
    return found


def handing_of(tx: Transaction, bureau: Bureau, request: str) -> Handing:
    """Return to whom and how what is prepared goes. Raises NoSuchLegalRequest, NothingPrepared."""
    return msgspec.convert(manifest_of(tx, bureau, request), Handing)


def _handing(to: str, recipient: str | None, in_clear_because: str | None) -> Handing:
    key, why = (recipient or "").strip() or None, (in_clear_because or "").strip() or None
    if (key is None) is (why is None):
        raise EncryptOrSayWhy
    key = None if key is None else checked_recipient(key)
    why = None if why is None else checked("reason", why, 1000)
    return Handing(to=checked("recipient", to, 300), recipient=key, in_clear_because=why)


def _after_notice(tx: Transaction, bureau: Bureau, found: LegalRequest) -> None:
    now = bureau.edges.clock()
    if barred(tx, found.id, now):
        return
    if found.noticed_at is None:
        raise NoticeDue(found.id, None)
    from_ = found.noticed_at + bureau.limits.notice_for
    if now < from_ and found.state is not State.PRODUCED:
        raise NoticeDue(found.id, from_)


def _two_humans(found: LegalRequest, said: Approved) -> None:
    if found.state is State.REVIEWED:
        # An emergency alone may go without the second human, and then two others review it.
        if not said.alone:
            raise NotNow(found, State.APPROVED)
        return
    if said.alone and found.kind is not Kind.EMERGENCY:
        raise AloneOnlyInEmergencies(found.id)
    if found.reviewer_human == found.approver_human:
        raise SameHuman(found.id)


def _prepared(tx: Transaction, found: LegalRequest) -> Production:
    made = of_request(tx, found.id)
    if made is None:
        raise NothingPrepared(found.id)
    return made


def _row(tx: Transaction, bureau: Bureau, found: LegalRequest, made: Made, to: str) -> dict[str, Any]:
    return {
        "request": found.id,
        "to_item": permits.store(tx, bureau, to.encode(), found.id),
        "manifest": permits.store(tx, bureau, made.manifest, found.id),
        "manifest_sha256": made.manifest_sha256,
        "file_sha256": made.file_sha256,
        "items": made.items,
        "left_out": made.left_out,
    }


def _production(row: RowMapping) -> Production:
    return Production(**{name: row[name] for name in Production.__struct_fields__})
