"""Which wrapping key is used, when one is retired, and when its file may go.

A key serves one class for one month, or until it is retired: by a rotation, by an erasure, or because the time of
everything that it protects has passed. What a retired key still wraps moves to the current one; then its row goes,
and only after that is committed, its file. A crash between the two leaves the name in `vault_doomed`, and the next
sweep takes it up. Files that no row speaks of stay: a database restored too far back must not cost any keys.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from seawall.store import Database, Transaction
from seawall.vault.keystore import Keystore
from seawall.vault.tables import doomed, items, keys
from seawall.vocabulary.retention import Retention


def current(tx: Transaction, keystore: Keystore, retention: Retention, now: datetime) -> str:
    """Return the name of the key that wraps new items, making it when the month has none.

    Locks the row, so that no sweep drops the key before this transaction ends.
    """
    period = f"{now:%Y-%m}"
    chosen = (
        select(keys.c.id)
        .where(keys.c.retention == retention.value, keys.c.period == period, keys.c.retired_at.is_(None))
        .with_for_update(read=True, key_share=True)
    )
    while (name := tx.scalar(chosen)) is None:
        made = keystore.create(f"{retention.value}.{period}")
        row = {"id": made, "retention": retention.value, "period": period, "made_at": now}
        if not tx.execute(insert(keys).values(row).on_conflict_do_nothing().returning(keys.c.id)).first():
            keystore.destroy(made)  # another process was first; nothing was wrapped with ours
    return str(name)


def retire(tx: Transaction, names: tuple[str, ...], now: datetime) -> tuple[str, ...]:
    """Take keys out of use; return those that were in use."""
    statement = update(keys).where(keys.c.id.in_(names), keys.c.retired_at.is_(None)).values(retired_at=now)
    return tuple(sorted(tx.scalars(statement.returning(keys.c.id))))


def retired(tx: Transaction) -> tuple[str, ...]:
    """Return the keys that are out of use and not dropped yet."""
    return tuple(tx.scalars(select(keys.c.id).where(keys.c.retired_at.is_not(None)).order_by(keys.c.id)))


def drop_unused(tx: Transaction, now: datetime) -> tuple[str, ...]:
    """Drop the rows of keys that wrap nothing and will wrap nothing more; their files are doomed by it."""
    over = keys.c.retired_at.is_not(None) | (keys.c.period < f"{now:%Y-%m}")
    # Whoever stores an item right now holds a share of the key's row: such keys are skipped until the next time.
    unused = ~select(items.c.id).where(items.c.wrapping_key == keys.c.id).exists()
    locked = tuple(tx.scalars(select(keys.c.id).where(over, unused).with_for_update(skip_locked=True)))
    # A second statement sees what was committed before the lock was had; the first may not have.
    dropped = tuple(tx.scalars(delete(keys).where(keys.c.id.in_(locked), unused).returning(keys.c.id)))
    if dropped:
        tx.execute(insert(doomed), [{"key": name, "at": now} for name in dropped])
    return dropped


def destroy_doomed(database: Database, keystore: Keystore) -> int:
    """Destroy the files of dropped keys; return how many. Only a committed drop is seen here."""
    with database.begin() as tx:
        names = tuple(tx.scalars(select(doomed.c.key)))
    for name in names:
        keystore.destroy(name)
    with database.begin() as tx:
        tx.execute(text("DELETE FROM vault_doomed WHERE key = ANY(:names)"), {"names": list(names)})
    return len(names)


def in_use(tx: Transaction) -> tuple[str, ...]:
    """Return the keys that are not retired."""
    return tuple(tx.scalars(select(keys.c.id).where(keys.c.retired_at.is_(None))))


def retire_outlived(tx: Transaction, periods: Mapping[Retention, timedelta | None], now: datetime) -> tuple[str, ...]:
    """Retire keys all of whose items are due, so that one held item does not keep the key of erased ones alive."""
    rows = tx.execute(select(keys.c.id, keys.c.retention, keys.c.period).where(keys.c.retired_at.is_(None)))
    outlived = [
        row.id
        for row in rows
        if (kept := periods[Retention(row.retention)]) is not None and _end(row.period) + kept <= now
    ]
    return retire(tx, tuple(outlived), now)


def _end(period: str) -> datetime:
    year, month = map(int, period.split("-"))
    return datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
