"""One's own recovery codes, shown once."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import recovery
from seawall.web.console.page import confirmation, page
from seawall.web.recently import require_recent
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/profile/recovery-codes", tags=["console"])
_BACK = "/console/profile"


@routes.get("", needs=SIGNED_IN)
def ask(request: Request, signed: Caller) -> Response:
    """Ask whether to make a new set."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        left = recovery.left(tx, signed.person.id)
    ends = (f"The {left} codes that you still have stop working.",) if left else ()
    return confirmation(
        request,
        title="Make recovery codes",
        steps=(("Profile", _BACK),),
        will=("You are shown ten codes, once. Each takes the place of a code of the app, once.", *ends),
        submit="Make ten codes",
    )


@routes.post("", needs=SIGNED_IN)
def make(request: Request, signed: Caller) -> Response:
    """Make a new set and show it, once."""
    house, me = house_of(request), signed.person.id
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        codes = recovery.issue_codes(tx, house.edges, me, by=me)
    return page(
        request,
        "once.html",
        title="Your recovery codes",
        steps=(("Profile", _BACK),),
        lead="Print them or keep them in a password manager. They are not shown again.",
        secrets=codes,
        after="Each works once, in place of a code of the app.",
        back=_BACK,
        done="I have kept them",
    )
