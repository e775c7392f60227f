"""The inbox of approvals: what waits for me, what I asked for, what is done."""

from collections.abc import Callable
from urllib.parse import quote

from fastapi import Request as Asked
from fastapi.responses import Response

from seawall.access.approvals import Request, State
from seawall.access.approvals.eligible import objection
from seawall.access.approvals.model import OPEN
from seawall.access.approvals.votes import reviews_of, votes_on
from seawall.access.people import people
from seawall.access.rights import Asked as Circumstances
from seawall.access.rights import Resource
from seawall.access.rights.actions import BY_NAME
from seawall.store import Transaction
from seawall.web.api.approvals import readable
from seawall.web.console.listing import Column, Row, listed
from seawall.web.house import House
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/approvals", tags=["console"])
_COLUMNS = (
    Column(key="does", label="What is asked for"),
    Column(key="thing", label="On what", mono=True),
    Column(key="requester", label="By"),
    Column(key="state", label="State"),
    Column(key="asked_at", label="Asked"),
    Column(key="ends_at", label="Ends"),
    Column(key="id", label="Identifier", mono=True),
)
_NOTHING = {
    "waiting": "Nothing waits for you.",
    "mine": "You have asked for nothing.",
    "open": "Nothing is open.",
    "done": "Nothing is done yet.",
}


@routes.get("", needs=may("approval.read"))
def inbox(request: Asked, signed: Caller, show: str = "waiting") -> Response:
    """List requests: `show` says which."""
    house = house_of(request)
    shown = show if show in _NOTHING else "waiting"
    with house.database.begin() as tx:
        every = readable(tx, house, signed)
        parts = {name: [each for each in every if fits(each)] for name, fits in _parts(tx, house, signed).items()}
        names = {who: people.profile_of(tx, house.edges, who).name for who in {each.requester for each in parts[shown]}}
    rows = [_row(each, names[each.requester]) for each in parts[shown]]
    counts = {name: len(found) for name, found in parts.items()}
    return listed(
        request, "approvals.html", "approvals", _COLUMNS, rows, shown=shown, counts=counts, nothing=_NOTHING[shown]
    )


def waiting_for(tx: Transaction, house: House, signed: Signed) -> list[Request]:
    """Return the requests that somebody could vote on, and the reviews that they could give, now."""
    return [each for each in readable(tx, house, signed) if _waits(tx, house, signed, each)]


def _parts(tx: Transaction, house: House, signed: Signed) -> dict[str, Callable[[Request], bool]]:
    return {
        "waiting": lambda each: _waits(tx, house, signed, each),
        "mine": lambda each: each.human == signed.person.human,
        "open": lambda each: each.state in OPEN,
        "done": lambda each: each.state not in OPEN,
    }


def _waits(tx: Transaction, house: House, signed: Signed, each: Request) -> bool:
    return can_vote(tx, house, signed, each) or can_review(tx, house, signed, each)


def can_vote(tx: Transaction, house: House, signed: Signed, each: Request) -> bool:
    """Tell whether somebody's vote is wanted and would count."""
    if each.state is not State.WAITING or objection(tx, house.desk, each, signed.person) is not None:
        return False
    return signed.person.human not in {vote.human for vote in votes_on(tx, each.id)}


def can_review(tx: Transaction, house: House, signed: Signed, each: Request) -> bool:
    """Tell whether somebody's review of what was done alone is wanted and would count."""
    if not each.glass or each.human == signed.person.human or signed.person.vouched_by == each.human:
        return False
    said = reviews_of(tx, each.id)
    enough = len(said) >= house.desk.rules.reviewers
    return not enough and signed.person.human not in {review.human for review in said} and _may_review(house, signed, each)


def _may_review(house: House, signed: Signed, each: Request) -> bool:
    thing = Resource(kind="Approval", id=each.id, requester=each.human)
    best = Circumstances(passkey_seconds=0, approved=True)
    return house.desk.rights.may(signed.principal, "approval.review_glass", thing, best).allowed


def _row(each: Request, requester: str) -> Row:
    cells = {
        "does": BY_NAME[each.action].does if each.action in BY_NAME else each.action,
        "thing": f"{each.resource_kind}:{each.resource_id}",
        "requester": requester,
        "state": f"{each.state.value}, alone" if each.glass else each.state.value,
        "asked_at": each.asked_at,
        "ends_at": each.ends_at,
        "id": each.id,
    }
    return Row(cells=cells, href=f"/console/approvals/{quote(each.id)}")
