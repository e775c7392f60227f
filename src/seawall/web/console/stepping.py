"""Use the passkey again, before something dangerous, and go on with it."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people.held_keys import working
from seawall.web.console.inside import HOME, inside
from seawall.web.console.page import page
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/step-up", tags=["console"])


@routes.get("", needs=SIGNED_IN)
def ask(request: Request, signed: Caller, next: str = HOME) -> Response:  # noqa: A002 - as in the address
    """Ask for the passkey."""
    with house_of(request).database.begin() as tx:
        has_key = bool(working(tx, signed.person.id))
    return page(request, "step_up.html", next=inside(next), has_key=has_key)
