"""Let a program in that has no browser: type its code, see what it is, decide."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.sign_in import devices
from seawall.vocabulary.errors import SeawallError
from seawall.web.console.forms import Entered
from seawall.web.console.page import page, sent_to
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/device", tags=["console"])
_LONGEST = 40


@routes.get("", needs=SIGNED_IN)
def ask(request: Request, user_code: str = "") -> Response:
    """Ask for the code."""
    return page(request, "device.html", code=user_code[:_LONGEST], device=None)


@routes.post("", needs=SIGNED_IN)
def look(request: Request, given: Entered, signed: Caller) -> Response:
    """Show the program that waits with a code, before it is let in."""
    house, code = house_of(request), given.get("user_code", "")[:_LONGEST]
    try:
        found = devices.waiting(house.database, house.edges, code, signed.session)
    except SeawallError as error:
        return page(request, "device.html", error=error, code=code, device=None)
    return page(request, "device.html", code=code, device=found)


@routes.post("/decide", needs=SIGNED_IN)
def decide(request: Request, given: Entered, signed: Caller) -> Response:
    """Let it in, or refuse it."""
    house, code = house_of(request), given.get("user_code", "")[:_LONGEST]
    lets_in = given.get("decision") == "let_in"
    try:
        devices.decide(house.database, house.edges, code, signed.session, approved=lets_in)
    except SeawallError as error:
        return page(request, "device.html", error=error, code=code, device=None)
    return sent_to("/console/device", "device_let_in" if lets_in else "device_refused")
