"""The vault: put content in, get it out, hold it, release it, erase it.

Every change of an item writes a record through the `record` that the caller wires in, in the same transaction.
Limits: `erase` takes the item out of the database at once; backups made before lose it when `sweep` has run, which
moves what else the key protects and then destroys the key. The vault does not know about zero retention: whoever
must keep nothing does not call `put`.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Row, delete, exists, or_, select, text, update
from sqlalchemy.dialects.postgresql import insert

from seawall.store import Transaction
from seawall.vault import keys
from seawall.vault.errors import BadName, ItemGone, ItemNotHeld, ItemOnHold, ItemTampered, NoSuchItem, NotDisclosed
from seawall.vault.keystore import Keystore
from seawall.vault.sealing import Label, seal, unseal, unwrap, wrap
from seawall.vault.tables import erasures, holds, items
from seawall.vocabulary.clock import Clock
from seawall.vocabulary.ids import ItemId, new_id
from seawall.vocabulary.records.record import Record
from seawall.vocabulary.records.vault import DueErased, ItemDisclosed, ItemErased, ItemHeld, ItemReleased, KeysRotated
from seawall.vocabulary.retention import PERIODS, Retention

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_INSERT = text("""
    INSERT INTO vault_items (id, owner, retention, wrapping_key, wrapped, sealed, due_at, stored_at)
    SELECT *, CAST(:now AS timestamptz)
    FROM unnest(CAST(:ids AS text[]), CAST(:owners AS text[]), CAST(:classes AS text[]), CAST(:keys AS text[]),
                CAST(:wrapped AS bytea[]), CAST(:sealed AS bytea[]), CAST(:due AS timestamptz[]))
""")
# An item is bound by an open hold on it, and by being the reason of one.
_BOUND = or_(holds.c.binds == items.c.id, (holds.c.reason_item == items.c.id) & holds.c.binds.is_not(None))


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """Something to be kept: what, about whom, and why. `id` may be made beforehand with `new_item`."""

    content: bytes
    owner: str
    retention: Retention
    id: ItemId | None = None


class Owned(msgspec.Struct, frozen=True, kw_only=True):
    """An item of one owner: its class, its times, and whether a hold binds it."""

    id: ItemId
    retention: Retention
    stored_at: datetime
    due_at: datetime | None
    on_hold: bool


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """An open hold on an item of one owner: which, by whom, since when; why lies in `reason_item`."""

    hold: str
    item: ItemId
    retention: Retention
    reason_item: ItemId | None
    by: str
    at: datetime


def new_item() -> ItemId:
    """Return a fresh item id, for callers that must name an item before they store it."""
    return ItemId(new_id("it"))


def _write_nothing(_tx: Transaction, _record: Record) -> None:
    """Stand in for the ledger where none is wired in."""


class Vault:
    """Content that can be erased. Any number of processes may use the same database and keystore."""

    def __init__(
        self,
        keystore: Keystore,
        clock: Clock,
        *,
        periods: Mapping[Retention, timedelta | None] = PERIODS,
        record: Callable[[Transaction, Record], object] = _write_nothing,
    ) -> None:
        self.keystore = keystore
        self.periods = {**PERIODS, **periods}
        self.clock = clock
        self._record = record

    def put(self, tx: Transaction, content: bytes, *, owner: str, retention: Retention) -> ItemId:
        """Store one content, sealed, and return its id. Raises KeystoreExposed, KeyGone."""
        return self.put_many(tx, [Content(content=content, owner=owner, retention=retention)])[0]

    def put_many(self, tx: Transaction, contents: Sequence[Content]) -> list[ItemId]:
        """Store contents in one statement and return their ids in order. Raises KeystoreExposed, KeyGone."""
        now = self.clock()
        classes = sorted({content.retention for content in contents})
        names = {each: keys.current(tx, self.keystore, each, now) for each in classes}
        wrapping = {each: self.keystore.wrapping_key(name) for each, name in names.items()}
        rows = []
        for each in contents:
            label = Label(item=each.id or new_item(), owner=each.owner, retention=each.retention)
            key, sealed = seal(each.content, label)
            wrapped = wrap(key, label, names[each.retention], wrapping[each.retention])
            period = self.periods[each.retention]
            due = None if period is None else now + period
            rows.append((label.item, each.owner, each.retention.value, names[each.retention], wrapped, sealed, due))
        if rows:
            columns = ("ids", "owners", "classes", "keys", "wrapped", "sealed", "due")
            tx.execute(_INSERT, {"now": now} | dict(zip(columns, map(list, zip(*rows, strict=True)), strict=True)))
        return [ItemId(row[0]) for row in rows]

    def get(self, tx: Transaction, item: ItemId) -> bytes:
        """Return the content of an item. Raises NoSuchItem, ItemGone, ItemTampered, KeyGone."""
        row = tx.execute(select(items).where(items.c.id == item)).first()
        if row is None:
            raise _missing(tx, item)
        label = _label(row)
        key = unwrap(row.wrapped, label, row.wrapping_key, self.keystore.wrapping_key(row.wrapping_key))
        return unseal(row.sealed, label, key)

    def disclose(self, tx: Transaction, item: ItemId, *, to: str, by: str) -> bytes:
        """Return the content of an item for somebody outside, and record it; `to` is kept as an item of its own.

        Raises what `get` does, and NotDisclosed for secrets that the installation works with.
        """
        self.disclosable(tx, item)
        content = self.get(tx, item)
        to_item = self.put(tx, to.encode(), owner=item, retention=Retention.EVIDENCE)
        self._record(tx, ItemDisclosed(item=item, to_item=to_item, by=by))
        return content

    def disclosable(self, tx: Transaction, item: ItemId) -> None:
        """Check that an item is there and may ever be disclosed. Raises NoSuchItem, ItemGone, NotDisclosed."""
        if _locked(tx, item).retention == Retention.CREDENTIAL:
            raise NotDisclosed(item)

    def check_owned(self, tx: Transaction, item: ItemId, owner: str) -> None:
        """Check that a credential is there and is that owner's. Raises NoSuchItem, ItemGone."""
        row = _locked(tx, item)
        if row.owner != owner or row.retention != Retention.CREDENTIAL:
            raise NoSuchItem(item)

    def overdue(self, tx: Transaction, item: ItemId) -> bool:
        """Tell whether an item's time has passed: it waits for the next sweep, or a hold alone keeps it."""
        due = tx.scalar(select(items.c.due_at).where(items.c.id == item))
        return due is not None and due <= self.clock()

    def hold(self, tx: Transaction, item: ItemId, *, reason: str, by: str) -> ItemHeld:
        """Forbid every deletion of an item until the hold is released. Raises NoSuchItem, ItemGone."""
        _locked(tx, item)
        reason_item = self.put(tx, reason.encode(), owner=item, retention=Retention.EVIDENCE)
        held = ItemHeld(item=item, hold=new_id("hold"), by=by, reason_item=reason_item)
        row = {"id": held.hold, "item": item, "binds": item, "reason_item": reason_item, "by": by, "at": self.clock()}
        tx.execute(insert(holds).values(row))
        self._record(tx, held)
        return held

    def release(
        self, tx: Transaction, item: ItemId, *, by: str, hold: str | None = None, besides: Collection[str] = ()
    ) -> ItemReleased:
        """End one hold on an item, or all of them `besides` some. What is overdue goes with the next `erase_due`.

        Raises ItemNotHeld.
        """
        statement = update(holds).where(holds.c.binds == item).returning(holds.c.id)
        if hold is not None:
            statement = statement.where(holds.c.id == hold)
        if besides:
            statement = statement.where(holds.c.id.not_in(besides))
        ended = tx.scalars(statement.values(binds=None, released_by=by, released_at=self.clock())).all()
        if not ended:
            raise ItemNotHeld(item, hold)
        released = ItemReleased(item=item, holds=tuple(sorted(ended)), by=by)
        self._record(tx, released)
        return released

    def held(self, tx: Transaction) -> list[ItemHeld]:
        """Return the open holds, oldest first."""
        rows = tx.execute(select(holds).where(holds.c.binds.is_not(None)).order_by(holds.c.at, holds.c.id))
        return [ItemHeld(item=row.item, hold=row.id, by=row.by, reason_item=row.reason_item) for row in rows]

    def owned(self, tx: Transaction, owner: str) -> list[Owned]:
        """Return the items of an owner, oldest first, without their content."""
        columns = (items.c.id, items.c.retention, items.c.stored_at, items.c.due_at)
        found = select(*columns, exists().where(_BOUND).label("on_hold")).where(items.c.owner == owner)
        return [
            Owned(
                id=ItemId(row.id),
                retention=Retention(row.retention),
                stored_at=row.stored_at,
                due_at=row.due_at,
                on_hold=row.on_hold,
            )
            for row in tx.execute(found.order_by(items.c.id))
        ]

    def holds_of(self, tx: Transaction, owner: str) -> list[Held]:
        """Return the open holds on items of an owner, oldest first."""
        mine = select(holds, items.c.retention).join(items, items.c.id == holds.c.binds).where(items.c.owner == owner)
        return [
            Held(
                hold=row.id,
                item=ItemId(row.item),
                retention=Retention(row.retention),
                reason_item=row.reason_item,
                by=row.by,
                at=row.at,
            )
            for row in tx.execute(mine.order_by(holds.c.at, holds.c.id))
        ]

    def shorten(self, tx: Transaction) -> int:
        """Bring forward what is kept for longer than its class is now; return how many items. None is kept longer."""
        sooner = 0
        for retention, period in self.periods.items():
            if period is not None:
                due = items.c.stored_at + period
                late = (items.c.retention == retention.value) & (items.c.due_at > due)
                sooner += tx.execute(update(items).where(late).values(due_at=due)).rowcount
        return sooner

    def erase(self, tx: Transaction, item: ItemId, *, by: str, reason_code: str) -> ItemErased:
        """Destroy an item before it is due; `sweep` then makes backups forget it too.

        Raises NoSuchItem, ItemGone, ItemOnHold, BadName (a reason code is a code, not a text).
        """
        if not _CODE.fullmatch(reason_code):
            raise BadName("reason code", reason_code)
        row = _locked(tx, item)
        binding = tx.scalars(select(holds.c.id).where(items.c.id == item, _BOUND).order_by(holds.c.id)).all()
        if binding:
            raise ItemOnHold(item, tuple(binding))
        now = self.clock()
        tx.execute(delete(items).where(items.c.id == item))
        tx.execute(insert(erasures).values(item=item, at=now, reason_code=reason_code))
        keys.retire(tx, (row.wrapping_key,), now)
        erased = ItemErased(item=item, retention=Retention(row.retention), by=by, reason_code=reason_code)
        self._record(tx, erased)
        return erased

    def erase_due(self, tx: Transaction, limit: int = 1000) -> int:
        """Destroy items whose time has passed and that no hold binds, at most `limit`; return how many."""
        free = ~exists().where(_BOUND)
        due = select(items.c.id).where(items.c.due_at <= self.clock(), free).order_by(items.c.due_at).limit(limit)
        locked = tx.scalars(due.with_for_update(of=items, skip_locked=True)).all()
        # Asked again under the lock: a hold that was committed meanwhile counts.
        gone = tx.scalars(delete(items).where(items.c.id.in_(locked), free).returning(items.c.retention)).all()
        for retention, count in sorted(Counter(gone).items()):
            self._record(tx, DueErased(retention=Retention(retention), items=count))
        return len(gone)

    def rotate(self, tx: Transaction, *, by: str = "system") -> KeysRotated:
        """Take every wrapping key out of use. New items get new keys at once, older ones with the next `sweep`."""
        names = keys.retire(tx, keys.in_use(tx), self.clock())
        rotated = KeysRotated(keys=names, by=by)
        self._record(tx, rotated)
        return rotated

    def rewrap(self, tx: Transaction, key: str, *, after: str = "", limit: int = 1000) -> "Rewrapped":
        """Move up to `limit` items behind `after` from one wrapping key to the current one of their class."""
        columns = (items.c.id, items.c.owner, items.c.retention, items.c.wrapping_key, items.c.wrapped)
        chosen = select(*columns).where(items.c.wrapping_key == key, items.c.id > after).order_by(items.c.id)
        rows = tx.execute(chosen.limit(limit).with_for_update(key_share=True)).all()
        if not rows:
            return Rewrapped(last=None)
        old = self.keystore.wrapping_key(key)
        new: dict[Retention, tuple[str, bytes]] = {}
        moved, unreadable = [], []
        for row in rows:
            try:
                moved.append(self._moved(tx, row, old, new))
            except ItemTampered:
                unreadable.append(ItemId(row.id))
        _store_moved(tx, moved)
        return Rewrapped(last=rows[-1].id, moved=len(moved), unreadable=tuple(unreadable))

    def _moved(
        self, tx: Transaction, row: Any, old: bytes, new: dict[Retention, tuple[str, bytes]]
    ) -> tuple[str, str, bytes]:
        label = _label(row)
        data_key = unwrap(row.wrapped, label, row.wrapping_key, old)
        if label.retention not in new:  # the row lock that `current` takes lasts as long as the transaction
            name = keys.current(tx, self.keystore, label.retention, self.clock())
            new[label.retention] = name, self.keystore.wrapping_key(name)
        name, wrapping = new[label.retention]
        return row.id, name, wrap(data_key, label, name, wrapping)


class Rewrapped(msgspec.Struct, frozen=True, kw_only=True):
    """One step of `rewrap`: `last` is None when nothing was left; `unreadable` items stay as they are."""

    last: str | None
    moved: int = 0
    unreadable: tuple[ItemId, ...] = ()


def _label(row: Any) -> Label:
    try:
        return Label(item=row.id, owner=row.owner, retention=Retention(row.retention))
    except ValueError:
        raise ItemTampered(row.id, "class") from None


def _locked(tx: Transaction, item: ItemId) -> Row[Any]:
    row = tx.execute(select(items).where(items.c.id == item).with_for_update()).first()
    if row is None:
        raise _missing(tx, item)
    return row


def _missing(tx: Transaction, item: ItemId) -> NoSuchItem | ItemGone:
    erased = tx.execute(select(erasures).where(erasures.c.item == item)).first()
    return NoSuchItem(item) if erased is None else ItemGone(item, erased.at, erased.reason_code)


def _store_moved(tx: Transaction, moved: Sequence[tuple[str, str, bytes]]) -> None:
    statement = text("""
        UPDATE vault_items SET wrapping_key = new.key, wrapped = new.wrapped
        FROM unnest(CAST(:ids AS text[]), CAST(:keys AS text[]), CAST(:wrapped AS bytea[])) AS new (id, key, wrapped)
        WHERE vault_items.id = new.id
    """)
    ids, names, wrapped = (list(column) for column in zip(*moved, strict=True)) if moved else ([], [], [])
    tx.execute(statement, {"ids": ids, "keys": names, "wrapped": wrapped})
