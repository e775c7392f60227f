"""Make proof files and disclosures from the database and the published tiles."""

from typing import Any

import msgspec
from sqlalchemy import Row, select

from seawall.ledger.commitment import Disclosure, disclose, entry, leaf_salt
from seawall.ledger.errors import NotSequenced
from seawall.ledger.files import Files
from seawall.ledger.note import Checkpoint
from seawall.ledger.proof import Extra, Inner, Opening, Proof
from seawall.ledger.tables import batches, leaves, records
from seawall.ledger.tiles import Hashes
from seawall.ledger.tree import inclusion_proof, leaf_hash
from seawall.store import Transaction


def prove(tx: Transaction, files: Files, name: str) -> Proof:
    """Return the proof file of a record (``re_…``) or of an exchange (``ex_…``). Raises NotSequenced."""
    if name.startswith("re_"):
        return _proof(tx, files, name, None)
    leaf = tx.execute(select(leaves).where(leaves.c.exchange == name)).first()
    if leaf is None:
        raise NotSequenced(
            f"{name} is in no batch.", hint="An exchange enters one a few seconds after it ended. Is the name right?"
        )
    record = tx.scalar(select(batches.c.record).where(batches.c.id == leaf.batch))
    return _proof(tx, files, str(record), _inner(tx, leaf))


def disclosed(tx: Transaction, record: str, field: str) -> Disclosure:
    """Return one private field of a record with its salt. Raises NotSequenced, CommitmentWrong."""
    row = _record(tx, record)
    return disclose(record, row.private, row.secret, field)


def _proof(tx: Transaction, files: Files, record: str, inner: Inner | None) -> Proof:
    row = _record(tx, record)
    note = files.read("checkpoint")
    published = Checkpoint.parse(note.decode().rpartition("\n\n")[0] + "\n").size if note is not None else 0
    if note is None or row.sequence is None or row.sequence >= published:
        raise NotSequenced(f"{record} is written but not published yet.", hint="Wait a moment: `seawall work` does it.")
    extra = Extra(record=_opening(row.body, leaf_salt(row.secret)), exchange=inner)
    return Proof(
        index=row.sequence,
        path=tuple(Hashes(files.read, published).inclusion(row.sequence)),
        checkpoint=note.decode(),
        extra=msgspec.json.encode(extra),
    )


def _record(tx: Transaction, record: str) -> Row[Any]:
    row = tx.execute(select(records).where(records.c.id == record)).first()
    if row is None:
        raise NotSequenced(f"There is no record {record!r}.", hint="Names begin with re_ or ex_.")
    return row


def _inner(tx: Transaction, leaf: Row[Any]) -> Inner:
    found = tx.execute(
        select(leaves.c.salt, leaves.c.body).where(leaves.c.batch == leaf.batch).order_by(leaves.c.position)
    )
    hashes = [leaf_hash(entry(row.body, row.salt)) for row in found]
    path = inclusion_proof(hashes, leaf.position)
    return Inner(index=leaf.position, path=[each.hex() for each in path], leaf=_opening(leaf.body, leaf.salt))


def _opening(body: bytes, salt: bytes) -> Opening:
    return Opening(salt=salt.hex(), body=msgspec.json.decode(body))
