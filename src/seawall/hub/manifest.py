"""The manifest of a site: every file with its digest, canonical, so that one digest stands for all of it. Pure."""

import re
from collections.abc import Mapping
from hashlib import sha256

import msgspec

from seawall.ledger.commitment import canonical
from seawall.vocabulary.errors import SeawallError

MANIFEST, PROOF, GROWTH = "manifest.json", "manifest.tlog-proof", "growth.json"
# These carry their own proof: none of them can be listed in the manifest that they speak of.
BESIDE = frozenset({MANIFEST, PROOF, GROWTH})
# Whoever checks a site reads what a manifest names, so nothing outside of the site may be named.
_PATH = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9._-]*/)*[A-Za-z0-9_][A-Za-z0-9._-]*")


class ManifestUnreadable(SeawallError):
    """A manifest is none."""

    code, status = "hub.manifest_unreadable", 422


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One file: its path, SHA-256 and length."""

    path: str
    sha256: str
    bytes: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an edition consists of. `previous` is the digest of the manifest before."""

    v: int = 1
    name: str
    edition: int
    previous: str | None
    as_of: str
    origin: str
    key: str
    files: tuple[Entry, ...]

    def encode(self) -> bytes:
        """Return the file."""
        return canonical(msgspec.to_builtins(self), MANIFEST)

    @classmethod
    def parse(cls, held: bytes) -> "Manifest":
        """Read the file. Raises ManifestUnreadable."""
        try:
            found = msgspec.json.decode(held, type=cls)
        except msgspec.DecodeError as error:
            raise ManifestUnreadable(f"{MANIFEST} is no manifest of a hub: {error}.") from None
        outside = [each.path for each in found.files if not _PATH.fullmatch(each.path)]
        if outside:
            raise ManifestUnreadable(f"{MANIFEST} names {outside[0]!r}, which is no path of a site.")
        return found


def digest(held: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    return sha256(held).hexdigest()


def entries(files: Mapping[str, bytes]) -> tuple[Entry, ...]:
    """Return the entry of each file, by path."""
    return tuple(
        Entry(path=path, sha256=digest(held), bytes=len(held))
        for path, held in sorted(files.items())
        if path not in BESIDE
    )
