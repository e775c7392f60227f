"""What reviewers do in a case by one press: take it, give it back, let it go on; and settle it."""

from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import State, claims, deciding
from seawall.cases.model import Case, Stage
from seawall.web.console.cases import ruling
from seawall.web.console.cases.case import REFUSALS, shown
from seawall.web.console.cases.shelf import OPEN, SEALED, Shelf
from seawall.web.console.forms import Entered
from seawall.web.console.page import sent_to
from seawall.web.offices import known, office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

_Press = Callable[..., Case]


def routes(shelf: Shelf) -> Routes:
    """Return the steps of one kind of cases."""
    made = Routes(shelf.path, tags=["console"])

    @made.post("/{case}/claim", needs=may(shelf.decide, of="case"))
    def claim(case: str, request: Request, signed: Caller) -> Response:
        """Take a case, or keep it for longer."""
        return _pressed(request, signed, shelf, case, claims.claim, "case_claimed")

    @made.post("/{case}/release", needs=may(shelf.read, of="case"))
    def release(case: str, request: Request, signed: Caller) -> Response:
        """Give a case back."""
        return _pressed(request, signed, shelf, case, claims.release, "case_released")

    @made.post("/{case}/resume", needs=may(shelf.decide, of="case"))
    def resume(case: str, request: Request, signed: Caller) -> Response:
        """Let a case go on."""
        return _pressed(request, signed, shelf, case, claims.resume, "case_resumed")

    def back(case: str) -> Response:
        """Lead back to the case where the page of a step is loaded anew."""
        return sent_to(shelf.where(case))

    for step in ("claim", "release", "resume", "decide"):
        made.get(f"/{{case}}/{step}", needs=may(shelf.read, of="case"))(back)

    @made.post("/{case}/decide", needs=may(shelf.decide, of="case"))
    def decide(case: str, request: Request, signed: Caller, given: Entered) -> Response:
        """Settle a case, or say how one would where somebody else must look too."""
        house, office = house_of(request), office_of(request)
        try:
            entered = ruling.entered(given, house.edges.clock())
            with house.database.begin() as tx:
                named = known(tx, case, sealed=shelf.sealed)
            settled = deciding.decide_or_stay_open(house.database, office, named, entered, by=signed.person.id)
        except REFUSALS as error:
            return shown(request, signed, shelf, case, error=error, values=given)
        return sent_to(shelf.where(settled.id), _said(settled))

    return made


def _said(case: Case) -> str:
    if case.state is State.DECIDED:
        return "case_decided"
    return "case_proposed" if case.stage is Stage.SECOND else "case_disagreed"


def _pressed(request: Request, signed: Signed, shelf: Shelf, case: str, press: _Press, said: str) -> Response:
    given: dict[str, Any] = {"by": signed.person.id}
    try:
        with house_of(request).database.begin() as tx:
            done = press(tx, office_of(request), known(tx, case, sealed=shelf.sealed), **given)
    except REFUSALS as error:
        return shown(request, signed, shelf, case, error=error)
    return sent_to(shelf.where(done.id), said)


ROUTES = (routes(OPEN), routes(SEALED))
