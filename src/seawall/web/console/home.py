"""What waits for whoever is signed in."""

from datetime import datetime, timedelta
from typing import Any

import msgspec
from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals import requests
from seawall.access.people import recovery
from seawall.access.people.held_keys import working
from seawall.access.recertify.campaigns import campaign_of
from seawall.access.waiting import Waiting, waiting
from seawall.commitments.answers import Due, due
from seawall.commitments.watch import current
from seawall.store import Transaction
from seawall.web.api import approvals as api
from seawall.web.api.commitments import answers
from seawall.web.console import nav
from seawall.web.console.approvals import does
from seawall.web.console.naming import names_of
from seawall.web.console.page import page
from seawall.web.console.recertify import called
from seawall.web.house import House
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import Signed, house_of

routes = Routes("/console", tags=["console"])
# So long before their evidence runs out, practices count as waiting.
SOON = timedelta(days=14)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """Something to confirm by a moment, and where that is done; by a campaign it can be taken away there too."""

    what: str
    until: datetime
    confirm: str
    withdraw: str = ""


@routes.get("", needs=SIGNED_IN)
def show(request: Request, signed: Caller) -> Response:
    """Show what waits."""
    house = house_of(request)
    with house.database.begin() as tx:
        found = waiting(tx, house.edges, house.desk, signed.person)
        values = _values(tx, house, signed, found)
        keys, codes = len(working(tx, signed.person.id)), recovery.left(tx, signed.person.id)
        deadlines = {each.campaign: campaign_of(tx, each.campaign).deadline for each in found.items}
    return page(
        request,
        "home.html",
        **values,
        questions=_questions(request, found, deadlines),
        privacy=found.privacy,
        practices=_practices(request, signed),
        keys=keys,
        codes=codes,
        roles=sorted(signed.principal.roles),
    )


def _practices(request: Request, signed: Signed) -> list[Due]:
    """Return the practices that this person answers for and that run out, or did."""
    house = house_of(request)
    if not nav.could(house.desk.rights, signed, "commitment.read"):
        return []
    with house.database.begin() as tx:
        now = current(tx, house.book, house.edges.clock())
    return due(house.book, now, within=SOON, whose=lambda owner: answers(signed, owner))


def _values(tx: Transaction, house: House, signed: Signed, found: Waiting) -> dict[str, Any]:
    """Return the requests that wait, each with what it does; of alarms those that this person may read."""
    alone = [requests.find(tx, house.edges, name) for name in dict.fromkeys(each.request for each in found.alarms)]
    parts = {"to_vote": found.to_vote, "approved": found.approved}
    parts["alarms"] = tuple(each for each in alone if api.reads(house, signed, each))
    return {
        name: [(api.shown(tx, house, each), does(each.action)) for each in requests_of]
        for name, requests_of in parts.items()
    }


def _questions(request: Request, found: Waiting, deadlines: dict[str, datetime]) -> list[Question]:
    names = names_of(request, {*(each.holder for each in found.items), *(each.person for each in found.grants)})
    asked = [
        Question(
            what=called(each.source, each.what, names.get(each.holder, each.holder)),
            until=deadlines[each.campaign],
            confirm=f"/console/recertification/{each.id}/confirm",
            withdraw=f"/console/recertification/{each.id}/withdraw",
        )
        for each in found.items
    ]
    due = [
        Question(
            what=called("role", each.role, names.get(each.person, each.person)),
            until=each.review_at,
            confirm=f"/console/people/{each.person}#roles",
        )
        for each in found.grants
    ]
    return sorted([*asked, *due], key=lambda each: each.until)
