"""What the vault does by itself: erase what is due, move items off retired keys, destroy keys that nothing needs."""

import msgspec

from seawall.store import Database
from seawall.store.jobs import Job
from seawall.vault import keys
from seawall.vault.errors import KeyGone
from seawall.vault.vault import Vault
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.errors import SeawallError
from seawall.vocabulary.ids import ItemId


class Swept(msgspec.Struct, frozen=True, kw_only=True):
    """What one sweep did. `unreadable` items were left alone, and so were `missing` keys and what they wrap."""

    erased: int = 0
    rewrapped: int = 0
    destroyed: int = 0
    unreadable: tuple[ItemId, ...] = ()
    missing: tuple[str, ...] = ()


class ItemsUnreadable(SeawallError):
    """Some items cannot be moved to a new key, so their old key cannot be destroyed."""

    code, status = "vault.items_unreadable", 500

    def __init__(self, swept: Swept) -> None:
        shown = ", ".join((*swept.unreadable[:5], *swept.missing[:5]))
        super().__init__(
            f"{len(swept.unreadable)} items do not open and {len(swept.missing)} keys are missing, among them {shown}.",
            hint="Restore these rows, or the keystore, from a backup; or erase the items.",
        )


def sweep(vault: Vault, database: Database, clock: Clock, *, batch: int = 1000) -> Swept:
    """Erase what is due and destroy every key that erased items need and others do not, in short transactions.

    May be run at any time, by several processes at once, and again after a crash. Raises DatabaseUnavailable.
    """
    erased = 0
    while count := _erase_batch(vault, database, batch):
        erased += count
    with database.begin() as tx:
        keys.retire_outlived(tx, vault.periods, clock())
        retired = keys.retired(tx)
    rewrapped, unreadable, missing = 0, list[ItemId](), list[str]()
    for name in retired:
        try:
            moved, bad = _empty(vault, database, name, batch)
        except KeyGone:
            missing.append(name)
            continue
        rewrapped += moved
        unreadable += bad
    with database.begin() as tx:
        keys.drop_unused(tx, clock())
    destroyed = keys.destroy_doomed(database, vault.keystore)
    return Swept(
        erased=erased,
        rewrapped=rewrapped,
        destroyed=destroyed,
        unreadable=tuple(unreadable),
        missing=tuple(missing),
    )


def jobs(vault: Vault, database: Database, clock: Clock, *, every: str = "17 * * * *") -> tuple[Job, ...]:
    """Return the vault's own work for the worker: `vault.sweep`, hourly unless told otherwise."""

    def run() -> None:
        swept = sweep(vault, database, clock)
        if swept.unreadable or swept.missing:
            raise ItemsUnreadable(swept)

    return (Job("vault.sweep", run, every=every),)


def _erase_batch(vault: Vault, database: Database, batch: int) -> int:
    with database.begin() as tx:
        return vault.erase_due(tx, batch)


def _empty(vault: Vault, database: Database, name: str, batch: int) -> tuple[int, list[ItemId]]:
    moved, unreadable, after = 0, list[ItemId](), ""
    while True:
        with database.begin() as tx:
            step = vault.rewrap(tx, name, after=after, limit=batch)
        if step.last is None:
            return moved, unreadable
        moved, after = moved + step.moved, step.last
        unreadable += step.unreadable
