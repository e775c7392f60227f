"""Sign in, prove more, sign out: what the sign-in pages and programs call."""

import ipaddress
import json
from datetime import datetime

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access.people import Proof, passkeys, passwords, roles, sessions, settled, totp
from seawall.access.people.links import consume_link
from seawall.access.people.recovery import check_recovery
from seawall.web import csrf
from seawall.web.house import House
from seawall.web.routes import ANYONE, SIGNED_IN, Caller, Routes
from seawall.web.signed import Signed, bound_to, caught, house_of

routes = Routes("/api/session", tags=["session"])


class LinkGiven(BaseModel):
    """A one-time link's secret."""

    token: str = Field(max_length=200)


class PasswordGiven(BaseModel):
    """A local person's address, password, and a code of their authenticator app or a recovery code."""

    address: str = Field(max_length=320)
    password: str = Field(max_length=1000)
    code: str = Field(default="", max_length=40)


class PasskeyAnswer(BaseModel):
    """What a browser made of a challenge."""

    challenge: str = Field(max_length=100)
    answer: dict[str, object]


class SessionShown(BaseModel):
    """Who is signed in, by what, until when."""

    person: str
    roles: list[str]
    ways: list[str]
    ends_at: datetime


@routes.get("/form", needs=ANYONE)
def form(request: Request) -> dict[str, str]:
    """Give the token that whatever changes something must carry: of the session, or of this browser."""
    return {"token": csrf.token_for(request, caught(request))}


@routes.post("/link", needs=ANYONE)
def by_link(given: LinkGiven, request: Request) -> SessionShown:
    """Sign in by a one-time link, which is used up."""
    house, here = house_of(request), _from_loopback(request)
    proof = settled(house.database, lambda tx: consume_link(tx, house.edges, given.token, from_loopback=here))
    return begun(request, house, (proof,))


@routes.post("/password", needs=ANYONE)
def by_password(given: PasswordGiven, request: Request) -> SessionShown:
    """Sign in as a local person: password, then a code."""
    house = house_of(request)
    edges = house.edges
    first = settled(house.database, lambda tx: passwords.check_password(tx, edges, given.address, given.password))
    second = settled(
        house.database,
        lambda tx: (
            totp.check_code(tx, edges, first.person, given.code)
            if given.code.strip().isdigit()
            else check_recovery(tx, edges, first.person, given.code)
        ),
    )
    return begun(request, house, (first, second))


@routes.post("/passkey/begin", needs=ANYONE)
def begin_passkey(request: Request) -> dict[str, object]:
    """Give a challenge for whichever passkey the browser has."""
    house = house_of(request)
    with house.database.begin() as tx:
        made = passkeys.begin_assertion(tx, house.edges, house.site)
    return {"challenge": made.id, "options": json.loads(made.options)}


@routes.post("/passkey", needs=ANYONE)
def by_passkey(given: PasskeyAnswer, request: Request) -> SessionShown:
    """Sign in by a passkey."""
    house = house_of(request)
    return begun(request, house, (_asserted(house, given),))


@routes.post("/proof", needs=SIGNED_IN)
def prove(given: PasskeyAnswer, request: Request, signed: Caller) -> SessionShown:
    """Prove by a passkey, within a session, that it is still the same person."""
    house = house_of(request)
    proof = _asserted(house, given)
    with house.database.begin() as tx:
        request.state.token = sessions.prove(tx, house.edges, signed.session, proof)
    return shown(signed, (*signed.session.proofs, proof))


@routes.get("", needs=SIGNED_IN)
def show(signed: Caller) -> SessionShown:
    """Say who is signed in."""
    return shown(signed, signed.session.proofs)


@routes.delete("", needs=SIGNED_IN)
def end(request: Request, signed: Caller) -> dict[str, bool]:
    """Sign out."""
    house = house_of(request)
    with house.database.begin() as tx:
        sessions.revoke(tx, house.edges, signed.session.id, by=signed.person.id, reason_code="signed_out")
    request.state.token = ""
    return {"ended": True}


def begun(request: Request, house: House, proofs: tuple[Proof, ...]) -> SessionShown:
    """Begin a session on proofs; the answer carries its cookie. One that was there before ends."""
    with house.database.begin() as tx:
        session, token = sessions.begin(tx, house.edges, proofs, bound_to=bound_to(request))
        held = [grant.role for grant in roles.held(tx, session.person)]
    request.state.token = token
    ways = [each.way.value for each in proofs]
    return SessionShown(person=session.person, roles=held, ways=ways, ends_at=session.ends_at)


def shown(signed: Signed, proofs: tuple[Proof, ...]) -> SessionShown:
    """Return a session as it is shown."""
    ways = sorted({each.way.value for each in proofs})
    return SessionShown(
        person=signed.person.id, roles=sorted(signed.principal.roles), ways=ways, ends_at=signed.session.ends_at
    )


def _asserted(house: House, given: PasskeyAnswer) -> Proof:
    return settled(
        house.database,
        lambda tx: passkeys.assert_passkey(tx, house.edges, house.site, given.challenge, dict(given.answer)),
    )


def _from_loopback(request: Request) -> bool:
    try:
        return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback
    except ValueError:
        return False
