"""Sign in and out: passkey first, a password with a code for local people, a one-time link, identity providers."""

from fastapi import Request
from fastapi.responses import Response

from seawall.access.people import settled
from seawall.access.people.held_keys import working
from seawall.access.people.links import consume_link
from seawall.access.people.proofs import SignInRefused
from seawall.vocabulary.errors import SeawallError
from seawall.web.api import session
from seawall.web.console.forms import Entered, Field, read
from seawall.web.console.inside import HOME, inside
from seawall.web.console.page import page, sent_to
from seawall.web.routes import ANYONE, SIGNED_IN, Caller, Routes
from seawall.web.signed import house_of

routes = Routes("/console", tags=["console"])

_FIELDS = (
    Field(name="address", label="E-mail address", kind="email", required=True, autocomplete="username", longest=320),
    Field(
        name="password",
        label="Password",
        kind="password",
        required=True,
        autocomplete="current-password",
        longest=1000,
    ),
    Field(
        name="code",
        label="Code",
        hint="Six digits from your authenticator app, or a recovery code.",
        required=True,
        autocomplete="one-time-code",
        longest=40,
    ),
)


@routes.get("/sign-in", needs=ANYONE)
def ask(request: Request, next: str = HOME) -> Response:  # noqa: A002 - the name that people see in the address
    """Ask who it is."""
    return _asked(request, inside(next))


@routes.post("/sign-in", needs=ANYONE)
def by_password(request: Request, given: Entered) -> Response:
    """Sign in as a local person: password and code."""
    back = inside(given.get("next", ""))
    try:
        session.by_password(read(session.PasswordGiven, given), request)
    except SeawallError as error:
        return _asked(request, back, given, error)
    return sent_to(back)


@routes.get("/link", needs=ANYONE)
def show_link(request: Request, token: str = "") -> Response:
    """Ask whether to use a link, so that whatever looks at links does not use it up."""
    return page(request, "link.html", secret=token[:200])


@routes.post("/link", needs=ANYONE)
def by_link(request: Request, given: Entered) -> Response:
    """Sign in by a link, which is used up."""
    house, here = house_of(request), session.from_loopback(request)
    secret = given.get("token", "")[:200]
    try:
        proof = settled(house.database, lambda tx: consume_link(tx, house.edges, secret, from_loopback=here))
    except SignInRefused as error:
        return page(request, "link.html", error=error, secret="")
    session.begun(request, house, (proof,))
    with house.database.begin() as tx:
        has_key = bool(working(tx, proof.person))
    return sent_to(HOME) if has_key else sent_to("/console/profile", "welcome")


@routes.post("/sign-out", needs=SIGNED_IN)
def end(request: Request, signed: Caller) -> Response:
    """Sign out."""
    session.end(request, signed)
    return sent_to("/console/sign-in", "signed_out")


def _asked(request: Request, back: str, values: Entered | None = None, error: SeawallError | None = None) -> Response:
    return page(
        request,
        "sign_in.html",
        error=error,
        fields=_FIELDS,
        values=values or {},
        next=back,
        providers=tuple(getattr(house_of(request), "providers", ())),
    )
