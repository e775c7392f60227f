"""Notices on their way: which nobody took over, and what webhook and e-mail made of each. Never their words."""

from urllib.parse import quote

from fastapi import Request
from fastapi.responses import Response

from seawall.cases import notices
from seawall.cases.notices import Underway
from seawall.outbox.kinds import Channel, State
from seawall.web.console import nav
from seawall.web.console.listing import Column, Row, listed
from seawall.web.console.naming import project_names
from seawall.web.routes import Caller, Routes, may
from seawall.web.signed import house_of

routes = Routes("/console/notices", tags=["console"])
_ABOUT = ("decision of a case", "act of the ladder, a rule or staff", "taken back", "filing", "legal request")
_NONE = "not sent"
_WAYS = (_NONE, *(each.value for each in State))
_COLUMNS = (
    Column(key="account", label="Account", mono=True),
    Column(key="about", label="About", choices=_ABOUT),
    Column(key="project", label="Project", free=True),
    Column(key="at", label="Laid ready"),
    Column(key="given_at", label="Taken over"),
    Column(key="webhook", label="Webhook", choices=_WAYS),
    Column(key="email", label="E-mail", choices=_WAYS),
    Column(key="id", label="Notice", mono=True),
)
_MOST = 500
_LEAD = (
    "The operator's product alone knows the person: that it took a notice over is the receipt. A webhook or a letter "
    "that was taken says only that the other side has it."
)


@routes.get("", needs=may("notice.read"))
def every(request: Request, signed: Caller, show: str = "") -> Response:
    """List the newest notices: those that nobody took over, or all."""
    everything = show == "all"
    with house_of(request).database.begin() as tx:
        found = notices.underway(tx, undelivered=not everything, limit=_MOST)
        waits = notices.undelivered(tx)
    names = project_names(request, signed)
    links = nav.could(house_of(request).desk.rights, signed, "account.read")
    return listed(
        request,
        "underway.html",
        "notices",
        _COLUMNS,
        [_row(each, names, links=links) for each in found],
        lead=_LEAD,
        everything=everything,
        waits=waits,
        most=_MOST,
    )


def _row(found: Underway, names: dict[str, str], *, links: bool) -> Row:
    cells = {
        "account": found.account,
        "about": _about(found),
        "project": names.get(found.project, found.project),
        "at": found.at,
        "given_at": found.given_at,
        "webhook": _way(found, Channel.WEBHOOK),
        "email": _way(found, Channel.EMAIL),
        "id": found.id,
    }
    return Row(cells=cells, href=f"/console/accounts/of/{quote(found.account, safe='')}" if links else "")


def _about(found: Underway) -> str:
    named = (found.decision, found.sanction, found.taken_back, found.act, found.legal_request)
    return next(says for says, it in zip(_ABOUT, named, strict=True) if it is not None)


def _way(found: Underway, channel: Channel) -> str:
    """Return how a notice fares on a channel: the worst, where it goes to several places."""
    states = {each.state for each in found.receipts if each.channel is channel}
    return next((each.value for each in (State.DEAD, State.WAITING, State.TAKEN) if each in states), _NONE)
