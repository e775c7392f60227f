"""A ruling becomes a decision, an act on the account, and a notice: all of it once, or none of it."""

import threading
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from seawall import enforce
from seawall.access.people import people, roles
from seawall.access.people.model import Profile
from seawall.access.rights.rights import NotPermitted
from seawall.cases import Origin, Outcome, Stage, State, claims, deciding
from seawall.cases.decided import of_case, reversed_by
from seawall.cases.errors import BadRuling, BadWords, CaseClosed, CaseOpen, NotCarriedOut, NotYours, SameHuman
from seawall.cases.escalations import escalate
from seawall.cases.rows import events_of, find
from seawall.enforce.errors import BadReasonCode, NoSuchAccount
from seawall.store import Database, Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import State as Standing
from tests.cases.conftest import ACCOUNT, REASON, Bench, counted, ruling
from tests.conftest import FrozenClock
from tests.enforce.conftest import LADDER, violation

LATER = timedelta(days=7)


def standing(tx: Transaction, bench: Bench) -> Standing:
    return enforce.standing(tx, ACCOUNT, now=bench.clock()).state


@pytest.mark.parametrize(
    ("outcome", "more", "then"),
    [
        ("nothing", {}, Standing.GOOD),
        ("warn", {"days": 30}, Standing.WARNED),
        ("restrict", {"per_minute": 3, "days": 7}, Standing.RESTRICTED),
        ("suspend", {"days": 7}, Standing.SUSPENDED),
    ],
)
def test_each_outcome_is_done_to_an_account_that_nothing_was_held_against(
    tx: Transaction, bench: Bench, clock: FrozenClock, outcome: str, more: dict[str, Any], then: Standing
) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    until = clock() + timedelta(days=more.pop("days")) if "days" in more else None
    settled = bench.decides(tx, case, ada, outcome, until=until, **more)
    assert (settled.state, standing(tx, bench)) == (State.DECIDED, then)
    (decided,) = of_case(tx, case.id)
    assert (decided.outcome, decided.until, decided.by, decided.id) == (outcome, until, ada.id, settled.decision)
    assert counted(tx, "cases_notices") == (outcome != "nothing")
    clock.advance(days=31)
    assert standing(tx, bench) == Standing.GOOD


def test_a_decision_gives_its_reason_and_it_lies_in_the_vault(tx: Transaction, bench: Bench) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.claims(tx, case, ada)
    for wrong in ({"reason": "  "}, {"reason": "x" * 4001}, {"reason": "a\x00b"}):
        with pytest.raises(BadWords):
            deciding.decide(tx, bench.office, case.id, ruling("nothing", **wrong), by=ada.id)
    with pytest.raises(BadReasonCode):
        deciding.decide(tx, bench.office, case.id, ruling("nothing", reason_code="He said so"), by=ada.id)
    deciding.decide(tx, bench.office, case.id, ruling("nothing"), by=ada.id)
    (decided,) = of_case(tx, case.id)
    assert bench.edges.vault.get(tx, decided.reason).decode() == REASON
    assert REASON not in repr(bench.ledger) + repr(events_of(tx, case.id)) + repr(decided)


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("suspend", {}),
        ("suspend", {"days": -1}),
        ("ban", {"days": 1}),
        ("nothing", {"days": 1}),
        ("restrict", {}),
        ("restrict", {"per_minute": 0}),
        ("warn", {"per_minute": 3}),
        ("nothing", {"about_right": True}),
    ],
)
def test_a_ruling_that_makes_no_sense_changes_nothing(
    tx: Transaction, bench: Bench, clock: FrozenClock, outcome: str, more: dict[str, Any]
) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.claims(tx, case, ada)
    before = len(bench.ledger)
    until = clock() + timedelta(days=more.pop("days")) if "days" in more else None
    with pytest.raises(BadRuling):
        deciding.decide(tx, bench.office, case.id, ruling(outcome, until=until, **more), by=ada.id)
    assert (len(bench.ledger), counted(tx, "cases_proposals"), find(tx, case.id).state) == (before, 0, State.CLAIMED)


def test_whoever_does_not_hold_the_case_does_not_settle_it(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    case, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    for who in (ada, bob):
        with pytest.raises(NotYours):
            deciding.decide(tx, bench.office, case.id, ruling("nothing"), by=who.id)
    bench.claims(tx, case, ada)
    with pytest.raises(NotYours):
        deciding.decide(tx, bench.office, case.id, ruling("nothing"), by=bob.id)
    clock.advance(minutes=30)
    with pytest.raises(NotYours):
        deciding.decide(tx, bench.office, case.id, ruling("nothing"), by=ada.id)


def test_a_case_is_settled_once(tx: Transaction, bench: Bench) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.decides(tx, case, ada, "warn")
    with pytest.raises(CaseClosed):
        deciding.decide(tx, bench.office, case.id, ruling("warn"), by=ada.id)
    assert [counted(tx, each) for each in ("cases_decisions", "cases_notices", "enforce_acts")] == [1, 1, 1]


def test_a_ruling_that_is_sent_twice_at_once_is_one_decision(database: Database, bench: Bench) -> None:
    with database.begin() as tx:
        case, ada = bench.case(tx), bench.person(tx, "ada")
        bench.claims(tx, case, ada)
    together, ends = threading.Barrier(2), list[str]()

    def send() -> None:
        together.wait()
        try:
            deciding.decide_or_stay_open(database, bench.office, case.id, ruling("warn"), by=ada.id)
            ends.append("decided")
        except CaseClosed:
            ends.append("closed")

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(ends) == ["closed", "decided"]
    with database.begin() as tx:
        counts = [counted(tx, each) for each in ("cases_decisions", "cases_notices", "enforce_acts")]
    assert counts == [1, 1, 1]


def test_a_ban_takes_two_humans_who_agree(tx: Transaction, bench: Bench) -> None:
    case, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    waits = bench.decides(tx, case, ada, "ban")
    assert (waits.state, waits.stage, standing(tx, bench)) == (State.OPEN, Stage.SECOND, Standing.GOOD)
    assert "ban" not in repr([each.told for each in events_of(tx, case.id)])
    also_ada = people.add(tx, bench.edges, Profile(name="Ada again"), by="host:test", human=ada.human)
    roles.grant(tx, bench.edges, also_ada.id, "reviewer", by="host:test")
    for same in (ada, also_ada):
        with pytest.raises(SameHuman):
            bench.claims(tx, case, same)
    settled = bench.decides(tx, case, bob, "ban", reason="I agree.")
    (decided,) = of_case(tx, case.id)
    assert (settled.state, standing(tx, bench)) == (State.DECIDED, Standing.BANNED)
    assert (decided.by, decided.agreed_by, set(decided.humans)) == (ada.id, (bob.id,), {ada.id, bob.id})
    assert bench.edges.vault.get(tx, decided.reason).decode() == REASON


def test_what_two_disagree_on_a_third_settles(tx: Transaction, bench: Bench) -> None:
    case, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    eve, cid = bench.person(tx, "eve", "senior_reviewer"), bench.person(tx, "cid")
    bench.decides(tx, case, ada, "ban")
    disagrees = bench.decides(tx, case, bob, "warn")
    assert (disagrees.stage, standing(tx, bench)) == (Stage.SETTLE, Standing.GOOD)
    with pytest.raises(NotPermitted):
        bench.claims(tx, case, cid)
    bench.decides(tx, case, eve, "warn")
    (decided,) = of_case(tx, case.id)
    assert (decided.by, decided.agreed_by, standing(tx, bench)) == (eve.id, (bob.id,), Standing.WARNED)
    assert "case.disagreed" in bench.kinds()


def test_a_machine_that_was_wrong_is_told_and_what_followed_is_taken_back(tx: Transaction, bench: Bench) -> None:
    found = bench.exchange()
    machine = found.decisions[0]
    enforce.apply(
        tx, decision=machine, exchange=found.exchange, account=ACCOUNT, key=found.key, project=found.project,
        has_end_user=True, verdict=violation(3, measure=Measure.HOLD), ladder=LADDER, record=bench.ledger,
        clock=bench.clock,
    )  # fmt: skip
    assert standing(tx, bench) == Standing.SUSPENDED
    case, ada = escalate(tx, bench.office, found.exchange, machine), bench.person(tx, "ada")
    bench.decides(tx, case, ada, "nothing", about_right=False, reason_code="harmless")
    assert standing(tx, bench) == Standing.GOOD
    (decided,) = of_case(tx, case.id)
    assert (decided.reverses, bench.told) == ((machine,), [(machine, found.exchange, False, ada.id)])
    assert counted(tx, "cases_notices") == 1


def test_a_case_that_is_reopened_takes_its_first_decision_back_when_it_is_settled_anew(
    tx: Transaction, bench: Bench, clock: FrozenClock
) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    eve = bench.person(tx, "eve", "senior_reviewer")
    with pytest.raises(CaseOpen):
        deciding.reopen(tx, bench.office, case.id, reason_code="new_facts", by=eve.id)
    first = bench.decides(tx, case, ada, "suspend", until=clock() + LATER)
    again = deciding.reopen(tx, bench.office, case.id, reason_code="new_facts", by=eve.id)
    assert (again.state, again.round, standing(tx, bench)) == (State.OPEN, 2, Standing.SUSPENDED)
    second = bench.decides(tx, case, ada, "warn")
    assert standing(tx, bench) == Standing.WARNED
    assert reversed_by(tx, first.decision or "") == second.decision
    assert [each.outcome for each in of_case(tx, case.id)] == [Outcome.SUSPEND, Outcome.WARN]


def test_what_cannot_be_carried_out_leaves_an_open_case_that_says_so(database: Database, bench: Bench) -> None:
    with database.begin() as tx:
        case, ada = bench.case(tx, about="de_machine9", origin=Origin.ESCALATION), bench.person(tx, "ada")
        bench.claims(tx, case, ada)

    def broken(*_: object) -> None:
        raise NoSuchAccount(ACCOUNT)

    office = msgspec.structs.replace(bench.office, reviewed=broken)
    given = ruling("warn", about_right=True)
    with pytest.raises(NotCarriedOut, match=r"account\.unknown"):
        deciding.decide_or_stay_open(database, office, case.id, given, by=ada.id)
    with database.begin() as tx:
        after = find(tx, case.id)
        assert (after.state, after.claimed_by, standing(tx, bench)) == (State.CLAIMED, ada.id, Standing.GOOD)
        assert [counted(tx, each) for each in ("cases_decisions", "cases_notices", "cases_proposals")] == [0, 0, 0]
        assert events_of(tx, case.id)[-1].told == {"code": "account.unknown"}
    assert bench.kinds()[-1] == "case.failed"
    done = deciding.decide_or_stay_open(database, bench.office, case.id, given, by=ada.id)
    assert done.state is State.DECIDED


def test_a_clock_that_jumps_does_nothing_twice(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    case, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    bench.claims(tx, case, ada)
    clock.advance(days=1)
    bench.claims(tx, case, bob)
    clock.advance(days=-1)
    with pytest.raises(NotYours):
        deciding.decide(tx, bench.office, case.id, ruling("suspend", until=clock() + LATER), by=ada.id)
    deciding.decide(tx, bench.office, case.id, ruling("suspend", until=clock() + LATER), by=bob.id)
    clock.advance(days=-30)
    with pytest.raises(CaseClosed):
        claims.claim(tx, bench.office, case.id, by=ada.id)
    assert [counted(tx, each) for each in ("cases_decisions", "cases_notices", "enforce_acts")] == [1, 1, 1]
    (decided,) = of_case(tx, case.id)
    assert decided.until == clock() + timedelta(days=30) + LATER


def test_of_a_sealed_case_no_record_that_auditors_read_tells_a_reason(tx: Transaction, bench: Bench) -> None:
    case = bench.case(tx, Category.CHILD_SEXUAL_EXPLOITATION)
    pam, pia = (bench.person(tx, name, "child_safety_reviewer") for name in ("pam", "pia"))
    bench.decides(tx, case, pam, "ban")
    bench.decides(tx, case, pia, "ban")
    assert standing(tx, bench) == Standing.BANNED
    (changed,) = [body for body in bench.ledger if body.kind == "standing.changed"]
    assert changed.reason_code == "case_decided"  # type: ignore[attr-defined]
    assert not [kind for kind in bench.kinds() if kind.startswith("case.")]
