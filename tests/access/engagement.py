"""An engagement with a tester who has an authenticator app and a key, as tests of every room want one."""

from datetime import timedelta
from typing import Any, NamedTuple

import pyotp

from seawall.access import testers
from seawall.access.people import Edges, Person, Proof, people, totp
from seawall.access.people.model import Profile
from seawall.access.testers import Check, Engagement, Plan
from seawall.store import Transaction
from seawall.vocabulary.ids import KeyId


class Engaged(NamedTuple):
    """What a test works with."""

    engagement: Engagement
    owner: Person
    tester: Person
    key: KeyId
    secret: str


def plan(edges: Edges, owner: str, **given: Any) -> Plan:
    """Return a plan that nothing is wrong with."""
    now = edges.clock()
    usual = {
        "organisation": "Institute of Tests", "purpose": "To see whether it holds.", "project": "demo", "owner": owner,
        "begins": now - timedelta(hours=1), "ends": now + timedelta(days=7), "models": ("gpt",),
        "addresses": ("127.0.0.0/8",),
    }  # fmt: skip
    return Plan(**(usual | given))


def proven(tx: Transaction, edges: Edges, who: Person) -> None:
    """Give a person an authenticator app."""
    begun = totp.begin_totp(tx, edges, who.id, issuer="Seawall", label="tester")
    proof = totp.check_code(tx, edges, who.id, pyotp.TOTP(begun.secret).at(edges.clock()))
    assert isinstance(proof, Proof)


def engage(tx: Transaction, edges: Edges, *, factor: bool = True, key: Any = None, **given: Any) -> Engaged:
    """Set an engagement up."""
    owner, tester = (people.add(tx, edges, Profile(name=name), by="host:test") for name in ("Owner", "Tester"))
    made = testers.make(tx, edges, plan(edges, owner.id, **given), by=owner.id)
    testers.validate(tx, edges, made.id, tester.id, checked=Check.VIDEO_CALL, by=owner.id)
    if factor:
        proven(tx, edges, tester)
    name, secret = testers.make_key(tx, edges, made.id, tester.id, "k", by=owner.id, **(key or {}))
    return Engaged(made, owner, tester, name, secret)
