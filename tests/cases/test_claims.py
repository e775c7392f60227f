"""A claim is a lock with an end: one reviewer at a time, and none who may not settle the case at that moment."""

import threading
from datetime import timedelta

import msgspec
import pytest

from seawall.access.people import people, roles
from seawall.access.rights.rights import NotPermitted
from seawall.cases import Stage, State, working
from seawall.cases import claims as room
from seawall.cases.errors import (
    CaseClosed,
    CaseNotWaiting,
    CaseTaken,
    CaseWaits,
    NoSuchCase,
    NothingToDo,
    NotYours,
    ReviewersAreHuman,
)
from seawall.cases.rows import find
from seawall.cases.working import change_readers
from seawall.enforce.errors import BadReasonCode
from seawall.store import Database, Transaction
from seawall.vocabulary.categories import Category
from tests.access.conftest import person
from tests.cases.conftest import Bench
from tests.conftest import FrozenClock


def test_who_has_a_case_has_it_for_a_while_and_nobody_else(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    case, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    taken = bench.claims(tx, case, ada)
    assert (taken.claimed_by, taken.claim_until) == (ada.id, clock() + timedelta(minutes=30))
    with pytest.raises(CaseTaken, match=ada.id):
        bench.claims(tx, case, bob)
    clock.advance(minutes=29)
    assert bench.claims(tx, case, ada).claim_until == clock() + timedelta(minutes=30)
    clock.advance(minutes=30)
    assert bench.claims(tx, case, bob).claimed_by == bob.id
    with pytest.raises(NotYours):
        room.claimed(tx, bench.office, case.id, by=ada.id)
    released = [body for body in bench.ledger if body.kind == "case.released"]
    assert [body.reason_code for body in released] == ["timed_out"]  # type: ignore[attr-defined]


def test_of_two_who_claim_at_once_one_has_it(database: Database, bench: Bench) -> None:
    with database.begin() as tx:
        case = bench.case(tx)
        both = [bench.person(tx, name) for name in ("ada", "bob")]
    together, had, refused = threading.Barrier(2), list[str](), list[str]()

    def take(who: str) -> None:
        together.wait()
        try:
            with database.begin() as tx:
                room.claim(tx, bench.office, case.id, by=who)
            had.append(who)
        except CaseTaken:
            refused.append(who)

    threads = [threading.Thread(target=take, args=[each.id]) for each in both]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert (len(had), len(refused)) == (1, 1)
    assert bench.kinds().count("case.claimed") == 1


def test_who_loses_the_right_loses_the_case_at_once(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    case, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    bench.claims(tx, case, ada)
    roles.withdraw(tx, bench.edges, ada.id, "reviewer", by="host:test")
    with pytest.raises(NoSuchCase):
        room.claimed(tx, bench.office, case.id, by=ada.id)
    assert bench.claims(tx, case, bob).claimed_by == bob.id
    assert [body.reason_code for body in bench.ledger if body.kind == "case.released"] == ["right_lost"]  # type: ignore[attr-defined]


def test_a_case_that_names_its_readers_is_theirs_alone(tx: Transaction, bench: Bench) -> None:
    case, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    eve = bench.person(tx, "eve", "senior_reviewer")
    bench.claims(tx, case, ada)
    change_readers(tx, bench.office, case.id, [eve.id, bob.id], by=eve.id)
    with pytest.raises(NoSuchCase):
        room.claimed(tx, bench.office, case.id, by=ada.id)
    assert bench.claims(tx, case, bob).claimed_by == bob.id


def test_whoever_is_deactivated_lets_go_of_everything(tx: Transaction, bench: Bench) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.claims(tx, case, ada)
    edges = msgspec.structs.replace(bench.edges, person_ended=(room.release_theirs,))
    people.deactivate(tx, edges, ada.id, by="host:test")
    assert find(tx, case.id).state is State.OPEN


def test_service_accounts_settle_nothing(tx: Transaction, bench: Bench) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    robot = person(tx, bench.edges, "robot", "reviewer", kind="service", human=ada.id)
    with pytest.raises(ReviewersAreHuman):
        bench.claims(tx, case, robot)


def test_who_may_only_read_does_not_claim_and_who_may_not_read_learns_nothing(tx: Transaction, bench: Bench) -> None:
    open_, sealed = bench.case(tx), bench.case(tx, Category.CHILD_SEXUAL_EXPLOITATION)
    lea, ada = bench.person(tx, "lea", "legal"), bench.person(tx, "ada")
    pam = bench.person(tx, "pam", "child_safety_reviewer")
    nobody = bench.person(tx, "nobody", "publisher")
    with pytest.raises(NotPermitted):
        bench.claims(tx, open_, lea)
    for who, case in ((nobody, open_), (ada, sealed), (lea, sealed)):
        with pytest.raises(NoSuchCase):
            bench.claims(tx, case, who)
    assert bench.claims(tx, sealed, pam).claimed_by == pam.id
    with pytest.raises(NoSuchCase):
        room.claim(tx, bench.office, open_.id, by="pe_unknown")


def test_the_next_case_is_the_most_urgent_that_is_free(tx: Transaction, bench: Bench) -> None:
    late, soon, other = bench.case(tx), bench.case(tx, Category.SELF_HARM), bench.case(tx)
    ada, bob = bench.person(tx, "ada"), bench.person(tx, "bob")
    assert room.take_next(tx, bench.office, by=ada.id).id == soon.id
    assert room.take_next(tx, bench.office, by=bob.id).id == late.id
    assert room.take_next(tx, bench.office, by=ada.id, queue="general").id == other.id
    with pytest.raises(NothingToDo):
        room.take_next(tx, bench.office, by=bob.id)
    with pytest.raises(NothingToDo):
        room.take_next(tx, bench.office, by=bob.id, sealed=True)


def test_a_case_that_waits_has_its_clock_stopped(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.claims(tx, case, ada)
    with pytest.raises(BadReasonCode):
        room.pause(tx, bench.office, case.id, reason_code="We asked her", by=ada.id)
    waits = room.pause(tx, bench.office, case.id, reason_code="asked_the_reporter", by=ada.id)
    clock.advance(days=10)
    assert not waits.overdue(clock())
    with pytest.raises(CaseWaits):
        bench.claims(tx, case, ada)
    again = room.resume(tx, bench.office, case.id, by=ada.id)
    assert (again.state, again.due_at) == (State.OPEN, case.due_at + timedelta(days=10))
    with pytest.raises(CaseNotWaiting):
        room.resume(tx, bench.office, case.id, by=ada.id)


def test_a_clock_that_is_put_back_makes_nothing_due_earlier(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.claims(tx, case, ada)
    room.pause(tx, bench.office, case.id, reason_code="asked", by=ada.id)
    clock.advance(days=-2)
    assert room.resume(tx, bench.office, case.id, by=ada.id).due_at == case.due_at


def test_claims_that_are_over_are_let_go_by_the_worker_once(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.claims(tx, case, ada)
    assert room.time_out(tx, bench.office) == 0
    clock.advance(minutes=30)
    assert [room.time_out(tx, bench.office), room.time_out(tx, bench.office)] == [1, 0]
    assert (find(tx, case.id).state, find(tx, case.id).stage) == (State.OPEN, Stage.FIRST)


def test_a_settled_case_is_not_claimed(tx: Transaction, bench: Bench) -> None:
    case, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    bench.decides(tx, case, ada, "nothing")
    with pytest.raises(CaseClosed, match="decided"):
        bench.claims(tx, case, bob)


def test_whoever_works_on_a_case_has_it_for_longer_and_nobody_elses_look_does_that(
    tx: Transaction, bench: Bench, clock: FrozenClock
) -> None:
    ada, eve = bench.person(tx, "ada"), bench.person(tx, "eve")
    case = bench.claims(tx, bench.case(tx), ada)
    until, version = case.claim_until, case.version
    clock.advance(minutes=29)
    working.look(tx, bench.office, case.id, notes=(), by=eve.id)
    assert find(tx, case.id).claim_until == until
    working.look(tx, bench.office, case.id, notes=(), by=ada.id)
    renewed = find(tx, case.id)
    assert (renewed.claim_until, renewed.version) == (clock() + bench.office.rules.claim_for, version)
    assert bench.ledger.kinds.count("case.claimed") == 1
    clock.advance(minutes=29)
    room.time_out(tx, bench.office)
    working.note(tx, bench.office, case.id, "Words.", by=ada.id)
    clock.advance(minutes=30)
    assert room.time_out(tx, bench.office) == 1
    # What is over is over: a look gives nothing back.
    working.look(tx, bench.office, case.id, notes=(), by=ada.id)
    assert find(tx, case.id).claimed_by is None
