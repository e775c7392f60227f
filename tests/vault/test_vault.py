"""Put, get, hold, release, erase: on real rows, with the records that they leave."""

from datetime import timedelta

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import IntegrityError

from seawall.store import Database, Transaction
from seawall.vault import Content, Keystore, Retention, Vault, new_item
from seawall.vault.errors import BadName, ItemGone, ItemNotHeld, ItemOnHold, ItemTampered, KeyGone, NoSuchItem
from seawall.vocabulary.ids import ItemId
from tests.conftest import FrozenClock
from tests.vault.conftest import Records

TEXT = b"a mild sentence that must not be found"


def _put(vault: Vault, tx: Transaction, content: bytes = TEXT, retention: Retention = Retention.EXCHANGE) -> ItemId:
    return vault.put(tx, content, owner="acc_1", retention=retention)


def test_what_was_put_comes_back(tx: Transaction, vault: Vault) -> None:
    for content in (b"", TEXT, bytes(range(256)) * 4000):
        assert vault.get(tx, _put(vault, tx, content)) == content


def test_many_are_put_in_one_statement_and_keep_their_order_and_ids(tx: Transaction, vault: Vault) -> None:
    named = new_item()
    contents = [
        Content(content=b"%d" % n, owner=f"acc_{n}", retention=list(Retention)[n % 4], id=named if n == 7 else None)
        for n in range(300)
    ]
    statements: list[str] = []
    event.listen(tx, "before_cursor_execute", lambda *args: statements.append(args[2]))

    ids = vault.put_many(tx, contents)

    assert sum("INTO vault_items" in statement for statement in statements) == 1
    assert ids[7] == named
    assert [vault.get(tx, item) for item in ids] == [content.content for content in contents]
    assert vault.put_many(tx, []) == []


def test_neither_content_nor_its_digest_is_in_the_database_or_the_keystore(
    tx: Transaction, vault: Vault, keystore: Keystore
) -> None:
    item = _put(vault, tx)
    row = tx.execute(text("SELECT * FROM vault_items WHERE id = :item"), {"item": item}).mappings().one()

    assert set(row) == {
        "id", "owner", "retention", "wrapping_key", "wrapped", "sealed", "stored_at", "due_at"
    }  # fmt: skip
    assert len(row["sealed"]) == 24 + len(TEXT) + 16
    assert len(row["wrapped"]) == 24 + 32 + 16
    seen = b"".join(str(value).encode() if not isinstance(value, bytes) else value for value in row.values())
    kept = b"".join(path.read_bytes() for path in keystore.directory.rglob("*.key"))
    assert TEXT not in seen + kept
    assert TEXT[:8] not in seen + kept


def test_the_database_alone_opens_nothing(tx: Transaction, vault: Vault, clock: FrozenClock, tmp_path: object) -> None:
    item = _put(vault, tx)
    thief = Vault(Keystore(tmp_path / "other"), clock)  # type: ignore[operator]

    with pytest.raises(KeyGone, match=r"exchange\.2026-01") as caught:
        thief.get(tx, item)
    assert "keystore" in caught.value.hint


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ("sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)", "content"),
        ("wrapped = set_byte(wrapped, 30, get_byte(wrapped, 30) # 1)", "wrapped key"),
        ("sealed = substr(sealed, 1, 10)", "content"),
        ("owner = 'acc_2'", "wrapped key"),
        ("retention = 'case'", "wrapped key"),
        ("retention = 'for ever'", "class"),
    ],
)
def test_tampering_with_a_row_is_detected(tx: Transaction, vault: Vault, change: str, part: str) -> None:
    item = _put(vault, tx)
    tx.execute(text(f"UPDATE vault_items SET {change} WHERE id = :item"), {"item": item})  # noqa: S608

    with pytest.raises(ItemTampered, match=f"The {part} of item '{item}'"):
        vault.get(tx, item)


@pytest.mark.parametrize("columns", ["sealed", "wrapped", "sealed, wrapped"])
def test_swapping_two_rows_is_detected(tx: Transaction, vault: Vault, columns: str) -> None:
    one, other = _put(vault, tx, b"one"), _put(vault, tx, b"other")
    swap = text(
        f"UPDATE vault_items AS row SET ({columns}) = (SELECT {columns} FROM vault_items AS twin WHERE twin.id ="  # noqa: S608
        " CASE row.id WHEN :one THEN :other ELSE :one END) WHERE id IN (:one, :other)"
    )
    tx.execute(swap, {"one": one, "other": other})

    for item in (one, other):
        with pytest.raises(ItemTampered, match=item):
            vault.get(tx, item)


def test_an_item_that_never_was_is_not_found(tx: Transaction, vault: Vault) -> None:
    with pytest.raises(NoSuchItem, match="it_nothing"):
        vault.get(tx, ItemId("it_nothing"))


def test_an_erased_item_says_when_and_why_and_leaves_a_record(tx: Transaction, vault: Vault, records: Records) -> None:
    item = _put(vault, tx)

    erased = vault.erase(tx, item, by="host:ada", reason_code="person_asked")

    assert list(records) == [erased]
    assert (erased.kind, erased.item, erased.by) == ("vault.item_erased", item, "host:ada")
    assert erased.private == {"by"}
    for again in (
        lambda: vault.get(tx, item),
        lambda: vault.erase(tx, item, by="host:ada", reason_code="person_asked"),
        lambda: vault.hold(tx, item, reason="late", by="host:ada"),
    ):
        with pytest.raises(ItemGone, match=r"1 January 2026 \(person_asked\)"):
            again()
    assert records.kinds == ["vault.item_erased"]
    left = tx.execute(text("SELECT * FROM vault_erasures")).mappings().one()
    assert set(left) == {"item", "at", "reason_code"}


def test_a_reason_code_is_a_code_and_not_a_text(tx: Transaction, vault: Vault, records: Records) -> None:
    item = _put(vault, tx)
    with pytest.raises(BadName, match="reason code"):
        vault.erase(tx, item, by="host:ada", reason_code="She asked me to.")
    assert vault.get(tx, item) == TEXT
    assert list(records) == []


def test_a_hold_beats_erasure_by_a_person(tx: Transaction, vault: Vault, records: Records) -> None:
    item = _put(vault, tx)
    held = vault.hold(tx, item, reason="court order 12", by="host:ada")

    with pytest.raises(ItemOnHold, match=held.hold) as caught:
        vault.erase(tx, item, by="host:ada", reason_code="person_asked")

    assert caught.value.hint.endswith(f"seawall vault release {item}")
    assert vault.get(tx, item) == TEXT
    assert records.kinds == ["vault.item_held"]


def test_a_hold_beats_erasure_of_what_is_due(tx: Transaction, vault: Vault, clock: FrozenClock) -> None:
    held, free = _put(vault, tx), _put(vault, tx)
    vault.hold(tx, held, reason="court order 12", by="host:ada")
    clock.advance(days=31)

    assert vault.erase_due(tx) == 1

    assert vault.get(tx, held) == TEXT
    with pytest.raises(NoSuchItem):
        vault.get(tx, free)


def test_a_hold_beats_a_deletion_past_the_vault(tx: Transaction, vault: Vault) -> None:
    item = _put(vault, tx)
    vault.hold(tx, item, reason="court order 12", by="host:ada")

    with pytest.raises(IntegrityError, match="vault_holds_binds_fkey"), tx.begin_nested():
        tx.execute(text("DELETE FROM vault_items WHERE id = :item"), {"item": item})
    assert vault.get(tx, item) == TEXT


def test_a_hold_that_is_being_made_beats_an_erasure_that_runs_beside_it(
    database: Database, vault: Vault, clock: FrozenClock
) -> None:
    with database.begin() as tx:
        item = _put(vault, tx)
    clock.advance(days=31)
    with database.begin() as holding:
        vault.hold(holding, item, reason="court order 12", by="host:ada")
        with database.begin() as erasing:
            assert vault.erase_due(erasing) == 0
    with database.begin() as tx:
        assert vault.erase_due(tx) == 0
        assert vault.get(tx, item) == TEXT


def test_the_reason_of_a_hold_is_in_the_vault_and_nowhere_else_and_stays_while_it_binds(
    tx: Transaction, vault: Vault, records: Records, clock: FrozenClock
) -> None:
    held = vault.hold(tx, _put(vault, tx), reason="court order 12", by="host:ada")

    assert vault.get(tx, held.reason_item) == b"court order 12"
    assert "court order" not in repr(records)
    row = tx.execute(text("SELECT * FROM vault_holds")).mappings().one()
    assert "court order" not in str(row)
    with pytest.raises(ItemOnHold):
        vault.erase(tx, held.reason_item, by="host:ada", reason_code="tidy")
    clock.advance(days=10_000)
    vault.erase_due(tx)
    assert vault.get(tx, held.reason_item) == b"court order 12"


def test_every_hold_must_be_released_before_an_item_goes(
    tx: Transaction, vault: Vault, records: Records, clock: FrozenClock
) -> None:
    item = _put(vault, tx)
    first = vault.hold(tx, item, reason="one", by="host:ada")
    second = vault.hold(tx, item, reason="two", by="host:bob")
    assert vault.held(tx) == [first, second]
    clock.advance(days=31)

    assert vault.release(tx, item, by="host:ada", hold=first.hold).holds == (first.hold,)
    assert vault.erase_due(tx) == 0
    assert vault.release(tx, item, by="host:bob").holds == (second.hold,)
    assert vault.held(tx) == []
    assert vault.erase_due(tx) == 1

    assert records.kinds == [
        "vault.item_held", "vault.item_held", "vault.item_released", "vault.item_released", "vault.due_erased"
    ]  # fmt: skip


def test_releasing_what_is_not_held_is_refused(tx: Transaction, vault: Vault, records: Records) -> None:
    item = _put(vault, tx)
    with pytest.raises(ItemNotHeld, match="no open hold"):
        vault.release(tx, item, by="host:ada")
    vault.hold(tx, item, reason="one", by="host:ada")
    with pytest.raises(ItemNotHeld, match="hold_other"):
        vault.release(tx, item, by="host:ada", hold="hold_other")
    assert records.kinds == ["vault.item_held"]


def test_each_class_is_kept_for_its_own_time(tx: Transaction, vault: Vault, clock: FrozenClock) -> None:
    kept = {retention: _put(vault, tx, retention=retention) for retention in Retention}

    def left() -> set[Retention]:
        vault.erase_due(tx)
        present = set(tx.scalars(text("SELECT id FROM vault_items")))
        return {retention for retention, item in kept.items() if item in present}

    clock.advance(days=29)
    assert left() == set(Retention)
    clock.advance(days=1)
    assert left() == set(Retention) - {Retention.EXCHANGE}
    clock.advance(days=700)
    assert left() == {Retention.EVIDENCE, Retention.CREDENTIAL, Retention.PERSON}
    clock.advance(days=100_000)
    assert left() == {Retention.CREDENTIAL, Retention.PERSON}


def test_an_operator_sets_how_long_a_class_is_kept(
    tx: Transaction, keystore: Keystore, clock: FrozenClock, records: Records
) -> None:
    vault = Vault(keystore, clock, periods={Retention.EXCHANGE: timedelta(days=2)}, record=records.write)
    _put(vault, tx)
    _put(vault, tx, retention=Retention.CASE)
    clock.advance(days=2)

    assert vault.erase_due(tx) == 1
    assert [(record.kind, record.items) for record in records] == [("vault.due_erased", 1)]  # type: ignore[attr-defined]


def test_what_is_due_is_erased_in_bites(tx: Transaction, vault: Vault, clock: FrozenClock) -> None:
    for _ in range(5):
        _put(vault, tx)
    clock.advance(days=31)

    assert [vault.erase_due(tx, 2) for _ in range(4)] == [2, 2, 1, 0]
