"""Sign-in through identity providers: to them, back from them, and what they say when somebody signs out there."""

from typing import Annotated
from urllib.parse import quote

from fastapi import Form, Query, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel

from seawall.access.people import Proof, SignInRefused, sessions
from seawall.access.sign_in import Provider, ProviderRefused
from seawall.access.sign_in.admit import admit, refused, remember
from seawall.access.sign_in.flow import Begun, begin, claims_for, opened, spend
from seawall.access.sign_in.logout import checked_logout, end_sessions
from seawall.web.house import House
from seawall.web.returning import own_path
from seawall.web.routes import ANYONE, PROGRAM, Routes, paced
from seawall.web.signed import BEGUN, bound_to, house_of

routes = Routes("/auth/oidc", tags=["sign-in"])
_LONGEST = 4096


class ProviderShown(BaseModel):
    """An identity provider through which people sign in, and where that begins."""

    name: str
    label: str
    start: str


@routes.get("", needs=ANYONE)
def every(request: Request) -> list[ProviderShown]:
    """List the identity providers."""
    found = house_of(request).providers
    return [ProviderShown(name=each.name, label=each.label, start=each.href) for each in found]


@routes.get("/{provider}/start", needs=ANYONE)
def start(provider: str, request: Request, onward: Annotated[str, Query(alias="next")] = "") -> Response:
    """Send a browser to a provider. What was begun lies in the browser, sealed, and nowhere here."""
    house = house_of(request)
    asked = house.providers.named(provider)
    known = house.providers.metadata(asked, house.edges.clock)
    where, request.state.begun = begin(
        house.edges, asked, known, onward=own_path(onward), redirect_uri=_back(house, asked)
    )
    return RedirectResponse(where, status_code=303)


@routes.get("/{provider}/callback", needs=ANYONE)
def callback(
    provider: str, request: Request, state: str = "", code: str = "", error: str = "", iss: str | None = None
) -> Response:
    """Take a browser back from a provider, once, and begin a session."""
    house = house_of(request)
    asked = house.providers.named(provider)
    if len(state) + len(code) > _LONGEST:
        raise _unknown()
    begun = opened(house.edges, asked, state, request.cookies.get(BEGUN, ""))
    if begun is None:
        raise _unknown()
    # Whoever begins may come back with any code: each asks the provider and may write a refusal.
    paced(request)
    request.state.begun = ""
    try:
        _refuse_mixed(house, asked, code, error, iss)
        request.state.token = _admitted(house, asked, begun, state, code, bound_to(request))
    except ProviderRefused as refusal:
        with house.database.begin() as tx:
            refused(tx, house.edges, asked, refusal.reason_code)
        raise
    return RedirectResponse(begun.onward, status_code=303)


@routes.post("/{provider}/logout", needs=PROGRAM)
def logout(provider: str, request: Request, logout_token: str = Form(default="", max_length=65_536)) -> Response:
    """End the sessions of somebody who signed out at a provider (back-channel logout)."""
    house = house_of(request)
    asked = house.providers.named(provider)
    try:
        claims = checked_logout(house.providers, house.edges, asked, logout_token)
        with house.database.begin() as tx:
            end_sessions(tx, house.edges, asked, claims)
    except ProviderRefused as refusal:
        told = {"error": "invalid_request", "error_description": refusal.message}
        return JSONResponse(told, status_code=400)
    return Response(status_code=200)


def _refuse_mixed(house: House, provider: Provider, code: str, error: str, iss: str | None) -> None:
    """Refuse what is no code, or comes from another provider than was asked (RFC 9207). Raises ProviderRefused."""
    known = house.providers.metadata(provider, house.edges.clock)
    if iss != known.issuer and (iss is not None or known.authorization_response_iss_parameter_supported):
        raise ProviderRefused("wrong_iss", "The answer comes from another provider than was asked.")
    if error or not code:
        raise ProviderRefused("denied_there", "The identity provider did not let you in.")


def _admitted(house: House, provider: Provider, begun: Begun, state: str, code: str, browser: str) -> str:
    """Return the token of the session that a code leads to. Raises ProviderRefused, ProviderAway, SignInRefused."""
    claims = claims_for(house.providers, house.edges, provider, begun, code=code, redirect_uri=_back(house, provider))
    token = ""
    with house.database.begin() as tx:
        if not spend(tx, house.edges, state):
            raise _unknown()
        outcome = admit(tx, house.edges, provider, claims)
        if isinstance(outcome, Proof):
            session, token = sessions.begin(tx, house.edges, (outcome,), bound_to=browser)
            remember(tx, house.edges, provider, session.id, claims)
    if isinstance(outcome, SignInRefused):
        raise outcome
    return token


def _back(house: House, provider: Provider) -> str:
    return f"{house.site.origins[0]}/auth/oidc/{quote(provider.name)}/callback"


def _unknown() -> SignInRefused:
    return SignInRefused(
        "This sign-in was not begun in this browser, was used, or has run out.", hint="Begin again: ten minutes, once."
    )
