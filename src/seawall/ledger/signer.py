"""The key that signs checkpoints: one Ed25519 key in a file that only its owner may read."""

import os
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.ledger.note import Verifier, is_key_name, sign
from seawall.vocabulary.errors import InvalidInput, SeawallError


class BadOrigin(InvalidInput):
    """The name of the log cannot stand in a signature."""

    code = "ledger.bad_origin"


class KeyUnusable(SeawallError):
    """The file of the signing key is damaged or open to others."""

    code = "ledger.key_unusable"


class Signer(msgspec.Struct, frozen=True):
    """An origin with its signing key. `named` gives the same key under another origin."""

    origin: str
    key: Ed25519PrivateKey

    @classmethod
    def load_or_create(cls, directory: Path, origin: str) -> "Signer":
        """Open the key file of a directory, or make it. Raises BadOrigin, KeyUnusable."""
        if not is_key_name(origin) or not origin.isprintable():
            raise BadOrigin(
                f"{origin!r} cannot name a log.", hint="Take a host name and path, such as example.org/ledger."
            )
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = directory / "ledger.key"
        if not path.exists():
            _make(path)
        if path.stat().st_mode & 0o077:
            raise KeyUnusable(f"{path} is open to other users.", hint=f"chmod 600 {path}")
        material = path.read_bytes()
        if len(material) != 32:
            raise KeyUnusable(f"{path} has {len(material)} bytes, not 32.", hint="Restore it from the keystore backup.")
        return cls(origin, Ed25519PrivateKey.from_private_bytes(material))

    @property
    def verifier(self) -> Verifier:
        """Return the key that others check with."""
        return Verifier(self.origin, self.key.public_key().public_bytes_raw())

    def named(self, origin: str) -> "Signer":
        """Return the signer of another origin with the same key."""
        return Signer(origin, self.key)

    def sign(self, text: str) -> str:
        """Return the signed note of a text."""
        return sign(text, self.origin, self.key)


def _make(path: Path) -> None:
    """Write a fresh key so that two who do it at once end with the same one."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    file = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(file, os.urandom(32))
        os.fsync(file)
    finally:
        os.close(file)
    try:
        path.hardlink_to(fresh)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
