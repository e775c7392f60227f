"""Detached signatures as minisign makes them: stock `minisign -Vm FILE -P KEY` checks them, and so does this.

public key: base64("Ed" + id + key)      signature: base64("ED" + id + Ed25519 over BLAKE2b-512 of the file)
"""

import base64
import binascii
import hashlib
from pathlib import Path

import msgspec
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey, VerifyKey

_HEAD = "untrusted comment: signature of a release of Seawall"


class BadSignature(Exception):
    """A file is not what was signed, or its signature cannot be read."""


class Signature(msgspec.Struct, frozen=True):
    """A signature, and the comment that is signed with it."""

    key: bytes
    made: bytes
    comment: str
    whole: bytes

    @classmethod
    def parse(cls, text: str) -> "Signature":
        """Read a signature file. Raises BadSignature."""
        lines = text.splitlines()
        if len(lines) != 4 or not lines[2].startswith("trusted comment: "):
            raise BadSignature("This is no signature file of four lines.")
        raw, whole = _decoded(lines[1], 74), _decoded(lines[3], 64)
        if raw[:2] != b"ED":
            raise BadSignature("The signature is not of the kind that minisign makes today.")
        return cls(raw[2:10], raw[10:], lines[2].removeprefix("trusted comment: "), whole)


def new_key(path: Path) -> str:
    """Write a fresh secret key that only its owner may read; return the public one. Raises FileExistsError."""
    path.touch(mode=0o600, exist_ok=False)
    key = SigningKey.generate()
    path.write_text(bytes(key).hex() + "\n")
    return public(key)


def load(path: Path) -> SigningKey:
    """Return the secret key of a file. Raises BadSignature where it is damaged or open to others."""
    if path.stat().st_mode & 0o077:
        raise BadSignature(f"{path} is open to other users: chmod 600 {path}")
    try:
        return SigningKey(bytes.fromhex(path.read_text().strip()))
    except (ValueError, UnicodeDecodeError):
        raise BadSignature(f"{path} is no secret key of 32 bytes in hexadecimal.") from None


def public(key: SigningKey) -> str:
    """Return the public key as minisign writes it."""
    return base64.b64encode(b"Ed" + _id(key.verify_key) + bytes(key.verify_key)).decode()


def sign(key: SigningKey, file: Path, comment: str) -> str:
    """Return the signature file of a file."""
    made = key.sign(_digest(file)).signature
    whole = key.sign(made + comment.encode()).signature
    lines = (
        _HEAD,
        base64.b64encode(b"ED" + _id(key.verify_key) + made).decode(),
        f"trusted comment: {comment}",
        base64.b64encode(whole).decode(),
    )
    return "\n".join(lines) + "\n"


def verify(named: str, file: Path, text: str) -> str:
    """Return the trusted comment of a file's signature. Raises BadSignature."""
    raw, held = _decoded(named.strip().splitlines()[-1], 42), Signature.parse(text)
    if raw[:2] != b"Ed" or raw[2:10] != held.key:
        raise BadSignature("The signature is of another key.")
    key = VerifyKey(raw[10:])
    try:
        key.verify(_digest(file), held.made)
        key.verify(held.made + held.comment.encode(), held.whole)
    except BadSignatureError:
        raise BadSignature(f"{file.name} or the comment is not what was signed.") from None
    return held.comment


def _id(key: VerifyKey) -> bytes:
    return hashlib.sha256(bytes(key)).digest()[:8]


def _digest(file: Path) -> bytes:
    return hashlib.blake2b(file.read_bytes(), digest_size=64).digest()


def _decoded(line: str, size: int) -> bytes:
    try:
        raw = base64.b64decode(line, validate=True)
    except (binascii.Error, ValueError):
        raise BadSignature("A line of the key or the signature is not base64.") from None
    if len(raw) != size:
        raise BadSignature(f"A line holds {len(raw)} bytes, not {size}.")
    return raw
