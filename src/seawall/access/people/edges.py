"""What this part of the room takes from outside, handed to each of its functions."""

import hmac
from collections.abc import Callable, Sequence

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
    `secrets` gives its versions as they are now, newest first; without it there is but the one. `lasting_secret` is
    behind names that others gave us and that we do not keep, so what rests on it cannot be made anew.
    """

    record: Write
    vault: Vault
    clock: Clock
    secret: bytes
    person_ended: tuple[Told, ...] = ()
    secrets: Callable[[], Sequence[bytes]] | None = None
    lasting_secret: bytes = b""

    def keyed(self, purpose: str, value: str) -> bytes:
        """Return a digest that the database alone cannot be searched for, to be stored."""
        return self.every_keyed(purpose, value)[0]

    def every_keyed(self, purpose: str, value: str) -> list[bytes]:
        """Return the digest under each version of the secret, newest first, to be compared with what is stored."""
        text = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
        known = self.secrets() if self.secrets is not None else (self.secret,)
        return [hmac.digest(each, text, "sha256") for each in known]

    def lasting(self, purpose: str, value: str) -> bytes:
        """Return a digest that stays the same when the secret is rotated, of what is kept nowhere else."""
        text = f"{purpose}\0{value}".encode("utf-8", "surrogatepass")
        return hmac.digest(self.lasting_secret or self.secret, text, "sha256")
