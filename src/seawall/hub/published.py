"""Read public records out of a published ledger, each with its proof file. Nothing but files and a key is needed."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import msgspec

from seawall.ledger.bodies import Released, release_path
from seawall.ledger.note import Verifier
from seawall.ledger.proof import Extra, Opening, Proof, check_place, opened
from seawall.ledger.tiles import Hashes, Read
from seawall.vocabulary.errors import NotFound, SeawallError


class NoLedger(NotFound):
    """There is no published ledger to build from."""

    code = "hub.no_ledger"


class ReleaseUnreadable(SeawallError):
    """A released body of the ledger cannot be read."""

    code, status = "hub.release_unreadable", 422


class Public(msgspec.Struct, frozen=True, kw_only=True):
    """A public record: its place in the ledger, its body, and the file that proves both."""

    index: int
    id: str
    kind: str
    at: datetime
    body: dict[str, Any]
    proof: str


class Log(msgspec.Struct, frozen=True, kw_only=True):
    """A published ledger at one checkpoint, with the records that a hub shows."""

    key: str
    origin: str
    size: int
    root: str
    records: tuple[Public, ...]

    def of(self, *kinds: str) -> tuple[Public, ...]:
        """Return the records of some kinds, oldest first."""
        return tuple(each for each in self.records if each.kind in kinds)


def read_log(read: Read, verifier: Verifier, kinds: Collection[str]) -> Log:
    """Return a ledger with its released records of some kinds, each proven against the checkpoint.

    Raises NoLedger, NoteInvalid, ReleaseUnreadable, CommitmentWrong, TileMissing.
    """
    held = read("checkpoint")
    if held is None:
        raise NoLedger("The ledger has published nothing yet.", hint="Let a worker publish first: seawall work")
    note = held.decode()
    checkpoint = opened(note, verifier)
    hashes, found = Hashes(read, checkpoint.size), []
    for line in _lines(read):
        if line.index < checkpoint.size and line.body.get("kind") in kinds:
            opening = Opening(salt=line.salt, body=line.body)
            proof = _proven(line.index, opening, hashes, note)
            check_place(proof, checkpoint, opening.entry())
            found.append(_public(line, proof))
    return Log(
        key=str(verifier),
        origin=checkpoint.origin,
        size=checkpoint.size,
        root=checkpoint.root.hex(),
        records=tuple(sorted(found, key=lambda each: each.index)),
    )


def _lines(read: Read) -> list[Released]:
    lines: list[Released] = []
    number = 0
    while (held := read(release_path(number))) is not None:
        try:
            lines += [msgspec.json.decode(each, type=Released) for each in held.splitlines()]
        except msgspec.DecodeError as error:
            raise ReleaseUnreadable(
                f"{release_path(number)} cannot be read: {error}.", hint="`seawall ledger verify` tells what is wrong."
            ) from None
        number += 1
    return lines


def _proven(index: int, opening: Opening, hashes: Hashes, note: str) -> Proof:
    return Proof(
        index=index,
        path=tuple(hashes.inclusion(index)),
        checkpoint=note,
        extra=msgspec.json.encode(Extra(record=opening), order="deterministic"),
    )


def _public(line: Released, proof: Proof) -> Public:
    body = line.body
    return Public(
        index=line.index,
        id=str(body["id"]),
        kind=str(body["kind"]),
        at=datetime.fromisoformat(str(body["at"])),
        body=body,
        proof=proof.encode(),
    )
