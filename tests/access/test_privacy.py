"""Privacy requests on a real database: who checks, who answers, what is recorded, how long things are kept."""

from datetime import timedelta
from typing import Any

import pytest

from seawall.access import privacy, projects
from seawall.access.people import Edges, passwords, people, roles, sessions
from seawall.access.people.model import BadPerson, NoSuchPerson, Profile
from seawall.access.people.proofs import Proof, Way
from seawall.access.privacy import Archive, Checked, PeopleHolder, State, VaultHolder, Whose, Wish
from seawall.access.privacy.model import (
    AnotherWish,
    BadWish,
    IdentityUnchecked,
    NoSuchPrivacyRequest,
    PrivacyRequestClosed,
    SameHand,
)
from seawall.access.privacy.retention import classes, put_in_force
from seawall.store import Database, Transaction
from seawall.vault import Keystore, Retention, Vault, sweep
from seawall.vault.errors import ItemGone, NoSuchItem
from seawall.vocabulary.ids import ItemId
from tests.access.conftest import Ledger, key_of, person
from tests.access.engagement import proven
from tests.conftest import FrozenClock

ACCOUNT = "ac_00000000000000000000000000"


@pytest.fixture
def archive(edges: Edges) -> Archive:
    return Archive(holders=(PeopleHolder(edges), VaultHolder(edges.vault)))


def ready(tx: Transaction, edges: Edges, wish: Wish, *subjects: str, kind: Whose = Whose.ACCOUNT) -> str:
    made = privacy.take(tx, edges, wish, kind, subjects or (ACCOUNT,), by="host:a")
    return privacy.check(tx, edges, made.id, how=Checked.IDENTITY_DOCUMENT, by="host:a").id


def test_a_request_is_due_within_thirty_days_and_its_steps_are_on_record_without_the_account(
    tx: Transaction, edges: Edges, archive: Archive, ledger: Ledger, clock: FrozenClock
) -> None:
    made = privacy.take(tx, edges, Wish.EXPORT, Whose.ACCOUNT, [ACCOUNT], by="host:a")
    assert made.due_at - made.asked_at == timedelta(days=30)
    clock.advance(days=29)
    assert not made.overdue(clock())
    clock.advance(days=1)
    assert made.overdue(clock())
    assert privacy.every(tx, only_open=True) == [made]
    privacy.check(tx, edges, made.id, how=Checked.SIGNED_IN, by="host:a")
    done, _ = privacy.export(tx, edges, archive, made.id, by="host:b")
    assert (done.state, privacy.every(tx, only_open=True)) == (State.ANSWERED, [])
    assert ledger.kinds == ["privacy.requested", "privacy.identity_checked", "privacy.answered"]
    assert all("subjects" in each.private or ACCOUNT not in str(each) for each in ledger)


def test_nobody_answers_before_somebody_else_checked_who_asks(
    tx: Transaction, edges: Edges, archive: Archive, ledger: Ledger
) -> None:
    lea, leo = person(tx, edges, "lea", "legal"), person(tx, edges, "leo", "legal")
    second = person(tx, edges, "lea2", human=lea.id)
    made = privacy.take(tx, edges, Wish.DELETE, Whose.ACCOUNT, [ACCOUNT], by=lea.id)
    ledger.clear()
    with pytest.raises(IdentityUnchecked, match=made.id):
        privacy.delete_all(tx, edges, archive, made.id, by=leo.id)
    privacy.check(tx, edges, made.id, how=Checked.IN_PERSON, by=lea.id)
    for by in (lea.id, second.id):
        with pytest.raises(SameHand):
            privacy.delete_all(tx, edges, archive, made.id, by=by)
    with pytest.raises(AnotherWish, match="delete"):
        privacy.export(tx, edges, archive, made.id, by=leo.id)
    assert ledger.kinds == ["privacy.identity_checked"]
    assert privacy.delete_all(tx, edges, archive, made.id, by=leo.id).state is State.ANSWERED
    with pytest.raises(PrivacyRequestClosed, match="answered"):
        privacy.delete_all(tx, edges, archive, made.id, by=leo.id)
    with pytest.raises(NoSuchPrivacyRequest):
        privacy.find(tx, "pv_none")


def test_a_refusal_closes_a_request_with_a_code(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    made = privacy.take(tx, edges, Wish.DELETE, Whose.ACCOUNT, [ACCOUNT], by="host:a")
    with pytest.raises(BadWish):
        privacy.refuse(tx, edges, made.id, reason_code="They are not who they say", by="host:a")
    refused = privacy.refuse(tx, edges, made.id, reason_code="not_who_they_say", by="host:a")
    assert (refused.state, refused.answer) == (State.REFUSED, {"reason_code": "not_who_they_say"})
    assert ledger.kinds == ["privacy.requested", "privacy.refused"]


@pytest.mark.parametrize(
    ("wish", "kind", "subjects"),
    [
        (Wish.DELETE, Whose.ACCOUNT, ()),
        (Wish.DELETE, Whose.ACCOUNT, ("ada@people.test",)),
        (Wish.DELETE, Whose.PROJECT, ("demo",)),
    ],
)
def test_what_no_request_can_be_is_refused_and_leaves_no_trace(
    tx: Transaction, edges: Edges, ledger: Ledger, wish: Wish, kind: Whose, subjects: tuple[str, ...]
) -> None:
    with pytest.raises(BadWish):
        privacy.take(tx, edges, wish, kind, subjects, by="host:a")
    with pytest.raises(NoSuchPerson):
        privacy.take(tx, edges, Wish.EXPORT, Whose.PERSON, ("pe_none",), by="host:a")
    assert (ledger, privacy.every(tx)) == ([], [])


def test_a_contested_fact_stands_beside_the_account_and_in_its_export(
    tx: Transaction, edges: Edges, archive: Archive
) -> None:
    request = ready(tx, edges, Wish.CORRECT)
    with pytest.raises(BadWish):
        privacy.contest(tx, edges, request, " ", by="host:b")
    assert privacy.contest(tx, edges, request, "That was my brother.", by="host:b").answer == {"notes": 1}
    _, body = privacy.export(tx, edges, archive, ready(tx, edges, Wish.EXPORT), by="host:b")
    assert b'"content":"That was my brother."' in body
    gone = privacy.delete_all(tx, edges, archive, ready(tx, edges, Wish.DELETE), by="host:b").answer
    assert gone is not None
    assert gone["removed"]["content"] == 1


def test_a_profile_is_corrected(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    request = ready(tx, edges, Wish.CORRECT, ada.id, kind=Whose.PERSON)
    with pytest.raises(BadPerson):
        privacy.correct_person(tx, edges, request, Profile(name=""), by="host:b")
    privacy.correct_person(tx, edges, request, Profile(name="Ada Lovelace"), by="host:b")
    assert people.profile_of(tx, edges, ada.id).name == "Ada Lovelace"


def test_opting_out_of_a_project_covers_its_accounts(tx: Transaction, edges: Edges) -> None:
    ours: Any = {"by": "t", "record": edges.record, "clock": edges.clock}
    project = projects.create(tx, "demo", **ours)
    assert privacy.may_analyse(tx, ACCOUNT, project.id)
    privacy.opt_out(tx, edges, ready(tx, edges, Wish.OPT_OUT, "demo", kind=Whose.PROJECT), by="host:b")
    assert not privacy.may_analyse(tx, ACCOUNT, project.id)
    assert privacy.may_analyse(tx, ACCOUNT, "pr_other")
    privacy.opt_out(tx, edges, ready(tx, edges, Wish.OPT_OUT), by="host:b")
    assert not privacy.may_analyse(tx, ACCOUNT, "pr_other")


def test_an_erased_person_keeps_no_factor_session_or_role(
    tx: Transaction, edges: Edges, archive: Archive, ledger: Ledger
) -> None:
    ada = person(tx, edges, "ada", "legal")
    key_of(tx, edges, ada)
    proven(tx, edges, ada)
    passwords.set_password(tx, edges, ada.id, "correct horse battery staple", by=ada.id)
    proof = Proof(person=ada.id, way=Way.PASSKEY, at=edges.clock(), verified=True)
    sessions.begin(tx, edges, (proof,), bound_to="tests")
    _, body = privacy.export(tx, edges, archive, ready(tx, edges, Wish.EXPORT, ada.id, kind=Whose.PERSON), by="host:b")
    parts = {line.split(b'"part":"')[1].split(b'"')[0] for line in body.splitlines() if b'"part":"' in line}
    assert parts >= {b"profile", b"role", b"passkey", b"authenticator_app", b"password", b"session"}
    assert b"ada@people.test" in body
    done = privacy.delete_all(tx, edges, archive, ready(tx, edges, Wish.DELETE, ada.id, kind=Whose.PERSON), by="host:b")
    assert (roles.held(tx, ada.id), people.find(tx, ada.id).active) == ((), False)
    assert people.find_by_address(tx, edges, "ada@people.test") is None
    row = tx.exec_driver_sql("SELECT count(*) FROM access_sessions WHERE person = %(p)s", {"p": ada.id}).scalar_one()
    assert row == 0
    assert done.answer is not None
    assert done.answer["removed"]["person"] >= 4


def test_a_profile_on_hold_stays_and_is_said_to(tx: Transaction, edges: Edges, archive: Archive) -> None:
    ada = person(tx, edges, "ada")
    item = tx.exec_driver_sql("SELECT profile FROM access_people WHERE id = %(p)s", {"p": ada.id}).scalar_one()
    edges.vault.hold(tx, ItemId(item), reason="a court asked", by="lea")
    done = privacy.delete_all(tx, edges, archive, ready(tx, edges, Wish.DELETE, ada.id, kind=Whose.PERSON), by="host:b")
    assert people.profile_of(tx, edges, ada.id).name == "ada"
    assert done.answer is not None
    assert {"what": "profile", "count": 1, "why": "kept_by_law", "until": None} in done.answer["kept"]


def test_a_period_that_is_set_changes_what_the_erase_job_erases(
    database: Database, edges: Edges, clock: FrozenClock, ledger: Ledger
) -> None:
    keystore: Keystore = edges.vault.keystore
    with database.begin() as tx:
        before = edges.vault.put(tx, b"as it was promised", owner="x", retention=Retention.EXCHANGE)
    short = Vault(keystore, clock, periods={Retention.EXCHANGE: timedelta(days=7)})
    wired = Edges(record=ledger, vault=short, clock=clock, secret=edges.secret)
    with database.begin() as tx:
        assert put_in_force(tx, wired, Archive(periods=short.periods))
        assert not put_in_force(tx, wired, Archive(periods=short.periods))
        fresh = short.put(tx, b"as it is now", owner="x", retention=Retention.EXCHANGE)
        case = short.put(tx, b"another class", owner="x", retention=Retention.CASE)
    clock.advance(days=8)
    assert sweep(short, database, clock).erased == 2
    with database.begin() as tx:
        assert short.get(tx, case) == b"another class"
        for item in (before, fresh):
            with pytest.raises((NoSuchItem, ItemGone)):
                short.get(tx, item)
    assert [(each.kind, getattr(each, "sooner", None)) for each in ledger][:1] == [("retention.changed", 1)]
    assert {each.name: each.days for each in classes(short.periods)}["exchange"] == 7


def test_a_longer_period_keeps_nothing_longer_that_is_stored_already(
    database: Database, edges: Edges, clock: FrozenClock
) -> None:
    with database.begin() as tx:
        edges.vault.put(tx, b"promised for thirty days", owner="x", retention=Retention.EXCHANGE)
    long = Vault(edges.vault.keystore, clock, periods={Retention.EXCHANGE: timedelta(days=300)})
    wired = Edges(record=edges.record, vault=long, clock=clock, secret=edges.secret)
    with database.begin() as tx:
        put_in_force(tx, wired, Archive(periods=long.periods))
    clock.advance(days=31)
    assert sweep(long, database, clock).erased == 1
