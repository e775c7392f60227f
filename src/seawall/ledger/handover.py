"""Give the log another key: made, announced in a record that the old key signs, put to use. Safe to kill anywhere.

    ledger.v2.pending -> `ledger.key_rotated` (committed) -> ledger.v2.key

Begun again, it goes on where it stopped. The key before signs beside the new one until it is retired, so that nobody
has to have the new key at once.
"""

from pathlib import Path

import msgspec
from sqlalchemy import select, text

from seawall.ledger.errors import KeyNotPublished
from seawall.ledger.files import Files
from seawall.ledger.handover_note import handover_note, handover_path
from seawall.ledger.note import NoteInvalid, open_note
from seawall.ledger.signer import Signer, make, name_of, read_key, sync, verifier_of, versions
from seawall.ledger.tables import records
from seawall.ledger.write import record
from seawall.store import Database, Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records.ledger import LedgerKeyRotated

_LOCK = 0x5EA3A13
__all__ = ["announce", "handover_path", "handovers", "pending", "put_to_use", "retire", "rotate"]


def rotate(database: Database, directory: Path, origin: str, *, by: str, clock: Clock) -> LedgerKeyRotated:
    """Give the log a new key, or finish what was begun. Raises BadOrigin, KeyUnusable."""
    Signer.load_or_create(directory, origin)
    made = pending(directory)
    announced = announce(database, directory, origin, made, by=by, clock=clock)
    put_to_use(directory, made)
    return announced


def pending(directory: Path) -> int:
    """Make the file of the next key, where it is not there already; return its version."""
    version = versions(directory)[0] + 1
    path = _pending(directory, version)
    if not path.exists():
        make(path)
    return version


def announce(
    database: Database, directory: Path, origin: str, version: int, *, by: str, clock: Clock
) -> LedgerKeyRotated:
    """Record which key follows, once."""
    old, new = read_key(directory / name_of(versions(directory)[0])), read_key(_pending(directory, version))
    told = LedgerKeyRotated(
        version=version,
        old_key=str(verifier_of(origin, old)),
        new_key=str(verifier_of(origin, new)),
        note=handover_note(origin, old, new),
        by=by,
    )
    with database.begin() as tx:
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        if told.note not in handovers(tx):
            record(tx, told, clock=clock)
    return told


def put_to_use(directory: Path, version: int) -> None:
    """Let the announced key sign from now on."""
    _pending(directory, version).rename(directory / name_of(version))
    sync(directory)


def retire(directory: Path, published: Files, origin: str) -> tuple[int, ...]:
    """Destroy the keys before the newest; return which. Raises KeyNotPublished."""
    newest, *earlier = versions(directory)
    note, verifier = published.read("checkpoint"), Signer.load_or_create(directory, origin).verifier
    try:
        open_note((note or b"").decode(), verifier)
    except NoteInvalid:
        raise KeyNotPublished(newest) from None
    for version in earlier:
        path = directory / name_of(version)
        with path.open("r+b", buffering=0) as file:
            file.write(bytes(32))
        path.unlink()
    sync(directory)
    return tuple(earlier)


def handovers(tx: Transaction) -> list[str]:
    """Return every note by which a key handed over, oldest first."""
    kind = LedgerKeyRotated.kind
    bodies = tx.scalars(select(records.c.body).where(records.c.kind == kind).order_by(records.c.id))
    return [str(msgspec.json.decode(body)["note"]) for body in bodies]


def _pending(directory: Path, version: int) -> Path:
    return directory / f"ledger.v{version}.pending"
