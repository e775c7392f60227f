"""What this part of the room takes from outside, handed to each of its functions."""

import hmac

import msgspec

from seawall.access.projects import Write
from seawall.vault import Vault
from seawall.vocabulary.clock import Clock


class Edges(msgspec.Struct, frozen=True, kw_only=True):
    """The ledger, the vault, the clock, and a secret that is not in the database."""

    record: Write
    vault: Vault
    clock: Clock
    secret: bytes

    def keyed(self, purpose: str, value: str) -> bytes:
        """Return a digest that the database alone cannot be searched for."""
        return hmac.digest(self.secret, f"{purpose}\0{value}".encode("utf-8", "surrogatepass"), "sha256")
