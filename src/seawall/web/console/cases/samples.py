"""Quality: decisions that were drawn, and how somebody else would have decided, who is not shown how it was."""

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import Outcome, samples
from seawall.cases.errors import NothingToAppeal
from seawall.cases.model import Case
from seawall.cases.permits import Step
from seawall.cases.permits import may as may_do
from seawall.cases.rows import find
from seawall.store import Transaction
from seawall.web.console.cases.case import REFUSALS, shown
from seawall.web.console.cases.desk import around
from seawall.web.console.cases.shelf import OPEN, SEALED, Shelf
from seawall.web.console.forms import Entered
from seawall.web.console.page import page, sent_to
from seawall.web.errors import BadFields
from seawall.web.offices import known, office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

_MOST = 100


def routes(shelf: Shelf) -> Routes:
    """Return the pages about the quality of one kind of cases."""
    made = Routes(shelf.path, tags=["console"])

    @made.get("/samples", needs=may(shelf.decide))
    def every(request: Request, signed: Caller) -> Response:
        """List what was drawn and waits for somebody else's look."""
        house = house_of(request)
        with house.database.begin() as tx:
            found = _waiting(tx, request, signed, shelf)
            values = around(tx, house, signed)
        return page(request, "cases/samples.html", shelf=shelf, found=found, **values)

    @made.get("/{case}/quality", needs=may(shelf.decide, of="case"))
    def back(case: str) -> Response:
        """Lead back to the case where the page is loaded anew."""
        return sent_to(shelf.where(case))

    @made.post("/{case}/quality", needs=may(shelf.decide, of="case"))
    def review(case: str, request: Request, signed: Caller, given: Entered) -> Response:
        """Say how one would have decided."""
        try:
            outcome = _outcome(given.get("outcome", ""))
            with house_of(request).database.begin() as tx:
                named = known(tx, case, sealed=shelf.sealed)
                drawn = samples.waits_for(tx, named, signed.person.human)
                if drawn is None:
                    raise NothingToAppeal(given.get("decision", "")[:60])
                looked = samples.review(tx, office_of(request), drawn, outcome, by=signed.person.id)
        except (*REFUSALS, NothingToAppeal) as error:
            return shown(request, signed, shelf, case, error=error, values=given)
        return sent_to(shelf.where(case), "sample_agrees" if looked.agrees else "sample_differs")

    return made


def _outcome(given: str) -> Outcome:
    if given not in set(Outcome):
        known_ = ", ".join(each.value for each in Outcome)
        raise BadFields("No outcome was chosen.", hint=f"There are: {known_}.")
    return Outcome(given)


def _waiting(tx: Transaction, request: Request, signed: Signed, shelf: Shelf) -> list[tuple[samples.Sample, Case]]:
    """Return what was drawn that this person may see and had no say in."""
    office, me = office_of(request), signed.person
    drawn = samples.waiting(tx, reader=me.id, sealed=shelf.sealed, limit=_MOST)
    pairs = [(each, find(tx, each.case)) for each in drawn]
    return [
        (each, case)
        for each, case in pairs
        if may_do(tx, office, case, Step.DECIDE, me.id) and samples.waits_for(tx, case.id, me.human) is not None
    ]


ROUTES = (routes(OPEN), routes(SEALED))
