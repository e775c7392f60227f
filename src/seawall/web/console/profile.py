"""One's own page: name, what one signs in with, recovery codes, sessions, roles."""

from typing import Any

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import Kind, Source, passwords, people, recovery, roles, totp
from seawall.access.people.held_keys import working
from seawall.web.console.my_sessions import current
from seawall.web.console.page import page
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/profile", tags=["console"])
STEPS = (("Profile", "/console/profile"),)


@routes.get("", needs=SIGNED_IN)
def show(request: Request, signed: Caller) -> Response:
    """Show what is known of whoever is signed in."""
    house, who = house_of(request), signed.person
    with house.database.begin() as tx:
        values: dict[str, Any] = {
            "profile": people.profile_of(tx, house.edges, who.id),
            "passkeys": working(tx, who.id),
            "app_since": totp.enrolled_at(tx, who.id),
            "codes_left": recovery.left(tx, who.id),
            "password_since": passwords.set_at(tx, who.id),
            "password_offered": passwords.offered(tx, who),
            "sessions": current(tx, house, who.id),
            "held": roles.held(tx, who.id),
        }
    local = who.source is Source.LOCAL and who.kind is Kind.PERSON
    return page(request, "profile.html", local=local, **values)
