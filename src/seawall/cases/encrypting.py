"""Encrypt what leaves for one recipient, with age: only whoever holds the key behind `age1…` can open it.

Nothing is written to disk on the way. Limits: whose key it is, people find out, by another way than the one the key
came; age says nothing about who encrypted, which is what the record of the handing over is for.
"""

import pyrage
from pyrage import x25519

from seawall.vocabulary.errors import InvalidInput


class BadRecipient(InvalidInput):
    """A recipient is no public key of age."""

    code = "case.bad_recipient"

    def __init__(self) -> None:
        super().__init__(
            "The recipient is no public key of age.",
            hint="It begins with age1, and whoever gets the file makes it: age-keygen.",
        )


def recipient(given: str) -> str:
    """Return the public key of a recipient as it is written. Raises BadRecipient, which repeats nothing."""
    said = given.strip()
    if said.upper().startswith("AGE-SECRET-KEY"):
        raise BadRecipient
    try:
        return str(x25519.Recipient.from_str(said))
    except pyrage.RecipientError:
        raise BadRecipient from None


def encrypted(content: bytes, to: str) -> bytes:
    """Return content that only the holder of the recipient's key can open. Raises BadRecipient."""
    made: bytes = pyrage.encrypt(content, [x25519.Recipient.from_str(recipient(to))])
    return made
