"""Answer requests of authorities and courts: preserve, prepare, hand over under an approval, close; the numbers."""

from typing import Any

import msgspec
from fastapi import Request, Response
from pydantic import AwareDatetime

from seawall.cases.legal import closing, preserving, producing, statistics
from seawall.web.api.legal_shapes import (
    ClosedGiven,
    DeliveredGiven,
    PeriodGiven,
    PreparedGiven,
    ProducedGiven,
    bureau_of,
    shown,
)
from seawall.web.approved import attached, done
from seawall.web.routes import SIGNED_IN, Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/legal", tags=["legal requests"])


@routes.post("/requests/{request_id}/preserve", needs=may("legal.review", of="request_id"))
def preserve(request_id: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Keep what is stored now of the accounts from every deletion, for ninety days."""
    with house_of(request).database.begin() as tx:
        made = preserving.preserve(tx, bureau_of(request), request_id, by=signed.person.id)
    return _plain(made)


@routes.post("/requests/{request_id}/renew", needs=may("legal.review", of="request_id"))
def renew(request_id: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Keep a snapshot for as long again, once."""
    with house_of(request).database.begin() as tx:
        made = preserving.renew(tx, bureau_of(request), request_id, by=signed.person.id)
    return _plain(made)


@routes.post("/requests/{request_id}/prepare", needs=may("legal.review", of="request_id"))
def prepare(request_id: str, given: PreparedGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """List what would be handed over, and to whom. Nothing leaves."""
    with house_of(request).database.begin() as tx:
        made = producing.prepare(tx, bureau_of(request), request_id, **given.model_dump(), by=signed.person.id)
    return _plain(made)


@routes.get("/requests/{request_id}/manifest", needs=may("legal.read", of="request_id"))
def manifest(request_id: str, request: Request) -> dict[str, Any]:
    """Show what is prepared: each item with why it is in, and what is left out, counted. No content is in it."""
    with house_of(request).database.begin() as tx:
        return dict(producing.manifest_of(tx, bureau_of(request), request_id))


@routes.post("/requests/{request_id}/produce", needs=SIGNED_IN, response_model=None)
def produce(request_id: str, given: ProducedGiven, request: Request, signed: Caller) -> Response:
    """Give the file this once, under an approval. Without one the refusal says which request to make."""
    parameters = {"request": request_id, "manifest_sha256": given.manifest_sha256}
    return attached(done(request, signed, "legal.produce", parameters, given.approval))


@routes.post("/requests/{request_id}/deliver", needs=may("legal.intake", of="request_id"))
def deliver(request_id: str, given: DeliveredGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Note that whoever asked has the file."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = producing.deliver(tx, bureau_of(request), request_id, at=given.at, by=signed.person.id)
    return shown(found, house.edges.clock())


@routes.post("/requests/{request_id}/close", needs=may("legal.review", of="request_id"))
def close(request_id: str, given: ClosedGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Close a request with what came of it."""
    house, bureau, by = house_of(request), bureau_of(request), signed.person.id
    with house.database.begin() as tx:
        found = closing.close(tx, bureau, request_id, given.outcome, reason_code=given.reason_code, by=by)
    return shown(found, house.edges.clock())


@routes.get("/numbers", needs=may("legal.read"))
def numbers(request: Request) -> list[dict[str, Any]]:
    """List the numbers that were published, newest first."""
    with house_of(request).database.begin() as tx:
        return [_plain(each) for each in statistics.closed(tx)]


@routes.get("/numbers/preview", needs=may("legal.read"))
def preview(request: Request, since: AwareDatetime, until: AwareDatetime) -> dict[str, Any]:
    """Show what would be published of a period."""
    with house_of(request).database.begin() as tx:
        return _plain(statistics.preview(tx, bureau_of(request), since, until))


@routes.post("/numbers", needs=may("legal.review"))
def close_numbers(given: PeriodGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Close the numbers of a period, and publish them."""
    with house_of(request).database.begin() as tx:
        return _plain(statistics.close(tx, bureau_of(request), given.since, given.until, by=signed.person.id))


def _plain(made: msgspec.Struct) -> dict[str, Any]:
    told: dict[str, Any] = msgspec.to_builtins(made)
    return told
