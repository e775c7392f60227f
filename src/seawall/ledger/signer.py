"""The keys that sign checkpoints: Ed25519, each in a file that only its owner may read.

ledger.key, ledger.v2.key, …     the newest is the log's key; the ones before sign beside it until they are retired
"""

import os
import re
from pathlib import Path

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.ledger.note import NoteInvalid, Verifier, is_key_name, open_note, sign, sign_also
from seawall.vocabulary.errors import InvalidInput, SeawallError

_VERSION = re.compile(r"ledger(?:\.v([1-9][0-9]{0,5}))?\.key")


class BadOrigin(InvalidInput):
    """The name of the log cannot stand in a signature."""

    code = "ledger.bad_origin"


class KeyUnusable(SeawallError):
    """The file of the signing key is damaged or open to others."""

    code = "ledger.key_unusable"


class Signer(msgspec.Struct, frozen=True):
    """An origin with its signing key, and earlier ones that still sign. `named` gives them under another origin."""

    origin: str
    key: Ed25519PrivateKey
    earlier: tuple[Ed25519PrivateKey, ...] = ()

    @classmethod
    def load_or_create(cls, directory: Path, origin: str) -> "Signer":
        """Open the key file of a directory, or make it. Raises BadOrigin, KeyUnusable."""
        if not is_key_name(origin) or not origin.isprintable():
            raise BadOrigin(
                f"{origin!r} cannot name a log.", hint="Take a host name and path, such as example.org/ledger."
            )
        directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not versions(directory):
            make(directory / "ledger.key")
        newest, *earlier = (read_key(directory / name_of(version)) for version in versions(directory))
        return cls(origin, newest, tuple(earlier))

    @property
    def verifier(self) -> Verifier:
        """Return the key that others check with."""
        return verifier_of(self.origin, self.key)

    def named(self, origin: str) -> "Signer":
        """Return the signer of another origin with the same key."""
        return Signer(origin, self.key, self.earlier)

    def sign(self, text: str) -> str:
        """Return the note of a text, signed by the log's key and by the earlier ones."""
        note = sign(text, self.origin, self.key)
        for key in self.earlier:
            note = sign_also(note, self.origin, key)
        return note

    def open(self, note: str) -> str:
        """Return the text of a note that any of these keys signed. Raises NoteInvalid."""
        for key in self.earlier:
            try:
                return open_note(note, verifier_of(self.origin, key))
            except NoteInvalid:
                continue
        return open_note(note, self.verifier)


def verifier_of(origin: str, key: Ed25519PrivateKey) -> Verifier:
    """Return what others check the notes of a key with."""
    return Verifier(origin, key.public_key().public_bytes_raw())


def versions(directory: Path) -> list[int]:
    """Return the versions of the key that sign, newest first."""
    found = (_VERSION.fullmatch(path.name) for path in directory.glob("ledger*.key"))
    return sorted((int(each[1] or 1) for each in found if each), reverse=True)


def name_of(version: int) -> str:
    """Return the name of a version's file."""
    return "ledger.key" if version == 1 else f"ledger.v{version}.key"


def read_key(path: Path) -> Ed25519PrivateKey:
    """Return the key of a file. Raises KeyUnusable."""
    if path.stat().st_mode & 0o077:
        raise KeyUnusable(f"{path} is open to other users.", hint=f"chmod 600 {path}")
    material = path.read_bytes()
    if len(material) != 32:
        raise KeyUnusable(f"{path} has {len(material)} bytes, not 32.", hint="Restore it from the keystore backup.")
    return Ed25519PrivateKey.from_private_bytes(material)


def make(path: Path) -> None:
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
    sync(path.parent)


def sync(folder: Path) -> None:
    """Let what was made, renamed or removed in a directory outlast a loss of power."""
    file = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
