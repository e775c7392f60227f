"""What is handed over for a legal request: the list of it, and the file, once others agreed to exactly that."""

from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals import State
from seawall.access.approvals import requests as asked
from seawall.cases.legal import producing
from seawall.cases.legal.errors import AloneOnlyInEmergencies, NothingPrepared, SameHuman
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.api import legal_answers as api
from seawall.web.api.legal_shapes import ProducedGiven, bureau_of
from seawall.web.console import legal_words as words
from seawall.web.console.forms import Entered, read
from seawall.web.console.legal import where
from seawall.web.console.legal_request import known, path_to
from seawall.web.console.page import page
from seawall.web.errors import BadFields
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/legal/requests/{request_id}", tags=["console"])
_ACT = "legal.produce"
_REFUSALS = (InvalidInput, Conflict, SameHuman, AloneOnlyInEmergencies, BadFields)


@routes.get("/manifest", needs=may("legal.read", of="request_id"))
def manifest(request_id: str, request: Request, signed: Caller) -> Response:
    """Show what is prepared, item by item, and what is left out."""
    found = known(request, signed, request_id)
    if found.prepared is None:
        raise NothingPrepared(request_id)
    with house_of(request).database.begin() as tx:
        told = producing.manifest_of(tx, bureau_of(request), request_id)
    return page(
        request,
        "legal_manifest.html",
        steps=path_to(request_id),
        found=found,
        manifest=told,
        words=words,
        back=where(request_id),
    )


@routes.get("/produce", needs=may(_ACT, of="request_id"))
def ask(request_id: str, request: Request, signed: Caller) -> Response:
    """Say what handing over does, and whom to ask first."""
    return _page(request, signed, request_id)


@routes.post("/produce", needs=may(_ACT, of="request_id"))
def produce(request_id: str, request: Request, signed: Caller, given: Entered) -> Response:
    """Give the file, this once."""
    try:
        made: Response = api.produce(request_id, read(ProducedGiven, given), request, signed)
    except _REFUSALS as error:
        return _page(request, signed, request_id, error)
    return made


def _page(request: Request, signed: Signed, request_id: str, error: SeawallError | None = None) -> Response:
    found = known(request, signed, request_id)
    if found.prepared is None:
        raise NothingPrepared(request_id)
    given = {"request": found.it.id, "manifest_sha256": found.prepared.manifest_sha256}
    return page(
        request,
        "legal_produce.html",
        steps=path_to(request_id),
        found=found,
        asks=f"/console/approvals/ask/{_ACT}?{urlencode(given)}",
        agreed=_agreed(request, signed, found.it.id),
        error=error,
        back=where(request_id),
    )


def _agreed(request: Request, signed: Signed, request_id: str) -> str:
    """Return the request of whoever looks to which others agreed; nothing where there is none."""
    house = house_of(request)
    with house.database.begin() as tx:
        mine = [
            str(each.id)
            for each in asked.open_ones(tx, house.edges)
            if (each.action, each.resource_id, each.requester) == (_ACT, request_id, signed.person.id)
            and each.state is State.APPROVED
        ]
    return mine[0] if mine else ""
