"""One's own passkeys: add one by the browser, remove one."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people.held_keys import working
from seawall.web.api import me
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.recently import require_recent
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/profile/passkeys", tags=["console"])
_BACK = "/console/profile"


@routes.get("/add", needs=SIGNED_IN)
def ask(request: Request, signed: Caller) -> Response:
    """Show the button with which a browser makes a passkey."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        first = not working(tx, signed.person.id)
    return page(request, "passkey.html", first=first)


@routes.get("/{passkey}/remove", needs=SIGNED_IN)
def ask_removal(passkey: str, request: Request, signed: Caller) -> Response:
    """Ask whether to remove a passkey, and say what then no longer works."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        held = {row.id: row.name for row in working(tx, signed.person.id)}
    if passkey not in held:
        raise me.NoSuchPasskey(passkey)
    last = ("It is your only one: approvals and dangerous actions will not work.",) if len(held) == 1 else ()
    return confirmation(
        request,
        title=f"Remove the passkey {held[passkey]}",
        steps=(("Profile", _BACK),),
        will=("Nobody signs in with this passkey any more. Your sessions stay.", *last),
        submit="Remove the passkey",
    )


@routes.post("/{passkey}/remove", needs=SIGNED_IN)
def remove(passkey: str, request: Request, signed: Caller) -> Response:
    """Remove a passkey of one's own."""
    me.remove(passkey, request, signed)
    return sent_to(_BACK, "passkey_removed")
