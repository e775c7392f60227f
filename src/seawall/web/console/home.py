"""What waits for whoever is signed in."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.approvals import Request as ApprovalRequest
from seawall.access.approvals import State
from seawall.access.people import passkeys, people, recovery, roles
from seawall.access.rights.actions import BY_NAME
from seawall.store import Transaction
from seawall.web.api.approvals import readable
from seawall.web.console import nav
from seawall.web.console.approvals import waiting_for
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
    with house.database.begin() as tx:
        waiting = waiting_for(tx, house, signed) if reads else []
        approved = [each for each in readable(tx, house, signed) if _to_do(signed, each)] if reads else []
        values = {
            "waiting": [(each, _does(each)) for each in waiting],
            "approved": [(each, _does(each)) for each in approved],
            "due": _due(tx, house, signed),
            "keys": len(passkeys.working(tx, signed.person.id)),
            "codes": recovery.left(tx, signed.person.id),
        }
    return page(request, "home.html", roles=sorted(signed.principal.roles), **values)


def _to_do(signed: Signed, each: ApprovalRequest) -> bool:
    return each.human == signed.person.human and each.state is State.APPROVED


def _due(tx: Transaction, house: House, signed: Signed) -> list[tuple[roles.Grant, str]]:
    """Return the grants that are overdue and that this person owns and may confirm, with names."""
    if not nav.could(house.desk.rights, signed, "role.confirm"):
        return []
    late = [each for each in roles.due(tx, house.edges.clock()) if each.owner == signed.person.id]
    return [(each, people.profile_of(tx, house.edges, each.person).name) for each in late]


def _does(each: ApprovalRequest) -> str:
    return BY_NAME[each.action].does if each.action in BY_NAME else each.action
