"""People, their passkeys, and the edges that they stand on."""

from pathlib import Path

import pytest

from seawall.access.people import Edges, Person, passkeys, people, roles
from seawall.access.people.model import Profile
from seawall.access.people.passkeys import Site
from seawall.access.people.proofs import Proof
from seawall.store import Transaction
from seawall.vault import Keystore, Vault
from seawall.vocabulary.records import Record
from tests.access.authenticator import Authenticator
from tests.conftest import FrozenClock

SITE = Site(domain="seawall.test", name="Seawall", origins=("https://seawall.test",))


class Ledger(list[Record]):
    """What was recorded."""

    def __call__(self, tx: Transaction, body: Record) -> None:
        self.append(body)

    @property
    def kinds(self) -> list[str]:
        return [body.kind for body in self]


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def edges(ledger: Ledger, clock: FrozenClock, tmp_path: Path) -> Edges:
    vault = Vault(Keystore(tmp_path / "keystore"), clock)
    return Edges(record=ledger, vault=vault, clock=clock, secret=b"s" * 32)


def person(tx: Transaction, edges: Edges, name: str, *held: str, by: str = "host:test", **given: object) -> Person:
    """Make a person of that name with roles."""
    made = people.add(tx, edges, Profile(name=name, address=f"{name}@people.test"), by=by, **given)  # type: ignore[arg-type]
    for role in held:
        roles.grant(tx, edges, made.id, role, by="host:test")
    return made


def key_of(tx: Transaction, edges: Edges, owner: Person, *, by: str = "") -> Authenticator:
    """Register a passkey of a person."""
    return key_at(tx, edges, owner, SITE, by=by)


def key_at(tx: Transaction, edges: Edges, owner: Person, site: Site, *, by: str = "") -> Authenticator:
    """Register a passkey of a person for a site."""
    device = Authenticator(site.domain, site.origins[0])
    asked = passkeys.begin_registration(tx, edges, site, owner.id, label=owner.id)
    made = passkeys.register(
        tx, edges, site, asked.id, device.create(asked.options), person=owner.id, name="key", by=by or owner.id
    )
    assert isinstance(made, Proof), made
    return device


def used(tx: Transaction, edges: Edges, device: Authenticator) -> Proof:
    """Use a passkey."""
    asked = passkeys.begin_assertion(tx, edges, SITE)
    proof = passkeys.assert_passkey(tx, edges, SITE, asked.id, device.get(asked.options))
    assert isinstance(proof, Proof), proof
    return proof
