"""Who calls: a session, found by the cookie of a browser or the token of a program; or a service account."""

from typing import Any

import msgspec
from fastapi import Request

from seawall.access.approvals import Actor
from seawall.access.people import Person, Proof, Session, Way, people, roles, sessions, tokens
from seawall.access.people.sessions import SessionEnded, TokenReused
from seawall.access.people.tokens import Token
from seawall.access.rights import Principal, follow, principal
from seawall.vocabulary.ids import SessionId
from seawall.web.house import House

# A browser sends it back over HTTPS or to this machine alone, from no other host and to every path.
COOKIE = "__Host-seawall"
# What a browser keeps of a sign-in that it began with an identity provider.
BEGUN = "__Host-seawall-sign-in"


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who is signed in. `by_cookie` tells that a browser sends the token by itself.

    A service account has no session: what stands there is made of its `token`, and is kept nowhere.
    """

    session: Session
    person: Person
    principal: Principal
    by_cookie: bool
    token: Token | None = None

    @property
    def actor(self) -> Actor:
        """Return them as two-party control knows them."""
        return Actor(person=self.person.id, proofs=self.session.proofs)


def house_of(request: Request) -> House:
    """Return what the application works with."""
    found: House = request.app.state.house
    return found


def token_of(request: Request) -> tuple[str, bool] | None:
    """Return the token of a request and whether it is a cookie; a stated one wins over the browser's."""
    scheme, _, stated = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and stated.strip():
        return stated.strip(), False
    kept = request.cookies.get(COOKIE)
    return (kept, True) if kept else None


def bound_to(request: Request) -> str:
    """Return what a session is bound to: what its browser or program calls itself."""
    return request.headers.get("user-agent", "")


def signed_in(request: Request) -> Signed:
    """Return who calls. Raises SessionEnded."""
    house, given = house_of(request), token_of(request)
    if given is None:
        raise SessionEnded
    token, by_cookie = given
    if token.startswith(tokens.PREFIX) and not by_cookie:
        return _service(house, token)
    try:
        with house.database.begin() as tx:
            follow(tx, house.desk.rights)
            session = sessions.find(tx, token, bound_to(request), house.edges.clock())
            person = people.find(tx, session.person)
            if not person.active:
                raise SessionEnded
            who = principal(person, (grant.role for grant in roles.held(tx, person.id)))
            _note_use(house, tx, request, session, by_cookie=by_cookie)
    except TokenReused as reused:
        with house.database.begin() as tx:
            sessions.revoke(tx, house.edges, reused.session.id, by="seawall", reason_code="token_reused")
        raise
    return Signed(session=session, person=person, principal=who, by_cookie=by_cookie)


def _service(house: House, secret: str) -> Signed:
    """Return the service account of a token. Raises SessionEnded."""
    now = house.edges.clock()
    with house.database.begin() as tx:
        token = tokens.find(tx, secret, now)
        person = people.find(tx, token.person)
        if not person.active:
            raise SessionEnded
        who = principal(person, (grant.role for grant in roles.held(tx, person.id)))
    return Signed(session=_standing_for(token), person=person, principal=who, by_cookie=False, token=token)


def _standing_for(token: Token) -> Session:
    proof = Proof(person=token.person, way=Way.TOKEN, at=token.made_at, factor=token.id)
    return Session(
        id=SessionId(token.id),
        person=token.person,
        proofs=(proof,),
        vouched_by=None,
        token=b"",
        previous=None,
        bound_to=b"",
        begun_at=token.made_at,
        seen_at=token.used_at or token.made_at,
        rotated_at=token.made_at,
        ends_at=token.ends_at,
    )


def caught(request: Request) -> Signed | None:
    """Return who calls, or None where nobody is signed in, on pages that anyone may see."""
    try:
        return signed_in(request)
    except SessionEnded:
        return None


def _note_use(house: House, tx: Any, request: Request, session: Session, *, by_cookie: bool) -> None:
    now = house.edges.clock()
    if by_cookie and session.wants_rotation(now):
        token = sessions.rotate(tx, house.edges, session)
        if token is not None:
            request.state.token = token
    elif session.wants_touch(now):
        sessions.touch(tx, house.edges, session.id)
