"""One case: what it is, what was found, the policy, the account, its trail; what was written only when asked for.

`shown` makes the page for whatever happened on it, so that a form that was refused stands where it was sent.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import Person
from seawall.access.rights.rights import NotPermitted
from seawall.cases import Outcome
from seawall.cases.appeals import against
from seawall.cases.errors import NoSuchQueue, NotCarriedOut, SameHuman
from seawall.cases.model import UNSETTLED, Case, State
from seawall.cases.office import Office
from seawall.cases.permits import Step, settling
from seawall.cases.permits import may as may_do
from seawall.cases.working import Seen
from seawall.gateway.contents import texts
from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict, InvalidInput, SeawallError
from seawall.web.console.cases import around, ruling, words
from seawall.web.console.cases.desk import around as on_desk
from seawall.web.console.cases.moved import moved
from seawall.web.console.cases.shelf import OPEN, SEALED, Shelf
from seawall.web.console.cases.texts import marked
from seawall.web.console.forms import Field
from seawall.web.console.naming import project_names, readable_names
from seawall.web.console.page import page
from seawall.web.errors import BadFields
from seawall.web.offices import office_of
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of
from seawall.web.whole import Whole, looked, whole

# What the room says no to while the case may still be seen: told in the form.
REFUSALS = (InvalidInput, Conflict, BadFields, NotCarriedOut, SameHuman, NotPermitted, NoSuchQueue)
_QUALITY = Field(
    name="outcome",
    label="What should have been done to the account",
    kind="select",
    options=(("", "Choose"), *((each.value, words.OUTCOMES[each]) for each in Outcome)),
)


def routes(shelf: Shelf) -> Routes:
    """Return the page of one kind of cases."""
    made = Routes(shelf.path, tags=["console"])

    @made.get("/{case}", needs=may(shelf.read, of="case"))
    def show(case: str, request: Request, signed: Caller) -> Response:
        """Show a case, without what anybody wrote."""
        return shown(request, signed, shelf, case)

    @made.get("/{case}/look", needs=may(shelf.read, of="case"))
    def ask_to_look(case: str, request: Request, signed: Caller) -> Response:
        """Show a case where its page was loaded anew: to look again is asked for again."""
        return shown(request, signed, shelf, case)

    @made.post("/{case}/look", needs=may(shelf.read, of="case"))
    def look(case: str, request: Request, signed: Caller) -> Response:
        """Show a case with what was written, which is recorded."""
        with house_of(request).database.begin() as tx:
            seen = looked(tx, office_of(request), case, signed.person, sealed=shelf.sealed)
        return shown(request, signed, shelf, case, seen=seen)

    return made


def shown(
    request: Request,
    signed: Signed,
    shelf: Shelf,
    name: str,
    *,
    seen: Seen | None = None,
    error: SeawallError | None = None,
    values: Mapping[str, str] | None = None,
) -> Response:
    """Return the page of a case: with what was written, or with what is wrong in the form that settles it."""
    house, office = house_of(request), office_of(request)
    with house.database.begin() as tx:
        found = whole(tx, office, name, signed.person, sealed=shelf.sealed)
        told = on_desk(tx, house, signed) | _around(tx, request, found, signed, seen)
        told |= _doable(tx, office, found.case, signed.person, house.edges.clock())
        fields = ruling.fields(found.case)
    return page(
        request,
        "cases/case.html",
        shelf=shelf,
        found=found,
        case=found.case,
        seen=seen,
        fields=fields,
        values=values or {},
        error=error,
        due=words.due,
        quality=_QUALITY,
        names=readable_names(request, signed, _people(found)),
        projects=project_names(request, signed),
        **told,
    )


def _around(tx: Transaction, request: Request, found: Whole, signed: Signed, seen: Seen | None) -> dict[str, Any]:
    case, now = found.case, house_of(request).edges.clock()
    about = around.exchange_of(tx, case)
    findings = about.findings if about is not None else ()
    said = () if seen is None or about is None else texts(about.api, seen.request, seen.answer)
    return {
        "about": about,
        "findings": findings,
        "said": marked(said, findings),
        "moved": moved(said, findings),
        "unread": [] if seen is None or about is not None else [each for each in (seen.request, seen.answer) if each],
        "applies": around.applies(tx, case, about),
        # Where somebody is to say how they would have decided, what followed would tell them how it was.
        "account": None if found.blind is not None else around.account_of(tx, case, now),
        "others": () if found.blind is not None else around.others(tx, case, signed.person.id),
        "contested": None if found.blind is not None else against(tx, case),
    }


def _doable(tx: Transaction, office: Office, case: Case, who: Person, now: Any) -> dict[str, Any]:
    settles = may_do(tx, office, case, settling(case), who.id)
    holds = case.claim_holds(now)
    mine = holds and case.claimed_by == who.id
    open_ = case.state in UNSETTLED
    return {
        "mine": mine,
        "settles": settles,
        "claimable": settles and case.state in (State.OPEN, State.CLAIMED) and (mine or not holds),
        "reopens": case.state is State.DECIDED and may_do(tx, office, case, Step.REOPEN, who.id),
        "open": open_,
        "names_readers": open_ and may_do(tx, office, case, Step.CHANGE_READERS, who.id),
    }


def _people(found: Whole) -> set[str]:
    known = {each.by for each in found.trail} | {each.by for each in found.proposals}
    known |= {found.case.claimed_by or "", *(found.case.readers or ())}
    return {each for each in known if each.startswith("pe_")}


ROUTES = (routes(OPEN), routes(SEALED))
