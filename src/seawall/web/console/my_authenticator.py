"""One's own authenticator app: its secret as a QR code, shown once, and the first code that confirms it."""

import io

import segno
from fastapi import Request
from fastapi.responses import Response
from markupsafe import Markup

from seawall.access.people import settled, totp
from seawall.access.people.proofs import SignInRefused
from seawall.web.api.me import label_of
from seawall.web.console.forms import Entered, Field, Wrong
from seawall.web.console.page import confirmation, page, sent_to
from seawall.web.recently import require_recent
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console/profile/authenticator", tags=["console"])
_BACK = "/console/profile"
_CODE = Field(
    name="code", label="Code", hint="Six digits that the app shows.", required=True, inputmode="numeric", longest=10
)


@routes.get("", needs=SIGNED_IN)
def ask(request: Request, signed: Caller) -> Response:
    """Say what setting up an app does."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        replaces = totp.enrolled_at(tx, signed.person.id) is not None
    ends = ("The app that you have set up stops working at once.",) if replaces else ()
    return confirmation(
        request,
        title="Set up an authenticator app",
        steps=(("Profile", _BACK),),
        will=(
            "You are shown a new secret, once, as a QR code. Have the app at hand.",
            "It counts once you have entered a first code.",
            *ends,
        ),
        submit="Show the QR code",
    )


@routes.post("", needs=SIGNED_IN)
def begin(request: Request, signed: Caller) -> Response:
    """Make a new secret and show it, once."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        label = label_of(tx, house, signed)
        begun = totp.begin_totp(tx, house.edges, signed.person.id, issuer=house.site.name, label=label)
    return _shown(request, begun)


@routes.post("/confirm", needs=SIGNED_IN)
def confirm(request: Request, signed: Caller, given: Entered) -> Response:
    """Take the first code, from which on the app counts."""
    house, me = house_of(request), signed.person.id
    try:
        settled(house.database, lambda tx: totp.check_code(tx, house.edges, me, given.get("code", "")[:10], by=me))
    except SignInRefused as error:
        return _shown(request, None, Wrong(message=error.message, hint=error.hint, at="code"))
    return sent_to(_BACK, "authenticator_added")


@routes.get("/remove", needs=SIGNED_IN)
def ask_removal(request: Request, signed: Caller) -> Response:
    """Ask whether to remove the app."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
    return confirmation(
        request,
        title="Remove the authenticator app",
        steps=(("Profile", _BACK),),
        will=("Its codes no longer work. With a password you then need a recovery code to sign in.",),
        submit="Remove the app",
    )


@routes.post("/remove", needs=SIGNED_IN)
def remove(request: Request, signed: Caller) -> Response:
    """Remove the app."""
    house, me = house_of(request), signed.person.id
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        totp.remove_totp(tx, house.edges, me, by=me)
    return sent_to(_BACK, "authenticator_removed")


def drawn(address: str) -> Markup:
    """Return an address as a QR code in SVG, which holds nothing but squares."""
    made = io.BytesIO()
    segno.make(address, error="m").save(
        made,
        kind="svg",
        xmldecl=False,
        svgns=False,
        svgclass=None,
        lineclass=None,
        omitsize=True,
        border=2,
    )
    return Markup(made.getvalue().decode())  # noqa: S704 - segno draws a path; no text of anybody's is in it


def _shown(request: Request, begun: totp.Begun | None, told: Wrong | None = None) -> Response:
    secret, code = (begun.secret, drawn(begun.address)) if begun is not None else ("", "")
    status = 200 if told is None else 422
    return page(request, "authenticator.html", status=status, code=_CODE, wrong=told, secret=secret, qr=code)
