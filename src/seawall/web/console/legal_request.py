"""One legal request: where it is, what comes next, how far it reaches, whom it concerns; what it says, on record."""

from collections.abc import Mapping
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import people
from seawall.cases.legal import finding, notifying, preserving, producing
from seawall.cases.legal.model import LegalRequest
from seawall.cases.legal.notifying import Barred
from seawall.cases.legal.preserving import Preservation
from seawall.cases.legal.producing import Production
from seawall.cases.legal.rows import Event, events_of, find
from seawall.vocabulary.errors import SeawallError
from seawall.web.api import legal as api
from seawall.web.api.legal_shapes import bureau_of
from seawall.web.console import legal_words as words
from seawall.web.console.forms import Field
from seawall.web.console.legal import STEPS, where
from seawall.web.console.naming import readable_names
from seawall.web.console.page import confirmation, page
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/legal/requests/{request_id}", tags=["console"])


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A request with all that belongs to it, but what anybody wrote."""

    it: LegalRequest
    trail: list[Event]
    bars: list[Barred]
    barred: bool
    kept: Preservation | None
    prepared: Production | None
    same_human: bool


@routes.get("", needs=may("legal.read", of="request_id"))
def show(request_id: str, request: Request, signed: Caller) -> Response:
    """Show a request, without what it says."""
    return _page(request, signed, request_id)


@routes.post("/look", needs=may("legal.read", of="request_id"))
def look(request_id: str, request: Request, signed: Caller) -> Response:
    """Show a request with what it says, which is recorded."""
    with house_of(request).database.begin() as tx:
        seen = finding.look(tx, bureau_of(request), request_id, by=signed.person.id)
    return _page(request, signed, request_id, seen)


@routes.post("/document", needs=may("legal.read", of="request_id"))
def document(request_id: str, request: Request, signed: Caller) -> Response:
    """Give the document, which is recorded."""
    made: Response = api.document(request_id, request, signed)
    return made


def known(request: Request, signed: Signed, request_id: str) -> Known:
    """Return a request with all that belongs to it. Raises NoSuchLegalRequest."""
    house = house_of(request)
    with house.database.begin() as tx:
        it = find(tx, request_id)
        human = people.human_of(tx, signed.person.id)
        return Known(
            it=it,
            trail=events_of(tx, it.id),
            bars=notifying.bars_of(tx, it.id),
            barred=notifying.barred(tx, it.id, house.edges.clock()),
            kept=preserving.of_request(tx, it.id),
            prepared=producing.of_request(tx, it.id),
            same_human=human is not None and human == it.reviewer_human,
        )


def path_to(request_id: str) -> tuple[tuple[str, str], ...]:
    """Return the steps that lead to a page about a request."""
    return (*STEPS, (request_id, where(request_id)))


def formed(
    request: Request,
    request_id: str,
    fields: tuple[Field, ...],
    values: Mapping[str, Any],
    error: SeawallError | None = None,
    **told: Any,
) -> Response:
    """Return a form about a request: `told` is its title, lead and button."""
    return page(
        request,
        "form.html",
        steps=path_to(request_id),
        fields=fields,
        values=values,
        error=error,
        back=where(request_id),
        **told,
    )


def confirmed(request: Request, request_id: str, error: SeawallError | None = None, **told: Any) -> Response:
    """Return the page that says what will happen to a request before a button does it."""
    return confirmation(request, steps=path_to(request_id), error=error, **told)


def _page(request: Request, signed: Signed, request_id: str, seen: finding.Seen | None = None) -> Response:
    found = known(request, signed, request_id)
    it = found.it
    named = {it.taken_by, it.verified_by or "", it.reviewer or "", it.approver or "", it.closed_by or ""}
    return page(
        request,
        "legal_request.html",
        steps=STEPS,
        found=found,
        it=it,
        scope=it.grants or it.asks,
        path=where(it.id),
        seen=seen,
        names=readable_names(request, signed, named | {each.by for each in found.trail}),
        words=words,
        notice_for=bureau_of(request).limits.notice_for,
    )
