"""What waits for whoever is signed in."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals.model import State
from seawall.access.people import people, recovery, roles
from seawall.access.people.held_keys import working
from seawall.store import Transaction
from seawall.web.api import approvals as api
from seawall.web.console import nav
from seawall.web.console.approvals import does, readable
from seawall.web.console.page import page
from seawall.web.house import House
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import Signed, house_of

routes = Routes("/console", tags=["console"])


@routes.get("", needs=SIGNED_IN)
def show(request: Request, signed: Caller) -> Response:
    """Show what waits."""
    house = house_of(request)
    reads = nav.could(house.desk.rights, signed, "approval.read")
    waits = api.waiting(request, signed)
    every = readable(request, signed) if reads else []
    alarmed = {each.request for each in waits.alarms}
    with house.database.begin() as tx:
        due = _due(tx, house, signed)
        keys, codes = len(working(tx, signed.person.id)), recovery.left(tx, signed.person.id)
    return page(
        request,
        "home.html",
        to_vote=[(each, does(each.act)) for each in waits.to_vote],
        alarms=[(each, does(each.act)) for each in every if each.id in alarmed],
        approved=[(each, does(each.act)) for each in every if _to_do(signed, each)],
        due=due,
        keys=keys,
        codes=codes,
        roles=sorted(signed.principal.roles),
    )


def _to_do(signed: Signed, each: api.RequestShown) -> bool:
    return each.requester == signed.person.id and each.state == State.APPROVED


def _due(tx: Transaction, house: House, signed: Signed) -> list[tuple[roles.Grant, str]]:
    """Return the grants that are overdue and that this person owns and may confirm, with names."""
    if not nav.could(house.desk.rights, signed, "role.confirm"):
        return []
    late = [each for each in roles.due(tx, house.edges.clock()) if each.owner == signed.person.id]
    return [(each, people.profile_of(tx, house.edges, each.person).name) for each in late]
