"""Only what scope, tier and dates allow is given, once others agreed to that; the file is the same each time."""

from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import msgspec
import pyrage
import pytest
from pyrage import x25519
from sqlalchemy import text

from seawall import enforce
from seawall.access.people import Person
from seawall.access.rights.rights import NotPermitted
from seawall.cases import Origin
from seawall.cases.encrypting import BadRecipient
from seawall.cases.legal import Data, Kind, Outcome, Papers, Sender, State, Tier, closing, producing, reviewing
from seawall.cases.legal.errors import (
    AloneOnlyInEmergencies,
    EncryptOrSayWhy,
    ManifestChanged,
    NothingPrepared,
    NotNow,
    SameHuman,
)
from seawall.cases.legal.producing import Approved
from seawall.cases.legal.rows import change, find
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import ItemId
from tests.cases.conftest import ACCOUNT as CASE_ACCOUNT
from tests.cases.conftest import KEY, PROJECT, Bench
from tests.cases.legal.conftest import ACCOUNT, AGREED, IN_CLEAR, OTHER, Desk, scope
from tests.conftest import FrozenClock

Used = Callable[[], list[ItemId | None]]


def lines(file: bytes) -> list[dict[str, Any]]:
    return [msgspec.json.decode(each) for each in file.splitlines()]


def left(manifest: Any) -> dict[tuple[str, str], int]:
    return {(each["data"], each["why"]): each["count"] for each in manifest["left_out"]}


def test_only_what_tier_and_dates_and_review_allow_is_given(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    desk.exchange(tx, "ex_old", clock() - timedelta(days=400))
    day = scope(Data.ACCOUNT, Data.EXCHANGES, since=clock(), until=clock() + timedelta(days=1))
    order = (Kind.COURT_ORDER_2703D, Tier.METADATA)
    asked = scope(Data.ACCOUNT, Data.EXCHANGES)
    found = desk.approved(tx, lea, leo, *order, scope=asked, granted=day, nondisclosure=True)
    file = desk.produced(tx, found, leo)
    head, *given = lines(file)
    assert (head["items"], head["request"], head["scope"]["accounts"]) == (2, found.id, [ACCOUNT])
    assert [(each["category"], each["id"]) for each in given] == [("account", ACCOUNT), ("exchanges", "ex_0")]
    for word in (b"Said in", b"ex_1", b"ex_old", b"ex_other", b"left_out"):
        assert word not in file
    manifest = producing.manifest_of(tx, desk.bureau, found.id)
    assert left(manifest) == {
        ("content", "beyond_tier"): 8,
        ("exchanges", "narrowed"): 2,
        ("exchanges", "out_of_dates"): 1,
    }
    assert [each["why"].split(";")[0] for each in manifest["items"]] == [
        f"{ACCOUNT} is named, {data} data is asked for, and a court order 2703d reaches it"
        + ("." if data == "account" else "")
        for data in ("account", "exchanges")
    ]
    assert [each["sha256"] for each in manifest["items"]] == [
        sha256(each).hexdigest() for each in file.splitlines()[1:]
    ]
    assert manifest["file_sha256"] == sha256(file).hexdigest()
    assert manifest["to"] == "Inspector Example, by courier"


def test_content_is_given_as_far_as_it_is_kept_and_the_rest_is_counted(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    _, second, _ = used()
    desk.exchange(tx, "ex_zero", clock(), zero_retention=True)
    assert second is not None
    desk.edges.vault.erase(tx, second, by="host:test", reason_code="person_asked")
    found = desk.approved(tx, lea, leo, scope=scope(Data.CONTENT), nondisclosure=True)
    given = lines(desk.produced(tx, found, leo))[1:]
    assert [each["content"] for each in given] == ["Said in ex_0.", "Said in ex_2."]
    counts = left(producing.manifest_of(tx, desk.bureau, found.id))
    assert counts[("content", "not_kept")] == 4  # one was erased, three had no answer
    assert counts[("content", "zero_retention")] == 2
    assert (counts[("account", "not_asked")], counts[("exchanges", "not_asked")]) == (1, 4)


def test_what_was_decided_and_reported_is_given_without_who_decided_and_nothing_that_is_sealed(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, bench: Bench
) -> None:
    assert CASE_ACCOUNT == ACCOUNT
    ours: Any = {"clock": desk.clock}
    enforce.meet(tx, ACCOUNT, key=KEY, project=PROJECT, has_end_user=True, **ours)
    enforce.warn(tx, ACCOUNT, by="pe_secret", reason_code="repeated", until=None, record=desk.ledger, **ours)
    for words, category in (("It said this.", Category.JAILBREAK), ("Sealed.", Category.CHILD_SEXUAL_EXPLOITATION)):
        bench.case(tx, category, origin=Origin.FLAG, words=words)
    found = desk.approved(tx, lea, leo, scope=scope(Data.STANDING, Data.REPORTS), nondisclosure=True)
    file = desk.produced(tx, found, leo)
    assert [each["category"] for each in lines(file)[1:]] == ["standing", "standing", "reports"]
    assert b"It said this." in file
    assert b"pe_secret" not in file
    assert b"Sealed." not in file
    assert left(producing.manifest_of(tx, desk.bureau, found.id)) == {}


def test_the_same_data_makes_the_same_bytes_and_other_data_another_digest(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    found = desk.approved(tx, lea, leo, nondisclosure=True)
    first = desk.prepared(tx, found, lea)
    clock.advance(hours=3)
    tx.execute(text("SET LOCAL TIME ZONE 'Asia/Tokyo'"))
    assert desk.prepared(tx, found, leo).manifest_sha256 == first.manifest_sha256
    elsewhere = producing.prepare(tx, desk.bureau, found.id, to="somebody else", in_clear_because=IN_CLEAR, by=lea.id)
    assert elsewhere.manifest_sha256 != first.manifest_sha256
    assert elsewhere.file_sha256 == first.file_sha256
    with pytest.raises(ManifestChanged):
        producing.produce(tx, desk.bureau, found.id, first.manifest_sha256, AGREED, by=leo.id)
    desk.exchange(tx, "ex_new", clock())
    with pytest.raises(ManifestChanged):
        producing.produce(tx, desk.bureau, found.id, elsewhere.manifest_sha256, AGREED, by=leo.id)
    assert find(tx, found.id).state is State.APPROVED
    assert "legal_request.produced" not in desk.kinds()


def test_a_file_is_encrypted_to_its_recipient_or_says_why_not(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used
) -> None:
    used()
    found, key = desk.approved(tx, lea, leo, nondisclosure=True), x25519.Identity.generate()
    public = str(key.to_public())

    def prepared(**how: Any) -> str:
        return producing.prepare(tx, desk.bureau, found.id, to="Inspector", by=lea.id, **how).manifest_sha256

    for how in ({}, {"recipient": " ", "in_clear_because": ""}, {"recipient": public, "in_clear_because": "Both."}):
        with pytest.raises(EncryptOrSayWhy):
            prepared(**how)
    for wrong in ("age1nonsense", str(key)):
        with pytest.raises(BadRecipient):
            prepared(recipient=wrong)
    clear = prepared(in_clear_because=IN_CLEAR)
    digest = prepared(recipient=public)
    assert digest != clear != prepared(recipient=str(x25519.Identity.generate().to_public()))
    digest = prepared(recipient=public)
    file = producing.produce(tx, desk.bureau, found.id, digest, AGREED, by=leo.id)
    assert b"Said in" not in file
    inside = pyrage.decrypt(file, [key])
    assert b"Said in" in inside
    (told,) = (each for each in desk.ledger if each.kind == "legal_request.produced")
    assert (told.recipient, told.handed_sha256) == (public, sha256(file).hexdigest())  # type: ignore[attr-defined]
    assert told.file_sha256 == sha256(inside).hexdigest()  # type: ignore[attr-defined]
    manifest = producing.manifest_of(tx, desk.bureau, found.id)
    assert (manifest["recipient"], manifest["in_clear_because"]) == (public, None)


def test_a_file_that_was_lost_is_made_again_and_each_time_is_on_record(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    found = desk.approved(tx, lea, leo, nondisclosure=True)
    file = desk.produced(tx, found, leo)
    assert desk.produced(tx, found, leo) == file
    assert [each.time for each in desk.ledger if each.kind == "legal_request.produced"] == [1, 2]  # type: ignore[attr-defined]
    producing.deliver(tx, desk.bureau, found.id, at=clock(), by=lea.id)
    with pytest.raises(NotNow):
        desk.produced(tx, found, leo)
    assert closing.close(tx, desk.bureau, found.id, Outcome.FULL, reason_code="answered", by=leo.id).closed_by == leo.id


def test_nothing_is_produced_unprepared_unapproved_empty_or_without_the_right(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used
) -> None:
    empty = desk.approved(tx, lea, leo, nondisclosure=True)
    with pytest.raises(NothingPrepared):
        producing.produce(tx, desk.bureau, empty.id, "0" * 64, AGREED, by=leo.id)
    digest = desk.prepared(tx, empty, lea).manifest_sha256
    with pytest.raises(NothingPrepared):
        producing.produce(tx, desk.bureau, empty.id, digest, AGREED, by=leo.id)
    used()
    early = desk.called(tx, lea, nondisclosure=True)
    with pytest.raises(NotNow):
        desk.prepared(tx, early, lea)
    reviewing.accept(tx, desk.bureau, early.id, scope=None, reason="It holds.", by=lea.id)
    digest = desk.prepared(tx, early, lea).manifest_sha256
    with pytest.raises(NotNow, match="reviewed"):
        producing.produce(tx, desk.bureau, early.id, digest, AGREED, by=leo.id)
    approved = reviewing.approve(tx, desk.bureau, early.id, by=leo.id)
    ada = desk.person(tx, "ada", "reviewer", "administrator")
    with pytest.raises(NotPermitted):
        producing.produce(tx, desk.bureau, early.id, digest, AGREED, by=ada.id)
    # Whatever wrote the row: the same human twice is refused here too.
    change(tx, approved, approver=lea.id, approver_human=lea.id)
    with pytest.raises(SameHuman):
        producing.produce(tx, desk.bureau, early.id, digest, AGREED, by=leo.id)


def test_one_person_alone_hands_data_over_in_an_emergency_and_never_otherwise(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    alone = Approved(approval="rq_1", alone=True)
    ordinary = desk.approved(tx, lea, leo, nondisclosure=True)
    with pytest.raises(AloneOnlyInEmergencies):
        desk.produced(tx, ordinary, leo, alone)
    papers = Papers(agency="P", sender=Sender(name="I"), legal_basis="B", danger="Somebody is in danger.")
    short = scope(Data.CONTENT, since=clock() - timedelta(days=1), until=clock() + timedelta(days=20))
    urgent = desk.called(tx, lea, Kind.EMERGENCY, papers=papers, scope=short)
    with pytest.raises(NotNow):
        desk.produced(tx, urgent, lea, alone)
    reviewing.accept(tx, desk.bureau, urgent.id, scope=None, reason="It is.", by=lea.id)
    with pytest.raises(NotNow):
        desk.produced(tx, urgent, lea)
    assert len(lines(desk.produced(tx, urgent, lea, alone))) == 4
    assert find(tx, urgent.id).state is State.PRODUCED


def test_accounts_that_are_not_named_are_never_in_it(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used
) -> None:
    used()
    both = scope(Data.CONTENT, accounts=(ACCOUNT, OTHER))
    found = desk.approved(tx, lea, leo, scope=both, granted=scope(Data.CONTENT, accounts=(OTHER,)), nondisclosure=True)
    given = lines(desk.produced(tx, found, leo))[1:]
    assert {each["account"] for each in given} == {OTHER}
    assert left(producing.manifest_of(tx, desk.bureau, found.id))[("content", "narrowed")] == 6
