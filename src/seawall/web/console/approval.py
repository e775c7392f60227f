"""One request: who asks for what exactly, and why; vote on it, take it back, review what was done alone."""

from urllib.parse import quote

from fastapi import Request as Asked
from fastapi.responses import Response

from seawall.access.approvals import Request
from seawall.access.approvals.model import OPEN
from seawall.access.people import people
from seawall.access.rights.actions import BY_NAME
from seawall.store import Transaction
from seawall.vocabulary.errors import Conflict, SeawallError
from seawall.web.api import approvals as api
from seawall.web.console.approvals import can_review, can_vote
from seawall.web.console.forms import Entered, wrong
from seawall.web.console.page import page, sent_to
from seawall.web.house import House
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/approvals/{request_id}", tags=["console"])
STEPS = (("Approvals", "/console/approvals"),)


@routes.get("", needs=api.READ)
def show(request_id: str, request: Asked, signed: Caller) -> Response:
    """Show a request."""
    house = house_of(request)
    with house.database.begin() as tx:
        known = api.found(tx, house, signed, request_id)
        seen = api.seen(tx, house, known)
        said = {each.person for each in (*seen.votes, *seen.reviews)}
        values = {
            "known": known,
            "seen": seen,
            "names": _names(tx, house, {known.requester, *seen.could_approve, *said}),
            "votes_here": can_vote(tx, house, signed, known),
            "reviews_here": can_review(tx, house, signed, known),
            "takes_back": known.human == signed.person.human and known.state in OPEN,
        }
    return page(request, "approval.html", steps=STEPS, action=BY_NAME.get(known.action), desk=house.desk, **values)


@routes.get("/approve", needs=may("approval.vote", of="request_id"))
def ask_approval(request_id: str, request: Asked, signed: Caller) -> Response:
    """Say what approving does."""
    return _ask_vote(request, signed, request_id, approves=True)


@routes.post("/approve", needs=may("approval.vote", of="request_id"))
def approve(request_id: str, request: Asked, signed: Caller, given: Entered) -> Response:
    """Approve what was seen."""
    return _vote(request, signed, request_id, given, approves=True)


@routes.get("/deny", needs=may("approval.vote", of="request_id"))
def ask_denial(request_id: str, request: Asked, signed: Caller) -> Response:
    """Say what denying does."""
    return _ask_vote(request, signed, request_id, approves=False)


@routes.post("/deny", needs=may("approval.vote", of="request_id"))
def deny(request_id: str, request: Asked, signed: Caller, given: Entered) -> Response:
    """Deny what was seen."""
    return _vote(request, signed, request_id, given, approves=False)


@routes.get("/cancel", needs=api.READ)
def ask_cancel(request_id: str, request: Asked, signed: Caller) -> Response:
    """Say what taking back does."""
    will = ("The request is closed. Approvals that were given for it are void.",)
    return _asked(request, signed, request_id, "Take the request back", will, "Take it back")


@routes.post("/cancel", needs=api.READ)
def cancel(request_id: str, request: Asked, signed: Caller) -> Response:
    """Take back what one asked for."""
    api.take_back(request_id, request, signed)
    return sent_to(_where(request_id), "cancelled")


@routes.get("/review", needs=may("approval.review_glass", of="request_id"))
def ask_review(request_id: str, request: Asked, signed: Caller, justified: str = "yes") -> Response:
    """Say what a review does."""
    told = "was justified" if justified == "yes" else "was not justified"
    will = (f"The records say that you find it {told} to act alone here. It cannot be changed.",)
    return _asked(request, signed, request_id, f"Acting alone {told}", will, "Say so")


@routes.post("/review", needs=may("approval.review_glass", of="request_id"))
def review(request_id: str, request: Asked, signed: Caller, justified: str = "yes") -> Response:
    """Say whether it was right to act alone."""
    api.judge(request_id, api.ReviewGiven(justified=justified == "yes"), request, signed)
    return sent_to(_where(request_id), "reviewed")


def _ask_vote(
    request: Asked, signed: Signed, name: str, *, approves: bool, error: SeawallError | None = None
) -> Response:
    title = "Approve this request" if approves else "Deny this request"
    will = (
        ("Your approval is bound to the digest above, by the passkey that you have just used.",)
        if approves
        else ("The request is closed at once, whatever others have said. It can be asked for anew.",)
    )
    return _asked(request, signed, name, title, will, "Approve" if approves else "Deny", error)


def _vote(request: Asked, signed: Signed, name: str, given: Entered, *, approves: bool) -> Response:
    try:
        api.answer(name, api.VoteGiven(digest=given.get("digest", "")[:64], approves=approves), request, signed)
    except Conflict as error:
        return _ask_vote(request, signed, name, approves=approves, error=error)
    return sent_to(_where(name), "approved" if approves else "denied")


def _asked(
    request: Asked,
    signed: Signed,
    name: str,
    title: str,
    will: tuple[str, ...],
    submit: str,
    error: SeawallError | None = None,
) -> Response:
    house = house_of(request)
    with house.database.begin() as tx:
        known = api.found(tx, house, signed, name)
        seen, names = api.seen(tx, house, known), _names(tx, house, {known.requester})
    query = f"?{request.url.query}" if request.url.query else ""
    return page(
        request,
        "vote.html",
        status=200 if error is None else error.status,
        title=title,
        steps=(*STEPS, (_does(known), _where(name))),
        seen=seen,
        does=_does(known),
        requester=names[known.requester],
        will=will,
        submit=submit,
        action=request.url.path + query,
        back=_where(name),
        wrong=None if error is None else wrong(error),
    )


def _does(known: Request) -> str:
    action = BY_NAME.get(known.action)
    return action.does if action is not None else known.action


def _where(name: str) -> str:
    return f"/console/approvals/{quote(name, safe='')}"


def _names(tx: Transaction, house: House, wanted: set[str]) -> dict[str, str]:
    return {who: people.profile_of(tx, house.edges, who).name for who in sorted(wanted)}
