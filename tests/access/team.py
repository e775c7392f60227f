"""People who ask and agree, as tests of every room with two-party control want them."""

from collections.abc import Callable
from typing import Any

from seawall.access.approvals import Actor, Desk, Request, ask, execute, vote
from seawall.access.people import Edges, Kind, Person
from seawall.access.people.held_keys import working
from seawall.access.people.proofs import Proof, Way
from seawall.access.rights import Resource, load
from seawall.store import Transaction
from seawall.vocabulary.errors import SeawallError
from tests.access.conftest import key_of, person
from tests.conftest import FrozenClock

DISCLOSE, ITEM, SAID = "vault.disclose", Resource(kind="VaultItem", id="it_1"), {"to": "court", "pages": 3}
RIGHTS = load()


class Team:
    """Bob of security asks; Lea of legal and Sam of security may agree."""

    def __init__(self, tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
        self.edges, self.clock, self.desk = edges, clock, Desk(rights=RIGHTS)
        self.bob, self.lea, self.sam = (
            self.join(tx, name, role) for name, role in (("bob", "security"), ("lea", "legal"), ("sam", "security"))
        )
        clock.advance(hours=73)

    def join(self, tx: Transaction, name: str, *held: str, **given: Any) -> Person:
        made = person(tx, self.edges, name, *held, **given)
        if made.kind is Kind.PERSON:
            key_of(tx, self.edges, made)
        return made

    def actor(self, tx: Transaction, who: Person) -> Actor:
        """Return somebody who has just used their passkey."""
        keys = working(tx, who.id)
        proof = Proof(
            person=who.id, way=Way.PASSKEY, at=self.clock(), factor=keys[-1].id if keys else "", verified=True
        )
        return Actor(person=who.id, proofs=(proof,))

    def ask(self, tx: Transaction, who: Person | None = None, action: str = DISCLOSE, on: Resource = ITEM) -> Request:
        actor = self.actor(tx, who or self.bob)
        return ask(tx, self.edges, self.desk, actor, action, on, SAID, reason="a court asked")

    def vote(self, tx: Transaction, who: Person, request: Request, approves: bool = True) -> Request:
        actor, bound = self.actor(tx, who), request.digest
        return vote(tx, self.edges, self.desk, actor, request.id, bound=bound, approves=approves)

    def execute(self, tx: Transaction, request: Request, who: Person | None = None, said: Any = SAID) -> Request:
        actor = self.actor(tx, who or self.bob)
        on = Resource(kind=request.resource_kind, id=request.resource_id)
        return execute(tx, self.edges, self.desk, actor, request.id, request.action, on, said)


def let_through(step: Callable[[], object]) -> bool:
    """Take a step; tell whether it was let through."""
    try:
        step()
    except SeawallError:
        return False
    return True
