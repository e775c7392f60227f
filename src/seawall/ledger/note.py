"""Signed notes (c2sp.org/signed-note) with Ed25519 keys, and the checkpoints written in them. Pure."""

import base64
import binascii
from hashlib import sha256

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from seawall.vocabulary.errors import SeawallError

_ED25519 = b"\x01"


class NoteInvalid(SeawallError):
    """A signed note, a checkpoint or a key does not hold."""

    code, status = "ledger.note_invalid", 422


def key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes that name an Ed25519 key in signature lines."""
    return sha256(name.encode() + b"\n" + _ED25519 + public).digest()[:4]


class Verifier(msgspec.Struct, frozen=True):
    """A key that notes are checked with: its name and 32 public bytes."""

    name: str
    public: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read ``name+id+base64`` as the specification writes it. Raises NoteInvalid."""
        name, _, rest = vkey.strip().partition("+")
        stated, _, encoded = rest.partition("+")
        material = _decode(encoded)
        if not is_key_name(name) or material[:1] != _ED25519 or len(material) != 33:
            raise NoteInvalid(f"{vkey!r} is not an Ed25519 verifier key.", hint="Expected name+id+key of one log.")
        if key_id(name, material[1:]).hex() != stated:
            raise NoteInvalid(f"The key id {stated!r} is not that of the key of {name!r}.", hint="Copy the key again.")
        return cls(name, material[1:])

    def __str__(self) -> str:
        encoded = base64.b64encode(_ED25519 + self.public).decode()
        return f"{self.name}+{key_id(self.name, self.public).hex()}+{encoded}"


def is_key_name(name: str) -> bool:
    """Tell whether a name may stand in a signature line: not empty, no space, no plus sign."""
    return bool(name) and "+" not in name and not any(letter.isspace() for letter in name)


def sign(text: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return the note of a text, which ends in a newline, signed with one key. Raises NoteInvalid."""
    if not text.endswith("\n") or not is_key_name(name):
        raise NoteInvalid("A note ends in a newline and its key name has no space or plus sign.")
    identity = key_id(name, key.public_key().public_bytes_raw())
    signature = base64.b64encode(identity + key.sign(text.encode())).decode()
    return f"{text}\n— {name} {signature}\n"


def sign_also(note: str, name: str, key: Ed25519PrivateKey) -> str:
    """Return a note with the signature of another key beside those that it carries."""
    text = note.rpartition("\n\n")[0] + "\n"
    return note + sign(text, name, key).rpartition("\n\n")[2]


def open_note(note: str, verifier: Verifier) -> str:
    """Return the text of a note after its signature was checked; other keys' lines are passed over.

    Raises NoteInvalid for a malformed note, a wrong signature, or none of this key.
    """
    if any(ord(letter) < 0x20 and letter != "\n" for letter in note):
        raise NoteInvalid("The note holds a control character.")
    body, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise NoteInvalid("The note has no signature lines.")
    text = body + "\n"
    found = [_checked(line, text, verifier) for line in lines[:-1].split("\n")]
    if not any(found):
        raise NoteInvalid(f"The note carries no signature of {verifier.name!r}.", hint="Is this the right key?")
    return text


def _checked(line: str, text: str, verifier: Verifier) -> bool:
    """Tell whether a line is a right signature of the key; a line of another key is none of ours."""
    parts = line.split(" ")
    signature = _decode(parts[2]) if len(parts) == 3 else b""
    if len(parts) != 3 or parts[0] != "—" or not is_key_name(parts[1]) or len(signature) < 5:
        raise NoteInvalid(f"{line[:80]!r} is not a signature line.")
    if parts[1] != verifier.name or signature[:4] != key_id(verifier.name, verifier.public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(verifier.public).verify(signature[4:], text.encode())
    except InvalidSignature:
        raise NoteInvalid(f"The signature of {verifier.name!r} is wrong: the text was changed.") from None
    return True


class Checkpoint(msgspec.Struct, frozen=True):
    """The state of a log (c2sp.org/tlog-checkpoint): origin, number of entries, root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Read the text of an opened note. Raises NoteInvalid."""
        lines = text.split("\n")
        if len(lines) < 4 or not lines[0] or lines[-1]:
            raise NoteInvalid("A checkpoint has an origin, a size and a root, each on a line of its own.")
        size, encoded = lines[1], _decode(lines[2])
        if not (size.isascii() and size.isdigit()) or (size != "0" and size[0] == "0") or len(encoded) != 32:
            raise NoteInvalid(
                f"The checkpoint of {lines[0]!r} has the size {size[:20]!r} and {len(encoded)} root bytes."
            )
        return cls(lines[0], int(size), encoded)


def _decode(encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise NoteInvalid(f"{encoded[:80]!r} is not base64.") from None
