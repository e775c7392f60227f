"""A case about child safety leaves as its recipient alone can open it, once others agreed, and is kept for a year."""

import json
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pyrage
import pytest
from pyrage import x25519

from seawall.access.people import Person
from seawall.cases import Case, Origin, Outcome, exports, open_case
from seawall.cases.encrypting import BadRecipient
from seawall.cases.errors import NoSuchCase, NotExportable, PackageChanged
from seawall.cases.exports import Agreed, Wanted
from seawall.cases.opening import of_exchange
from seawall.cases.working import change_readers, note
from seawall.store import Transaction
from seawall.vault.errors import ItemOnHold
from seawall.vault.tables import items
from seawall.vocabulary.categories import Category
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import ItemId
from seawall.vocabulary.records import KINDS, Audience
from tests.cases.conftest import ACCOUNT, Bench

SEALED = Category.CHILD_SEXUAL_EXPLOITATION
KEY = x25519.Identity.generate()
TO = "The authority, by courier"


@pytest.fixture
def kit(bench: Bench, tx: Transaction) -> Person:
    return bench.person(tx, "kit", "child_safety_reviewer")


def decided(bench: Bench, tx: Transaction, kit: Person, **more: Any) -> Case:
    """Settle a case about an exchange whose request and answer are kept."""
    places = {"input_item": bench.kept(tx, "A request."), "output_item": bench.kept(tx, "An answer.")}
    found = bench.exchange(SEALED, model="small", **(places | more))
    case = about(bench, tx, found)
    note(tx, bench.office, case.id, "Looks bad to me.", by=kit.id)
    return bench.decides(tx, case, kit, Outcome.NOTHING)


def about(bench: Bench, tx: Transaction, found: Concerned) -> Case:
    return open_case(tx, bench.office, of_exchange(found, Origin.FINDING, f"test:{found.exchange}"), by="seawall")[0]


def wanted(case: Case, key: Any = KEY, **more: Any) -> Wanted:
    return Wanted(**{"case": case.id, "recipient": str(key.to_public()), "to": TO} | more)


def agreed(bench: Bench, tx: Transaction, asked: Wanted) -> Agreed:
    return Agreed(manifest_sha256=exports.planned(tx, bench.office, asked).manifest_sha256, approval="rq_1")


def given(bench: Bench, tx: Transaction, asked: Wanted, by: Person) -> bytes:
    return exports.export(tx, bench.office, asked, agreed(bench, tx, asked), by=by.id)


def opened(file: bytes, key: Any = KEY) -> dict[str, bytes]:
    with ZipFile(BytesIO(pyrage.decrypt(file, [key]))) as package:
        return {name: package.read(name) for name in package.namelist()}


def test_the_package_holds_what_was_decided_and_written_and_only_its_recipient_opens_it(
    bench: Bench, tx: Transaction, kit: Person
) -> None:
    case = decided(bench, tx, kit)
    file = given(bench, tx, wanted(case), kit)
    assert b"A request." not in file
    with pytest.raises(pyrage.DecryptError):
        opened(file, x25519.Identity.generate())
    inside = opened(file)
    assert inside["exchange-1/request"] == b"A request."
    assert inside["exchange-1/answer"] == b"An answer."
    report, manifest = (json.loads(inside[name]) for name in ("report.json", "manifest.json"))
    assert (report["account"]["id"], report["decisions"][0]["outcome"]) == (ACCOUNT, "nothing")
    assert report["exchanges"][0]["findings"] == [SEALED]
    assert report["exchanges"][0]["at"].startswith("2026-01-")
    assert {each["name"]: each["sha256"] for each in manifest["files"]} == {
        name: sha256(content).hexdigest() for name, content in inside.items() if name != "manifest.json"
    }
    assert manifest["unread"] == []
    assert "not filed with the CyberTipline" in manifest["filed"]
    # Notes of reviewers, and who they are, stay here.
    whole = b"".join(inside.values())
    assert b"Looks bad" not in whole
    assert kit.id.encode() not in whole


def test_the_same_data_gives_the_same_package(bench: Bench, tx: Transaction, kit: Person) -> None:
    case = decided(bench, tx, kit)
    first, second = (exports.planned(tx, bench.office, wanted(case)) for _ in range(2))
    assert first.file == second.file
    elsewhere = exports.planned(tx, bench.office, wanted(case, x25519.Identity.generate()))
    assert elsewhere.manifest_sha256 != first.manifest_sha256


def test_what_cannot_be_read_is_listed_as_such(bench: Bench, tx: Transaction, kit: Person) -> None:
    cases = {
        "zero_retention": decided(bench, tx, kit, input_item=None, zero_retention=True),
        "not_kept": decided(bench, tx, kit, input_item=None),
    }
    erased = decided(bench, tx, kit)
    item = bench.exchanges[str(erased.exchange)].input_item
    assert item is not None
    bench.edges.vault.erase(tx, item, by="t", reason_code="by_hand")
    tampered = decided(bench, tx, kit)
    place = bench.exchanges[str(tampered.exchange)].input_item
    tx.execute(items.update().where(items.c.id == place).values(sealed=b"x" * 80))
    cases |= {"not_kept again": erased, "unreadable": tampered}
    for why, case in cases.items():
        made = exports.planned(tx, bench.office, wanted(case))
        assert json.loads(made.manifest)["unread"] == [{"what": "exchange-1/request", "why": why.split()[0]}]


def test_an_export_is_on_record_sealed_and_keeps_what_is_in_it_for_a_year(
    bench: Bench, tx: Transaction, kit: Person
) -> None:
    case = decided(bench, tx, kit)
    file = given(bench, tx, wanted(case), kit)
    (made,) = exports.of_case(tx, case.id)
    assert made.file_sha256 == sha256(file).hexdigest()
    (record,) = (each for each in bench.ledger if each.kind == "child_safety.exported")
    assert (KINDS[record.kind].audience, len(record.items)) == (Audience.SEALED, 2)  # type: ignore[attr-defined]
    item = ItemId(record.items[0])  # type: ignore[attr-defined]
    bench.clock.advance(days=364)
    assert exports.release_due(tx, bench.office) == 0
    assert len(exports.bound(tx, item)) == 1
    bench.edges.vault.erase_due(tx)
    with pytest.raises(ItemOnHold):
        bench.edges.vault.erase(tx, item, by="t", reason_code="by_hand")
    bench.clock.advance(days=2)
    assert [exports.release_due(tx, bench.office) for _ in range(2)] == [1, 0]
    assert exports.bound(tx, item) == frozenset()
    assert bench.ledger.kinds[-1] == "child_safety.preservation_ended"
    assert bench.edges.vault.erase_due(tx) >= 2


def test_what_was_agreed_to_is_what_leaves(bench: Bench, tx: Transaction, kit: Person) -> None:
    case = decided(bench, tx, kit)
    before = agreed(bench, tx, wanted(case))
    item = bench.exchanges[str(case.exchange)].input_item
    assert item is not None
    bench.edges.vault.erase(tx, item, by="t", reason_code="by_hand")
    for asked in (wanted(case), wanted(case, to="Somebody else")):
        with pytest.raises(PackageChanged):
            exports.export(tx, bench.office, asked, before, by=kit.id)
    assert "child_safety.exported" not in bench.ledger.kinds
    assert exports.of_case(tx, case.id) == []


def test_only_a_decided_case_about_child_safety_leaves_and_only_by_whoever_may(
    bench: Bench, tx: Transaction, kit: Person
) -> None:
    ordinary = bench.case(tx)
    waits = about(bench, tx, bench.exchange(SEALED))
    for case in (ordinary, waits):
        with pytest.raises(NotExportable):
            exports.planned(tx, bench.office, wanted(case))
    case, other = decided(bench, tx, kit), bench.person(tx, "rev", "reviewer")
    with pytest.raises(NoSuchCase):
        given(bench, tx, wanted(case), other)
    second = bench.person(tx, "kim", "child_safety_reviewer")
    change_readers(tx, bench.office, case.id, [second.id], by=kit.id)
    with pytest.raises(NoSuchCase):
        given(bench, tx, wanted(case), kit)
    assert given(bench, tx, wanted(case), second)


@pytest.mark.parametrize("key", ["", "age1nonsense", "AGE-SECRET-KEY-1SECRET", "ssh-ed25519 AAAA", "x" * 5000])
def test_what_is_no_public_key_is_refused_and_repeated_nowhere(
    bench: Bench, tx: Transaction, kit: Person, key: str
) -> None:
    case = decided(bench, tx, kit)
    with pytest.raises(BadRecipient) as refused:
        exports.planned(tx, bench.office, wanted(case, recipient=key))
    assert "SECRET" not in str(refused.value)
