"""What somebody does for themselves: their passkeys, as a browser makes them."""

import json

from fastapi import Request
from pydantic import BaseModel, Field

from seawall.access.people import passkeys, people, sessions, settled
from seawall.access.people.held_keys import working
from seawall.store import Transaction
from seawall.vocabulary.errors import NotFound
from seawall.web.house import House
from seawall.web.recently import require_recent
from seawall.web.routes import SIGNED_IN, Caller, Routes
from seawall.web.signed import Signed, house_of

routes = Routes("/api/me", tags=["me"])


class PasskeyMade(BaseModel):
    """What a browser made of a challenge, and what its owner calls it."""

    challenge: str = Field(max_length=100)
    answer: dict[str, object]
    name: str = Field(min_length=1, max_length=80)


class NoSuchPasskey(NotFound):
    """The person has no such passkey."""

    code = "access.no_such_passkey"

    def __init__(self, passkey: str) -> None:
        super().__init__(f"You have no passkey {passkey!r}.", hint="Your profile lists them.")


@routes.post("/passkeys/begin", needs=SIGNED_IN)
def begin(request: Request, signed: Caller) -> dict[str, object]:
    """Give a challenge for a new passkey."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        label = label_of(tx, house, signed)
        made = passkeys.begin_registration(tx, house.edges, house.site, signed.person.id, label=label)
    return {"challenge": made.id, "options": json.loads(made.options)}


@routes.post("/passkeys", needs=SIGNED_IN)
def add(given: PasskeyMade, request: Request, signed: Caller) -> dict[str, str]:
    """Keep a new passkey; having made it proves who is here."""
    house, who = house_of(request), signed.person.id
    proof = settled(
        house.database,
        lambda tx: passkeys.register(
            tx,
            house.edges,
            house.site,
            given.challenge,
            dict(given.answer),
            person=who,
            name=given.name,
            vouched_by=signed.session.vouched_by,
            by=who,
        ),
    )
    with house.database.begin() as tx:
        request.state.token = sessions.prove(tx, house.edges, signed.session, proof)
    return {"passkey": proof.factor}


@routes.delete("/passkeys/{passkey}", needs=SIGNED_IN)
def remove(passkey: str, request: Request, signed: Caller) -> dict[str, str]:
    """End a passkey of one's own."""
    house = house_of(request)
    with house.database.begin() as tx:
        require_recent(tx, house, signed)
        if passkey not in {row.id for row in working(tx, signed.person.id)}:
            raise NoSuchPasskey(passkey)
        passkeys.remove_passkey(tx, house.edges, passkey, by=signed.person.id)
    return {"removed": passkey}


def label_of(tx: Transaction, house: House, signed: Signed) -> str:
    """Return how a device names this account."""
    profile = people.profile_of(tx, house.edges, signed.person.id)
    return profile.address or profile.name
