"""How one key of a log hands over to the next: a note that both sign. Pure; what a verifier needs.

    seawall/ledger-key/1
    <verifier key before>
    <verifier key after>

The notes lie beside the tiles as `keys/000`, `keys/001`, …, so that whoever has an old key finds the newest one.
Limits: whoever stole the old key can write such a note too. The record `ledger.key_rotated` holds the same note, and a
handover that no record states is a forgery.
"""

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seawall.ledger.note import NoteInvalid, Verifier, open_note, sign, sign_also
from seawall.ledger.tiles import Read, number

_HEAD = "seawall/ledger-key/1"


def handover_path(n: int) -> str:
    """Return the path of a handover."""
    return f"keys/{number(n)}"


def handover_note(origin: str, old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> str:
    """Return the note by which a key hands over."""
    before, after = (Verifier(origin, key.public_key().public_bytes_raw()) for key in (old, new))
    return sign_also(sign(f"{_HEAD}\n{before}\n{after}\n", origin, old), origin, new)


def opened(note: str) -> tuple[Verifier, Verifier]:
    """Return who hands over to whom, both having signed. Raises NoteInvalid."""
    lines = note.split("\n")
    if len(lines) < 4 or lines[0] != _HEAD:
        raise NoteInvalid("This is no handover of a ledger's key.")
    before, after = Verifier.parse(lines[1]), Verifier.parse(lines[2])
    if before.name != after.name:
        raise NoteInvalid(f"The handover leads from {before.name!r} to {after.name!r}.")
    for each in (before, after):
        open_note(note, each)
    return before, after


def followed(read: Read, verifier: Verifier) -> Verifier:
    """Return the key that checks a log's checkpoint: the given one, or the one that it handed over to."""
    held = read("checkpoint")
    if held is None or _signed(held, verifier):
        return verifier
    found, n = verifier, 0
    while (note := read(handover_path(n))) is not None:
        n += 1
        try:
            before, after = opened(note.decode())
        except (NoteInvalid, UnicodeDecodeError):
            return verifier
        # A log that was recovered has another name and the same keys.
        if before.public == found.public:
            found = Verifier(verifier.name, after.public)
    return found if _signed(held, found) else verifier


def _signed(held: bytes, verifier: Verifier) -> bool:
    try:
        open_note(held.decode(), verifier)
    except (NoteInvalid, UnicodeDecodeError):
        return False
    return True
