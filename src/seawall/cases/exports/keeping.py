"""What was exported, and the holds that keep it for a year: placed with the export, released by a job at their end."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import RowMapping, insert, select, update

from seawall.cases.office import Office
from seawall.cases.tables import exported, exports
from seawall.store import Transaction
from seawall.vault.errors import ItemNotHeld
from seawall.vocabulary.ids import CaseId, ItemId, new_id
from seawall.vocabulary.records.cases import ChildSafetyPreservationEnded

# What an authority was told of is kept for a year: 18 U.S.C. 2258A(h), as the REPORT Act has it.
PRESERVED_FOR = timedelta(days=365)
_BY = "seawall"


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """One export of a case: by whom, to which key, exactly what, and until when that is kept."""

    id: str
    case: CaseId
    by: str
    at: datetime
    recipient: str
    manifest_sha256: str
    file_sha256: str
    approval: str
    preserved_until: datetime
    released_at: datetime | None


def of_case(tx: Transaction, case: str) -> list[Exported]:
    """Return the exports of a case, oldest first."""
    found = select(exports).where(exports.c.case == case).order_by(exports.c.id)
    return [_exported(row) for row in tx.execute(found).mappings()]


def keep(tx: Transaction, office: Office, items: Sequence[ItemId], row: dict[str, Any], *, by: str) -> Exported:
    """Note an export, and keep what is in it from every deletion for a year."""
    made, now = new_id("cx"), office.edges.clock()
    values = row | {"id": made, "by": by, "at": now, "preserved_until": now + PRESERVED_FOR}
    tx.execute(insert(exports).values(values))
    # Whoever may see holds reads this: it does not say that an authority was told.
    held = [(each, office.edges.vault.hold(tx, each, reason=f"Kept for {made}.", by=by).hold) for each in items]
    if held:
        tx.execute(insert(exported), [{"export": made, "item": item, "hold": hold} for item, hold in held])
    return _exported(tx.execute(select(exports).where(exports.c.id == made)).mappings().one())


def bound(tx: Transaction, item: ItemId) -> frozenset[str]:
    """Return the holds on an item that belong to exports whose year is not over: they end with it alone."""
    runs = exports.c.released_at.is_(None) & (exported.c.item == item)
    return frozenset(tx.scalars(select(exported.c.hold).join(exports, exports.c.id == exported.c.export).where(runs)))


def release_due(tx: Transaction, office: Office) -> int:
    """Release what was kept for its year; return of how many exports."""
    over = (exports.c.preserved_until <= office.edges.clock()) & exports.c.released_at.is_(None)
    rows = tx.execute(select(exports).where(over).with_for_update(skip_locked=True)).mappings().all()
    for row in rows:
        _release(tx, office, row)
    return len(rows)


def _release(tx: Transaction, office: Office, row: RowMapping) -> None:
    kept = tx.execute(select(exported).where(exported.c.export == row["id"])).all()
    for each in kept:
        with suppress(ItemNotHeld):
            office.edges.vault.release(tx, ItemId(each.item), by=_BY, hold=each.hold)
    tx.execute(update(exports).where(exports.c.id == row["id"]).values(released_at=office.edges.clock()))
    office.edges.record(tx, ChildSafetyPreservationEnded(case=row["case"], export=row["id"], items=len(kept), by=_BY))


def _exported(row: RowMapping) -> Exported:
    return Exported(**{name: row[name] for name in Exported.__struct_fields__})
