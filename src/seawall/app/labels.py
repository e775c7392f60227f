"""Write labelled rows to a file that only its owner can read, and put on record that they left the vault."""

import hashlib
import os
from pathlib import Path

import msgspec

from seawall.app.instance import Instance
from seawall.gateway.labels import Row, labels, note_export
from seawall.policy import load_version
from seawall.policy.rules import Policy
from seawall.store import Transaction
from seawall.vocabulary.errors import InvalidInput
from seawall.vocabulary.records.screen import LabelsExported


class Exported(msgspec.Struct, frozen=True):
    """How many rows a file has, its digest, and how many decisions were left out for which reason."""

    rows: int
    file_digest: str
    left_out: dict[str, int]


def export(instance: Instance, out: Path, *, by: str) -> Exported:
    """Write the rows to a new file. Raises InvalidInput where it cannot be made."""
    with instance.database().begin() as tx:
        found = labels(tx, instance.vault(), _policy)
        body = b"".join(_line(row) for row in found.rows)
        told = Exported(len(found.rows), hashlib.sha256(body).hexdigest(), found.left_out)
        instance.record(tx, LabelsExported(rows=told.rows, file_digest=told.file_digest, by=by))
        note_export(tx, found, told.file_digest, clock=instance.clock)
        # Last, inside the transaction: without a file there is no record of one.
        write_private(out, body)
    return told


def _policy(tx: Transaction, digest: str, project: str) -> Policy:
    return load_version(tx, digest).of(project)


def _line(row: Row) -> bytes:
    return msgspec.json.encode(row) + b"\n"


def write_private(out: Path, body: bytes) -> None:
    """Write a new file that only its owner can read. Raises InvalidInput where it cannot be made."""
    try:
        made = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InvalidInput(
            f"{out} cannot be made ({error.strerror}).", hint="Name a file that does not exist yet."
        ) from None
    with os.fdopen(made, "wb") as opened:
        opened.write(body)
