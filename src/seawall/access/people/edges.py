"""What this part of the room takes from outside, handed to each of its functions."""

import hmac
from collections.abc import Callable

import msgspec

from seawall.access.people.model import Person
from seawall.access.projects import Write
from seawall.store import Transaction
from seawall.vault import Vault
from seawall.vocabulary.clock import Clock

# Called with the transaction, these edges, the person and who did it.
Told = Callable[[Transaction, "Edges", Person, str], None]


class Edges(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger, the vault, the clock, and a secret that is not in the database.

    `person_ended` are the rooms that hold something of a person: each is told, in the transaction that deactivates.
    """

    record: Write
    vault: Vault
    clock: Clock
    secret: bytes
    person_ended: tuple[Told, ...] = ()

    def keyed(self, purpose: str, value: str) -> bytes:
        """Return a digest that the database alone cannot be searched for."""
        return hmac.digest(self.secret, f"{purpose}\0{value}".encode("utf-8", "surrogatepass"), "sha256")
