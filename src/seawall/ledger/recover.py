"""Begin a new origin when the database fell behind what was published. The old log stays, as it was, beside it."""

from pathlib import Path

import msgspec
from sqlalchemy import text

from seawall.ledger.files import Files
from seawall.ledger.note import Checkpoint
from seawall.ledger.sequencer import State, origin_of, read_state, write_state
from seawall.ledger.signer import Signer
from seawall.ledger.write import record
from seawall.store import Database
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records.ledger import LedgerRecovered


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """The new origin, and where the old log is kept."""

    origin: str
    old_origin: str
    old_size: int
    kept_in: str


def recover(database: Database, signer: Signer, directory: Path, *, by: str, clock: Clock) -> Recovered:
    """Number every record anew under the next origin, the first of them saying so. Stop the worker before."""
    with database.begin() as tx:
        tx.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": 0x5EA3A11})
        known = read_state(tx)
        old, new = (origin_of(signer.origin, known.generation + more) for more in (0, 1))
        note = Files(directory).read("checkpoint")
        last = Checkpoint.parse(signer.named(old).open(note.decode())) if note else None
        body = LedgerRecovered(
            origin=new,
            old_origin=old,
            old_size=last.size if last else 0,
            old_root=last.root.hex() if last else "",
            by=by,
        )
        tx.execute(text("UPDATE ledger_records SET sequence = NULL"))
        first = record(tx, body, clock=clock)
        tx.execute(text("UPDATE ledger_records SET sequence = 0 WHERE id = :id"), {"id": first})
        write_state(tx, State(generation=known.generation + 1))
        # Moved before the commit: were it the other way round, a crash would leave the new origin in the old files.
        kept = directory.with_name(f"{directory.name}-{known.generation}")
        if directory.exists():
            directory.rename(kept)
    return Recovered(origin=new, old_origin=old, old_size=body.old_size, kept_in=str(kept))
