"""Requests of authorities and courts: taken in, checked, reviewed. What they say is shown to whoever looks."""

from typing import Any

import msgspec
from fastapi import Request, Response

from seawall.cases.legal import finding, intake, notifying, preserving, producing, reviewing, verifying
from seawall.cases.legal.rows import events_of, find
from seawall.web.api.legal_shapes import (
    BarGiven,
    CallGiven,
    RequestGiven,
    RequestsPage,
    ReviewGiven,
    WordsGiven,
    bureau_of,
    shown,
)
from seawall.web.paging import page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/api/legal/requests", tags=["legal requests"])


@routes.get("", needs=may("legal.read"))
def every(request: Request, after: str = "", limit: int = 100, only_open: bool = False) -> RequestsPage:
    """List requests, newest first; the open ones by when they are due."""
    house = house_of(request)
    with house.database.begin() as tx:
        taken, following = page(finding.every(tx, only_open=only_open), lambda each: str(each.id), after, limit)
    return RequestsPage(requests=[shown(each, house.edges.clock()) for each in taken], next=following)


@routes.post("", needs=may("legal.intake"), status_code=201)
def take(given: RequestGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Take a request in."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = intake.take(tx, bureau_of(request), given.asked(), by=signed.person.id)
    return shown(made, house.edges.clock())


@routes.get("/{request_id}", needs=may("legal.read", of="request_id"))
def show(request_id: str, request: Request) -> dict[str, Any]:
    """Show a request with its trail, bars, snapshot and what is prepared, without what anybody wrote."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = find(tx, request_id)
        parts = {
            "trail": events_of(tx, found.id),
            "bars": notifying.bars_of(tx, found.id),
            "preservation": preserving.of_request(tx, found.id),
            "production": producing.of_request(tx, found.id),
        }
    told: dict[str, Any] = msgspec.to_builtins(parts)
    return shown(found, house.edges.clock()) | told


@routes.post("/{request_id}/look", needs=may("legal.read", of="request_id"))
def look(request_id: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Show what a request says and what was written about it, which is recorded."""
    with house_of(request).database.begin() as tx:
        seen = finding.look(tx, bureau_of(request), request_id, by=signed.person.id)
    told: dict[str, Any] = msgspec.to_builtins(seen)
    return told


@routes.post("/{request_id}/document", needs=may("legal.read", of="request_id"), response_model=None)
def document(request_id: str, request: Request, signed: Caller) -> Response:
    """Give the document of a request, which is recorded."""
    with house_of(request).database.begin() as tx:
        body = finding.document(tx, bureau_of(request), request_id, by=signed.person.id)
    # Whatever somebody sent: a browser saves it and opens nothing.
    told = {"content-disposition": f'attachment; filename="{request_id}.document"'}
    return Response(body, media_type="application/octet-stream", headers=told)


@routes.post("/{request_id}/call-back", needs=may("legal.intake", of="request_id"))
def call_back(request_id: str, given: CallGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Note that the sender was called back, and whether they are who they say."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = verifying.call_back(tx, bureau_of(request), request_id, given.call(), by=signed.person.id)
    return shown(found, house.edges.clock())


@routes.post("/{request_id}/accept", needs=may("legal.review", of="request_id"))
def accept(request_id: str, given: ReviewGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Say what of a request holds; somebody else approves it."""
    house, by = house_of(request), signed.person.id
    scope = None if given.scope is None else given.scope.scope()
    with house.database.begin() as tx:
        found = reviewing.accept(tx, bureau_of(request), request_id, scope=scope, reason=given.reason, by=by)
    return shown(found, house.edges.clock())


@routes.post("/{request_id}/clarify", needs=may("legal.review", of="request_id"))
def clarify(request_id: str, given: WordsGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Ask the sender what is meant."""
    return _worded(reviewing.clarify, request_id, given, request, signed)


@routes.post("/{request_id}/challenge", needs=may("legal.review", of="request_id"))
def challenge(request_id: str, given: WordsGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Object to a request."""
    return _worded(reviewing.challenge, request_id, given, request, signed)


@routes.post("/{request_id}/go-on", needs=may("legal.review", of="request_id"))
def go_on(request_id: str, given: WordsGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Take a request up again, with what was answered."""
    return _worded(reviewing.go_on, request_id, given, request, signed)


@routes.post("/{request_id}/send-back", needs=may("legal.review", of="request_id"))
def send_back(request_id: str, given: WordsGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Do not agree to a review: it is done anew."""
    return _worded(reviewing.send_back, request_id, given, request, signed)


@routes.post("/{request_id}/reject", needs=may("legal.review", of="request_id"))
def reject(request_id: str, given: WordsGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Refuse a request for good, with a reason."""
    return _worded(reviewing.reject, request_id, given, request, signed)


@routes.post("/{request_id}/approve", needs=may("legal.review", of="request_id"))
def approve(request_id: str, request: Request, signed: Caller) -> dict[str, Any]:
    """Agree to a review as another human. The people concerned are told, unless something bars it."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = reviewing.approve(tx, bureau_of(request), request_id, by=signed.person.id)
    return shown(found, house.edges.clock())


@routes.post("/{request_id}/bar", needs=may("legal.review", of="request_id"))
def bar(request_id: str, given: BarGiven, request: Request, signed: Caller) -> dict[str, Any]:
    """Say that the people concerned may not be told yet."""
    house, by = house_of(request), signed.person.id
    with house.database.begin() as tx:
        found = notifying.bar(tx, bureau_of(request), request_id, given.reason, given.until, by=by)
    return shown(found, house.edges.clock())


def _worded(step: Any, request_id: str, given: WordsGiven, request: Request, signed: Caller) -> dict[str, Any]:
    house, bureau = house_of(request), bureau_of(request)
    with house.database.begin() as tx:
        found = step(tx, bureau, request_id, given.words, reason_code=given.reason_code, by=signed.person.id)
    return shown(found, house.edges.clock())
