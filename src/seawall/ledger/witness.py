"""Ask outside witnesses to cosign a checkpoint (C2SP tlog-witness, tlog-cosignature v1 with Ed25519).

A witness that is away, behind or refuses costs its line only: the checkpoint is published with the others' and the log
says who is missing. Limits: a public log must find its witnesses itself; ML-DSA cosignatures are not asked for.
"""

import base64
import binascii
import logging
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NamedTuple

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from seawall.ledger.note import NoteInvalid

log = logging.getLogger(__name__)
_COSIGNATURE = b"\x04"


class Answer(NamedTuple):
    """What a witness answered."""

    status: int
    content_type: str
    body: bytes


Post = Callable[[str, bytes], Answer]


class Witness(msgspec.Struct, frozen=True, kw_only=True):
    """A witness: where it is asked, its name and 32 public bytes, and what carries the request."""

    url: str
    name: str
    public: bytes
    post: Post


def cosignature_key_id(name: str, public: bytes) -> bytes:
    """Return the four bytes that name a witness's key in signature lines."""
    return sha256(name.encode() + b"\n" + _COSIGNATURE + public).digest()[:4]


def parse_vkey(vkey: str) -> tuple[str, bytes]:
    """Read a witness's ``name+id+base64`` and return name and public bytes. Raises NoteInvalid."""
    name, _, rest = vkey.strip().partition("+")
    stated, _, encoded = rest.partition("+")
    try:
        material = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        material = b""
    if len(material) != 33 or material[:1] != _COSIGNATURE or cosignature_key_id(name, material[1:]).hex() != stated:
        raise NoteInvalid(f"{vkey[:80]!r} is not the verifier key of a witness.", hint="Expected type 0x04, Ed25519.")
    return name, material[1:]


def cosignatures(
    witnesses: Sequence[Witness], note: str, old: int, consistency: Callable[[int], Sequence[bytes]]
) -> str:
    """Return the lines of the witnesses that cosigned; `old` is the size that they cosigned last, as far as known."""
    lines = []
    for witness in witnesses:
        try:
            lines.append(_ask(witness, note, old, consistency))
        except (NoteInvalid, OSError) as error:
            log.warning("witness did not cosign", extra={"witness": witness.name, "error": type(error).__name__})
    return "".join(lines)


def request_body(note: str, old: int, proof: Sequence[bytes]) -> bytes:
    """Return the body of an add-checkpoint request."""
    hashes = "".join(base64.b64encode(each).decode() + "\n" for each in proof)
    return f"old {old}\n{hashes}\n{note}".encode()


def _ask(witness: Witness, note: str, old: int, consistency: Callable[[int], Sequence[bytes]]) -> str:
    answer = witness.post(f"{witness.url}/add-checkpoint", request_body(note, old, consistency(old)))
    if answer.status == 409 and answer.content_type.startswith("text/x.tlog.size"):
        # It knows another size than we thought: prove from there.
        theirs = answer.body.decode("ascii", "replace").strip()
        if not theirs.isdigit() or int(theirs) > int(note.split("\n")[1]):
            raise NoteInvalid(f"it says that it saw size {theirs[:20]!r}, which this log never had")
        answer = witness.post(
            f"{witness.url}/add-checkpoint", request_body(note, int(theirs), consistency(int(theirs)))
        )
    if answer.status != 200:
        raise NoteInvalid(f"it answered {answer.status}")
    for line in answer.body.decode("utf-8", "replace").split("\n"):
        if line.startswith(f"— {witness.name} "):
            check_cosignature(line, note.rpartition("\n\n")[0] + "\n", witness.name, witness.public)
            return line + "\n"
    raise NoteInvalid("it answered without a line of its own")


def check_cosignature(line: str, text: str, name: str, public: bytes) -> int:
    """Check a witness's line over a checkpoint and return when it signed, in Unix seconds. Raises NoteInvalid."""
    try:
        held = base64.b64decode(line.removeprefix(f"— {name} "), validate=True)
    except (binascii.Error, ValueError):
        held = b""
    if len(held) != 76 or held[:4] != cosignature_key_id(name, public):
        raise NoteInvalid(f"the line of {name!r} is not a cosignature of its key")
    time = int.from_bytes(held[4:12], "big")
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(held[12:], f"cosignature/v1\ntime {time}\n{text}".encode())
    except InvalidSignature:
        raise NoteInvalid(f"the cosignature of {name!r} is wrong") from None
    return time
