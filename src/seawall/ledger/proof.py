"""Proof files (C2SP tlog-proof): one file that shows, offline, that an entry is in a log. Pure.

`extra` carries, as JSON, what the entry commits to: the record's body and salt and, for an exchange, its leaf and the
path inside its batch, so that one file proves one exchange through both trees.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import msgspec

from seawall.ledger.commitment import CommitmentWrong, canonical, entry
from seawall.ledger.note import Checkpoint, NoteInvalid, Verifier, open_note
from seawall.ledger.tree import leaf_hash, root_from_inclusion

HEADER = "c2sp.org/tlog-proof@v1"


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What an entry commits to. `salt` is hexadecimal; `body` is the JSON of the record or of the exchange."""

    salt: str
    body: dict[str, Any]

    def entry(self) -> bytes:
        """Return the entry that this opens. Raises CommitmentWrong for a malformed salt."""
        try:
            salt = bytes.fromhex(self.salt)
        except ValueError:
            raise CommitmentWrong(f"The salt {self.salt[:20]!r} is not hexadecimal.") from None
        return entry(canonical(self.body, "body"), salt)


class Inner(msgspec.Struct, frozen=True, kw_only=True):
    """The place of an exchange inside its batch. `path` are hexadecimal hashes from the leaf to the batch's root."""

    index: int
    path: list[str]
    leaf: Opening


class Extra(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The `extra` of our proof files."""

    record: Opening
    exchange: Inner | None = None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A proof file."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def encode(self) -> str:
        """Return the file."""
        extra = f"extra {base64.b64encode(self.extra).decode()}\n" if self.extra else ""
        hashes = "".join(base64.b64encode(each).decode() + "\n" for each in self.path)
        return f"{HEADER}\n{extra}index {self.index}\n{hashes}\n{self.checkpoint}"

    @classmethod
    def parse(cls, text: str) -> "Proof":
        """Read a file. Raises NoteInvalid."""
        head, blank, checkpoint = text.partition("\n\n")
        first, *lines = head.split("\n")
        if first != HEADER or not blank:
            raise NoteInvalid("This is not a proof file.", hint=f"Its first line must be {HEADER!r}.")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = _base64(lines.pop(0).removeprefix("extra "))
        word, _, index = lines.pop(0).partition(" ") if lines else ("", "", "")
        if word != "index" or not (index.isascii() and index.isdigit()):
            raise NoteInvalid("The proof file has no line `index`.")
        hashes = tuple(map(_base64, lines))
        if any(len(each) != 32 for each in hashes):
            raise NoteInvalid("A hash of the proof file has not 32 bytes.")
        return cls(index=int(index), path=hashes, checkpoint=checkpoint, extra=extra)


class Proven(msgspec.Struct, frozen=True, kw_only=True):
    """What a proof file showed: the log, the place, the record and, where it was about one, the exchange."""

    origin: str
    size: int
    index: int
    record: dict[str, Any]
    exchange: dict[str, Any] | None = None


def check(proof: Proof, verifier: Verifier) -> Proven:
    """Check a proof file of ours against the log's key. Raises NoteInvalid or CommitmentWrong."""
    try:
        extra = msgspec.json.decode(proof.extra, type=Extra)
    except msgspec.DecodeError as error:
        raise NoteInvalid(f"The `extra` of the proof file cannot be read: {error}") from None
    checkpoint = check_entry(proof, verifier, extra.record.entry())
    inner = extra.exchange
    if inner is not None:
        _check_inner(inner, extra.record.body)
    return Proven(
        origin=checkpoint.origin,
        size=checkpoint.size,
        index=proof.index,
        record=extra.record.body,
        exchange=inner.leaf.body if inner else None,
    )


def check_entry(proof: Proof, verifier: Verifier, held: bytes) -> Checkpoint:
    """Check that an entry is in the log at the proof's place. Raises NoteInvalid or CommitmentWrong."""
    checkpoint = opened(proof.checkpoint, verifier)
    check_place(proof, checkpoint, held)
    return checkpoint


def opened(note: str, verifier: Verifier) -> Checkpoint:
    """Return the checkpoint of a note whose signature holds, of the log of that key. Raises NoteInvalid."""
    checkpoint = Checkpoint.parse(open_note(note, verifier))
    if checkpoint.origin != verifier.name:
        raise NoteInvalid(f"The checkpoint is of {checkpoint.origin!r}, the key of {verifier.name!r}.")
    return checkpoint


def check_place(proof: Proof, checkpoint: Checkpoint, held: bytes) -> None:
    """Check the path of an entry under a checkpoint whose note was opened already. Raises CommitmentWrong."""
    found = root_from_inclusion(leaf_hash(held), proof.index, checkpoint.size, proof.path)
    if found != checkpoint.root:
        raise CommitmentWrong(f"The entry is not at index {proof.index} of the log: the path leads to another root.")


def _check_inner(inner: Inner, batch: dict[str, Any]) -> None:
    path = _hexes(inner.path)
    found = root_from_inclusion(leaf_hash(inner.leaf.entry()), inner.index, int(batch.get("size", 0)), path)
    if batch.get("kind") != "exchanges.batched" or found is None or found.hex() != batch.get("root"):
        raise CommitmentWrong(f"The exchange is not at place {inner.index} of its batch.")


def _hexes(hashes: Sequence[str]) -> list[bytes]:
    try:
        return [bytes.fromhex(each) for each in hashes]
    except ValueError:
        raise CommitmentWrong("A hash of the path inside the batch is not hexadecimal.") from None


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteInvalid(f"{text[:60]!r} in the proof file is not base64.") from None
