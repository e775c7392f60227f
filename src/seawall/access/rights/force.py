"""Say in the ledger which rules are in force. They are files: whoever owns the host changes them, and that shows."""

from sqlalchemy import insert, select

from seawall.access.projects import Write
from seawall.access.rights.rights import Rights
from seawall.access.rights.tables import in_force
from seawall.store import Transaction
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.records.people import RightsChanged


def put_in_force(tx: Transaction, rights: Rights, *, by: str, record: Write, clock: Clock) -> bool:
    """Record that these rules hold from now on; tell whether they are others than before."""
    tx.exec_driver_sql("LOCK TABLE access_rights IN EXCLUSIVE MODE")
    before = tx.scalar(select(in_force.c.digest).order_by(in_force.c.seq.desc()).limit(1))
    if before == rights.digest:
        return False
    tx.execute(insert(in_force).values(digest=rights.digest, at=clock()))
    record(tx, RightsChanged(digest=rights.digest, previous=before, roles=tuple(sorted(rights.roles)), by=by))
    return True
