"""The inbox of approvals: what waits for me, what I asked for, what is open, what is done."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals.alarms import BROKEN, OVERDUE
from seawall.access.approvals.model import OPEN
from seawall.access.rights.actions import BY_NAME
from seawall.web.api import approvals as api
from seawall.web.console.listing import Column, Row, listed
from seawall.web.paging import MOST
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import Signed

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
    parts = _parts(request, signed)
    shown = show if show in parts else "waiting"
    counts = {name: len(found) for name, found in parts.items()}
    alarmed = {each.request: each.what for each in api.waiting(request, signed).alarms} if shown == "waiting" else {}
    rows = [_row(each, alarmed.get(each.id, "")) for each in parts[shown]]
    return listed(
        request, "approvals.html", "approvals", _COLUMNS, rows, shown=shown, counts=counts, nothing=_NOTHING[shown]
    )


def readable(request: Request, signed: Signed) -> list[api.RequestShown]:
    """Return the requests that somebody may read, newest first."""
    found: list[api.RequestShown] = []
    after = None
    while after != "":
        taken = api.every(request, signed, after=after or "", limit=MOST)
        found, after = [*found, *taken.requests], taken.next
    return found


def does(act: str) -> str:
    """Return what an act does, in words, as a heading has them."""
    return BY_NAME[act].does.rstrip(".") if act in BY_NAME else act


def where(request_id: str) -> str:
    """Return the address of a request's page."""
    return f"/console/approvals/{quote(request_id, safe='')}"


def _parts(request: Request, signed: Signed) -> dict[str, list[api.RequestShown]]:
    every, waits = readable(request, signed), api.waiting(request, signed)
    wanted = {each.id for each in waits.to_vote} | {each.request for each in waits.alarms}
    return {
        "waiting": [each for each in every if each.id in wanted],
        "mine": [each for each in every if each.requester == signed.person.id],
        "open": [each for each in every if each.state in OPEN],
        "done": [each for each in every if each.state not in OPEN],
    }


def _row(each: api.RequestShown, alarmed: str) -> Row:
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
