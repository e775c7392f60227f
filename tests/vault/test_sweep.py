"""After a sweep the keys of erased items are gone, so that no backup of the database can bring them back."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import text

from seawall.store import Database, Transaction
from seawall.vault import Keystore, Retention, Swept, Vault, jobs, sweep
from seawall.vault.errors import KeyGone
from seawall.vault.sweep import ItemsUnreadable
from seawall.vocabulary.ids import ItemId
from tests.conftest import FrozenClock
from tests.vault.conftest import Records

TABLES = ("vault_keys", "vault_items")


def _put(database: Database, vault: Vault, content: bytes, retention: Retention = Retention.EXCHANGE) -> ItemId:
    with database.begin() as tx:
        return vault.put(tx, content, owner="acc_1", retention=retention)


def _get(database: Database, vault: Vault, item: ItemId) -> bytes:
    with database.begin() as tx:
        return vault.get(tx, item)


def _erase(database: Database, vault: Vault, item: ItemId) -> None:
    with database.begin() as tx:
        vault.erase(tx, item, by="host:ada", reason_code="person_asked")


def _backup(tx: Transaction) -> dict[str, list[dict[str, Any]]]:
    return {table: [dict(row) for row in tx.execute(text(f"SELECT * FROM {table}")).mappings()] for table in TABLES}  # noqa: S608


def _restore(tx: Transaction, backup: dict[str, list[dict[str, Any]]]) -> None:
    tx.execute(text("TRUNCATE vault_keys, vault_items, vault_holds, vault_erasures, vault_doomed CASCADE"))
    for table, rows in backup.items():
        for row in rows:
            columns = ", ".join(row)
            values = ", ".join(f":{column}" for column in row)
            tx.execute(text(f"INSERT INTO {table} ({columns}) VALUES ({values})"), row)  # noqa: S608


def test_an_erased_item_cannot_be_read_from_an_older_backup_and_its_neighbours_stay(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    erased, kept = _put(database, vault, b"goes"), _put(database, vault, b"stays")
    other_class = _put(database, vault, b"case", Retention.CASE)
    with database.begin() as tx:
        backup = _backup(tx)
    before = keystore.names()

    _erase(database, vault, erased)
    swept = sweep(vault, database, clock)

    assert swept == Swept(rewrapped=1, destroyed=1)
    assert _get(database, vault, kept) == b"stays"
    assert _get(database, vault, other_class) == b"case"
    assert len(before - keystore.names()) == 1
    with database.begin() as tx:
        _restore(tx, backup)
    with pytest.raises(KeyGone, match=r"exchange\.2026-01"):
        _get(database, vault, erased)
    assert _get(database, vault, other_class) == b"case"


def test_an_erasure_that_is_rolled_back_destroys_no_key(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    item = _put(database, vault, b"stays")
    with database.engine.connect() as connection, connection.begin() as transaction:
        vault.erase(connection, item, by="host:ada", reason_code="person_asked")
        transaction.rollback()

    assert sweep(vault, database, clock) == Swept()
    assert _get(database, vault, item) == b"stays"
    assert len(keystore.names()) == 1


def test_a_sweep_does_not_destroy_a_key_under_an_erasure_that_has_not_been_committed(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    item = _put(database, vault, b"stays")
    with database.engine.connect() as connection, connection.begin() as transaction:
        vault.erase(connection, item, by="host:ada", reason_code="person_asked")
        assert sweep(vault, database, clock) == Swept()
        transaction.rollback()
    assert _get(database, vault, item) == b"stays"


def test_a_sweep_does_not_destroy_a_key_under_an_item_that_is_being_stored(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    first = _put(database, vault, b"first")
    with database.begin() as storing:
        item = vault.put(storing, b"in flight", owner="acc_1", retention=Retention.EXCHANGE)
        _erase(database, vault, first)
        assert sweep(vault, database, clock).destroyed == 0
    assert _get(database, vault, item) == b"in flight"
    assert sweep(vault, database, clock) == Swept(rewrapped=1, destroyed=1)
    assert _get(database, vault, item) == b"in flight"


def test_a_crash_before_the_key_file_is_destroyed_is_made_good_by_the_next_sweep(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    _erase(database, vault, _put(database, vault, b"goes"))
    (name,) = keystore.names()
    with database.begin() as tx:  # as far as a sweep comes that is killed after its commit
        tx.execute(text("DELETE FROM vault_keys"))
        tx.execute(text("INSERT INTO vault_doomed VALUES (:name, now())"), {"name": name})

    assert sweep(vault, database, clock).destroyed == 1
    assert keystore.names() == frozenset()
    assert sweep(vault, database, clock) == Swept()


def test_a_key_file_that_no_row_speaks_of_is_left_alone(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    name = keystore.create("exchange.2026-01")
    sweep(vault, database, clock)
    assert keystore.names() == {name}


def test_rotation_gives_every_item_a_new_wrapping_key_and_destroys_the_old_ones(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock, records: Records
) -> None:
    items = {_put(database, vault, b"%d" % n, list(Retention)[n % 4]): b"%d" % n for n in range(12)}
    before = keystore.names()

    with database.begin() as tx:
        rotated = vault.rotate(tx, by="host:ada")
    assert set(rotated.keys) == before
    assert sweep(vault, database, clock, batch=2) == Swept(rewrapped=12, destroyed=4)

    assert not before & keystore.names()
    assert {item: _get(database, vault, item) for item in items} == items
    assert list(records) == [rotated]


def test_new_items_take_a_new_key_as_soon_as_a_rotation_is_committed(database: Database, vault: Vault) -> None:
    _put(database, vault, b"old")
    with database.begin() as tx:
        vault.rotate(tx)
    _put(database, vault, b"new")
    with database.begin() as tx:
        assert tx.scalar(text("SELECT count(DISTINCT wrapping_key) FROM vault_items")) == 2


def test_the_key_of_a_past_month_goes_when_all_of_its_items_were_due(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    _put(database, vault, b"1 January")
    clock.advance(days=20)
    _put(database, vault, b"21 January")
    (january,) = keystore.names()
    clock.advance(days=15)
    _put(database, vault, b"5 February")

    assert sweep(vault, database, clock) == Swept(erased=1)
    assert january in keystore.names()
    clock.advance(days=16)
    assert sweep(vault, database, clock) == Swept(erased=1, destroyed=1)
    assert january not in keystore.names()
    assert len(keystore.names()) == 1


def test_one_held_item_does_not_keep_the_key_of_a_whole_month_alive(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    held, due = _put(database, vault, b"held"), _put(database, vault, b"due")
    with database.begin() as tx:
        vault.hold(tx, held, reason="court order 12", by="host:ada")
        backup = _backup(tx)
    (january,) = (name for name in keystore.names() if name.startswith("exchange"))
    clock.advance(days=62)

    assert sweep(vault, database, clock) == Swept(erased=1, rewrapped=1, destroyed=1)

    assert january not in keystore.names()
    assert _get(database, vault, held) == b"held"
    assert sweep(vault, database, clock) == Swept()  # the held item does not wander from key to key
    with database.begin() as tx:
        _restore(tx, backup)
    with pytest.raises(KeyGone):
        _get(database, vault, due)


def test_an_item_that_does_not_open_is_named_and_keeps_its_key(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    damaged, sound = _put(database, vault, b"damaged"), _put(database, vault, b"sound")
    with database.begin() as tx:
        tx.execute(text("UPDATE vault_items SET owner = 'other' WHERE id = :item"), {"item": damaged})
        vault.rotate(tx)
    (old,) = keystore.names()

    assert sweep(vault, database, clock) == Swept(rewrapped=1, unreadable=(damaged,))
    assert old in keystore.names()
    assert _get(database, vault, sound) == b"sound"
    (job,) = jobs(vault, database, clock)
    with pytest.raises(ItemsUnreadable, match=damaged):
        job.run()
    with database.begin() as tx:
        tx.execute(text("UPDATE vault_items SET owner = 'acc_1' WHERE id = :item"), {"item": damaged})
    job.run()
    assert _get(database, vault, damaged) == b"damaged"
    assert old not in keystore.names()


def test_a_missing_key_is_named_and_does_not_stop_the_others(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    _put(database, vault, b"lost")
    (lost,) = keystore.names()
    kept = _put(database, vault, b"kept", Retention.CASE)
    with database.begin() as tx:
        vault.rotate(tx)
    keystore.destroy(lost)

    assert sweep(vault, database, clock) == Swept(rewrapped=1, destroyed=1, missing=(lost,))
    assert _get(database, vault, kept) == b"kept"


def test_processes_that_store_the_first_item_of_a_month_at_once_share_one_key(
    database: Database, vault: Vault, keystore: Keystore
) -> None:
    with ThreadPoolExecutor(5) as pool:
        items = list(pool.map(lambda n: _put(database, vault, b"%d" % n), range(20)))

    assert [_get(database, vault, item) for item in items] == [b"%d" % n for n in range(20)]
    assert len(keystore.names()) == 1


def test_sweeps_and_writers_beside_each_other_lose_nothing(
    database: Database, vault: Vault, keystore: Keystore, clock: FrozenClock
) -> None:
    def write(n: int) -> tuple[ItemId, ItemId]:
        goes, stays = _put(database, vault, b"goes"), _put(database, vault, b"%d" % n)
        _erase(database, vault, goes)
        if n % 3 == 0:
            sweep(vault, database, clock, batch=3)
        return goes, stays

    with ThreadPoolExecutor(4) as pool:
        written = list(pool.map(write, range(24)))
    sweep(vault, database, clock)

    assert [_get(database, vault, stays) for _, stays in written] == [b"%d" % n for n in range(24)]
    with database.begin() as tx:
        used = set(tx.scalars(text("SELECT id FROM vault_keys")))
    assert used == keystore.names()


def test_the_vault_brings_its_hourly_job(database: Database, vault: Vault, clock: FrozenClock) -> None:
    item = _put(database, vault, b"due")
    clock.advance(days=31)
    (job,) = jobs(vault, database, clock)
    assert (job.name, job.every) == ("vault.sweep", "17 * * * *")

    job.run()

    with database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM vault_items WHERE id = :item"), {"item": item}) == 0
