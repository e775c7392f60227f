"""Engagements of outside testers, and beginning one."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.access.testers import State
from seawall.web.api import testers as api
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import project_names
from seawall.web.paging import MOST
from seawall.web.routes import Caller, Routes, may

routes = Routes("/console/testers", tags=["console"])
STEPS = (("Testers", "/console/testers"),)
ON, LIFTED = "on", "lifted"
_COLUMNS = (
    Column(key="organisation", label="Organisation"),
    Column(key="state", label="State", choices=tuple(each.value for each in State)),
    Column(key="safeguards", label="Safeguards", choices=(ON, LIFTED)),
    Column(key="models", label="Models"),
    Column(key="ends", label="Ends"),
    Column(key="requests", label="Requests", number=True),
    Column(key="request_budget", label="Limit", number=True),
    Column(key="id", label="Identifier", mono=True),
)
_LEAD = "People from outside who test models here: for a time, from listed networks, within a budget. Nothing is kept."
_NOTHING = {
    "nothing": "Nobody outside tests anything.",
    "hint": (
        "Ask others to begin an engagement with whoever is to test, let each of their people in, and make them keys. "
        "It ends by itself."
    ),
}


@routes.get("", needs=may("tester.read"))
def every(request: Request, signed: Caller) -> Response:
    """List engagements."""
    names = project_names(request, signed)
    rows = [_row(each, names) for each in _every(request)]
    add = {"action": "tester.begin", "path": "/console/testers/begin", "label": "Ask to begin an engagement"}
    told = {"title": "Testers", "lead": _LEAD, "add": add, **_NOTHING}
    return listed(request, "list.html", "testers", _COLUMNS, rows, **told)


def where(engagement: str) -> str:
    """Return the address of an engagement's page."""
    return f"/console/testers/{quote(engagement, safe='')}"


def _every(request: Request) -> list[api.EngagementShown]:
    found: list[api.EngagementShown] = []
    after = None
    while after != "":
        taken = api.every(request, after=after or "", limit=MOST)
        found, after = [*found, *taken.engagements], taken.next
    return found


def _row(shown: api.EngagementShown, names: dict[str, str]) -> Row:
    cells = shown.model_dump(include={"id", "organisation", "state", "ends", "requests", "request_budget"})
    cells |= {"models": tuple(shown.models), "project": names.get(shown.project, shown.project)}
    cells |= {"safeguards": ON if shown.safeguards else LIFTED, "ends": shown.ended_at or shown.ends}
    return Row(cells=cells, href=where(shown.id))
