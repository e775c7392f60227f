"""Sealing, pure: content under a data key of its own, the data key under a wrapping key.

XChaCha20-Poly1305 both times. What the ciphertext belongs to (item, owner, class, and for a data key the name of the
wrapping key) is associated data, so a row that was changed or swapped with another does not open. Limit: a ciphertext
shows the length of its content.
"""

import secrets

import msgspec
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from seawall.vault.errors import ItemTampered
from seawall.vocabulary.retention import Retention

_NONCE = 24


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """What a ciphertext is bound to."""

    item: str
    owner: str
    retention: Retention

    def bind(self, part: str, *more: str) -> bytes:
        """Return the associated data: a JSON list, in which no two labels look the same."""
        return msgspec.json.encode(("seawall.vault.1", part, self.item, self.owner, self.retention, *more))


def seal(content: bytes, label: Label) -> tuple[bytes, bytes]:
    """Return a fresh data key and the content sealed under it."""
    key = secrets.token_bytes(32)
    return key, _encrypt(content, label.bind("content"), key)


def unseal(sealed: bytes, label: Label, key: bytes) -> bytes:
    """Return the content. Raises ItemTampered."""
    return _decrypt(sealed, label.bind("content"), key, label.item, "content")


def wrap(key: bytes, label: Label, name: str, wrapping: bytes) -> bytes:
    """Return the data key wrapped under the wrapping key of that name."""
    return _encrypt(key, label.bind("key", name), wrapping)


def unwrap(wrapped: bytes, label: Label, name: str, wrapping: bytes) -> bytes:
    """Return the data key. Raises ItemTampered."""
    return _decrypt(wrapped, label.bind("key", name), wrapping, label.item, "wrapped key")


def _encrypt(message: bytes, bound: bytes, key: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(message, bound, nonce, key)


def _decrypt(sealed: bytes, bound: bytes, key: bytes, item: str, part: str) -> bytes:
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[_NONCE:], bound, sealed[:_NONCE], key)
    except (CryptoError, TypeError, ValueError):
        raise ItemTampered(item, part) from None
