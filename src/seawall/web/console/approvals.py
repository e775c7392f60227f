"""The inbox of approvals: what waits for me, what I asked for, what is open, what is done lately."""

from collections.abc import Callable, Sequence
from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals import Request as Asked
from seawall.access.approvals import requests
from seawall.access.approvals.alarms import BROKEN, OVERDUE
from seawall.access.approvals.model import OPEN
from seawall.access.people import Edges
from seawall.access.rights.actions import BY_NAME
from seawall.store import Transaction
from seawall.web.api import approvals as api
from seawall.web.api.approvals_shapes import RequestShown
from seawall.web.console.listing import Column, Row, listed
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed, house_of

routes = Routes("/console/approvals", tags=["console"])
STEPS = (("Approvals", "/console/approvals"),)
_COLUMNS = (
    Column(key="does", label="What is asked for"),
    Column(key="thing", label="On what", mono=True),
    Column(key="requester", label="By", free=True),
    Column(key="state", label="State"),
    Column(key="asked_at", label="Asked"),
    Column(key="ends_at", label="Ends"),
    Column(key="id", label="Identifier", mono=True),
)
# So many of the newest are listed; the API gives all.
_MOST = 200
_ALARMED = {"": "", BROKEN: ", to be reviewed", OVERDUE: ", reviews overdue"}
_NOTHING = {
    "waiting": "Nothing waits for you.",
    "mine": "You have asked for nothing.",
    "open": "Nothing is open.",
    "done": "Nothing is done yet.",
}


@routes.get("", needs=may("approval.read"))
def inbox(request: Request, signed: Caller, show: str = "waiting") -> Response:
    """List requests: `show` says which."""
    waits, open_ = api.waiting(request, signed), readable(request, signed, requests.open_ones)
    alarmed = {each.request: each.what for each in waits.alarms}
    alone = readable(request, signed, lambda tx, edges: [requests.find(tx, edges, each) for each in alarmed])
    wanted = {each.id: each for each in (*waits.to_vote, *alone)}
    waiting = sorted(wanted.values(), key=lambda each: each.id, reverse=True)
    shown = show if show in _NOTHING else "waiting"
    found = waiting if shown == "waiting" else open_ if shown == "open" else _lately(request, signed, shown)
    rows = [_row(each, alarmed.get(each.id, "") if shown == "waiting" else "") for each in found]
    counts = {"waiting": len(waiting), "open": len(open_)}
    return listed(
        request, "approvals.html", "approvals", _COLUMNS, rows,
        shown=shown, counts=counts, nothing=_NOTHING[shown],
    )  # fmt: skip


def readable(
    request: Request, signed: Signed, choose: Callable[[Transaction, Edges], Sequence[Asked]]
) -> list[RequestShown]:
    """Return those of the chosen requests that somebody may read."""
    house = house_of(request)
    with house.database.begin() as tx:
        mine = [each for each in choose(tx, house.edges) if api.reads(house, signed, each)]
        return api.every_shown(tx, house, mine)


def does(act: str) -> str:
    """Return what an act does, in words, as a heading has them."""
    return BY_NAME[act].does.rstrip(".") if act in BY_NAME else act


def where(request_id: str) -> str:
    """Return the address of a request's page."""
    return f"/console/approvals/{quote(request_id, safe='')}"


def _lately(request: Request, signed: Signed, shown: str) -> list[RequestShown]:
    """Return the newest requests: mine, or those that are done."""
    by = signed.person.id if shown == "mine" else ""
    found = readable(request, signed, lambda tx, edges: requests.newest(tx, edges, by=by, limit=_MOST))
    return [each for each in found if shown == "mine" or each.state not in OPEN]


def _row(each: RequestShown, alarmed: str) -> Row:
    cells = {
        "does": does(each.act),
        "thing": f"{each.kind}:{each.thing}",
        "requester": each.requester_name or each.requester,
        "state": f"{each.state}, alone{_ALARMED[alarmed]}" if each.alone else each.state,
        "asked_at": each.asked_at,
        "ends_at": each.ends_at,
        "id": each.id,
    }
    return Row(cells=cells, href=where(each.id))
