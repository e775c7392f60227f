"""Appeals: to the second, once, by somebody else, and what is taken back is taken back with everything."""

import threading
from datetime import UTC, datetime, timedelta

import pytest

from seawall import enforce
from seawall.access.people import people, roles
from seawall.access.people.model import Profile
from seawall.access.rights.rights import NotPermitted
from seawall.cases import Origin, State, claims, deciding, open_case
from seawall.cases.appeals import file, status
from seawall.cases.decided import find as find_decision
from seawall.cases.decided import of_case, reversed_by
from seawall.cases.errors import (
    AppealedAlready,
    AppealTooLate,
    BadRuling,
    NoSuchCase,
    NotAppealable,
    NothingToAppeal,
    SameHuman,
)
from seawall.cases.flags import From
from seawall.cases.model import Case
from seawall.cases.opening import of_exchange
from seawall.cases.rows import find
from seawall.enforce import history
from seawall.store import Database, Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import DecisionId, ProjectId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import State as Standing
from tests.access.conftest import person
from tests.cases.conftest import ACCOUNT, KEY, THROUGH, Bench, counted, ruling
from tests.conftest import FrozenClock
from tests.enforce.conftest import LADDER, violation

SAID = "That was my brother, not me."
ELSEWHERE = From(project=ProjectId("pr_2"), key=KEY)


def suspended(tx: Transaction, bench: Bench, **more: object) -> Case:
    """Settle a case by a suspension, as ada."""
    case, ada = bench.case(tx), bench.person(tx, "ada")
    return bench.decides(tx, case, ada, "suspend", until=bench.clock() + timedelta(days=400), **more)


def appealed(tx: Transaction, bench: Bench, decision: str | None, **more: object) -> Case:
    return file(tx, bench.office, str(decision), SAID, through=THROUGH, **more)  # type: ignore[arg-type]


def standing(tx: Transaction, bench: Bench) -> Standing:
    return enforce.standing(tx, ACCOUNT, now=bench.clock()).state


@pytest.mark.parametrize(("after", "late"), [(0.0, False), (0.999999, False), (1.0, True)])
def test_an_appeal_is_in_time_until_its_last_second_has_passed(
    tx: Transaction, bench: Bench, clock: FrozenClock, after: float, late: bool
) -> None:
    clock.now = datetime(2026, 1, 1, 12, 0, 0, 250_000, tzinfo=UTC)
    settled = suspended(tx, bench)
    (decided,) = of_case(tx, settled.id)
    assert decided.appeal_until == datetime(2026, 7, 3, 12, 0, 1, tzinfo=UTC)
    clock.now = decided.appeal_until + timedelta(seconds=after)
    before = len(bench.ledger)
    if late:
        with pytest.raises(AppealTooLate, match="03 July 2026, 12:00:01 UTC"):
            appealed(tx, bench, settled.decision)
        assert (len(bench.ledger), counted(tx, "cases_cases")) == (before, 1)
    else:
        assert appealed(tx, bench, settled.decision).origin is Origin.APPEAL


def test_a_decision_is_appealed_once_and_through_its_own_project(tx: Transaction, bench: Bench) -> None:
    settled = suspended(tx, bench)
    case = appealed(tx, bench, settled.decision)
    with pytest.raises(AppealedAlready, match=case.id):
        appealed(tx, bench, settled.decision)
    with pytest.raises(NothingToAppeal):
        file(tx, bench.office, settled.decision or "", SAID, through=ELSEWHERE)
    with pytest.raises(NothingToAppeal):
        appealed(tx, bench, "de_unknown")
    with pytest.raises(NoSuchCase):
        status(tx, bench.office, case.id, through=ELSEWHERE)
    assert counted(tx, "cases_appeals") == 1
    assert SAID not in repr(bench.ledger)


def test_of_two_appeals_that_come_at_once_one_is_filed(database: Database, bench: Bench) -> None:
    with database.begin() as tx:
        settled = suspended(tx, bench)
    together, ends = threading.Barrier(2), list[str]()

    def send() -> None:
        together.wait()
        try:
            with database.begin() as tx:
                appealed(tx, bench, settled.decision)
            ends.append("filed")
        except AppealedAlready:
            ends.append("refused")

    threads = [threading.Thread(target=send) for _ in range(2)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(30)
    assert sorted(ends) == ["filed", "refused"]
    with database.begin() as tx:
        assert [counted(tx, "cases_appeals"), counted(tx, "vault_items WHERE owner = 'ac_somebody'")] == [1, 1]


def test_nobody_answers_an_appeal_against_what_they_decided_by_whichever_account(tx: Transaction, bench: Bench) -> None:
    first = bench.person(tx, "ada", "senior_reviewer")
    second = people.add(tx, bench.edges, Profile(name="Ada at home"), by="host:test", human=first.human)
    roles.grant(tx, bench.edges, second.id, "senior_reviewer", by="host:test")
    bob, eve = bench.person(tx, "bob"), bench.person(tx, "eve", "senior_reviewer")
    case = bench.decides(tx, bench.case(tx), first, "warn")
    appeal = appealed(tx, bench, case.decision)
    for same in (first, second):
        with pytest.raises(SameHuman):
            bench.claims(tx, appeal, same)
    with pytest.raises(NotPermitted):
        bench.claims(tx, appeal, bob)
    assert bench.decides(tx, appeal, eve, "nothing", about_right=True).state is State.DECIDED


def test_who_agreed_to_a_ban_does_not_answer_its_appeal_either(tx: Transaction, bench: Bench) -> None:
    ada, bob = (bench.person(tx, name, "senior_reviewer") for name in ("ada", "bob"))
    eve, case = bench.person(tx, "eve", "senior_reviewer"), bench.case(tx)
    bench.decides(tx, case, ada, "ban")
    banned = bench.decides(tx, case, bob, "ban")
    appeal = appealed(tx, bench, banned.decision)
    for part in (ada, bob):
        with pytest.raises(SameHuman):
            bench.claims(tx, appeal, part)
    assert bench.claims(tx, appeal, eve).claimed_by == eve.id


def test_an_appeal_is_refused_and_the_person_is_told_why(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    settled, eve = suspended(tx, bench), bench.person(tx, "eve", "senior_reviewer")
    appeal = appealed(tx, bench, settled.decision)
    assert status(tx, bench.office, appeal.id, through=THROUGH).stands is None
    bench.decides(tx, appeal, eve, "nothing", about_right=True, reason="The address was yours.")
    told = status(tx, bench.office, appeal.id, through=THROUGH)
    assert (told.stands, told.answered_at, standing(tx, bench)) == (True, clock(), Standing.SUSPENDED)
    assert told.answer is not None
    assert (told.answer.why, told.answer.what) == (
        "The address was yours.",
        "We looked at it again. The decision stands.",
    )
    assert reversed_by(tx, settled.decision or "") is None
    with pytest.raises(NotAppealable):
        appealed(tx, bench, find(tx, appeal.id).decision)


def test_a_reversal_comes_with_the_answer_and_nothing_is_left(tx: Transaction, bench: Bench) -> None:
    settled, eve = suspended(tx, bench), bench.person(tx, "eve", "senior_reviewer")
    appeal = appealed(tx, bench, settled.decision)
    answered = bench.decides(tx, appeal, eve, "nothing", about_right=False, reason_code="appeal_upheld")
    assert standing(tx, bench) == Standing.GOOD
    assert reversed_by(tx, settled.decision or "") == answered.decision
    assert find_decision(tx, answered.decision or "").reverses == (settled.decision,)
    assert counted(tx, "cases_notices") == 2
    told = status(tx, bench.office, appeal.id, through=THROUGH)
    assert (told.stands, told.answer and told.answer.reverses) == (False, (settled.decision,))


def test_an_appeal_makes_things_milder_and_never_worse(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    settled, eve = suspended(tx, bench), bench.person(tx, "eve", "senior_reviewer")
    appeal = appealed(tx, bench, settled.decision)
    bench.claims(tx, appeal, eve)
    later = clock() + timedelta(days=9)
    for outcome, more in (
        ("suspend", {"until": later, "about_right": False}),
        ("ban", {"about_right": False}),
        ("warn", {"about_right": True}),
        ("nothing", {}),
    ):
        with pytest.raises(BadRuling):
            deciding.decide(tx, bench.office, appeal.id, ruling(outcome, **more), by=eve.id)  # type: ignore[arg-type]
    deciding.decide(tx, bench.office, appeal.id, ruling("warn", until=later, about_right=False), by=eve.id)
    assert standing(tx, bench) == Standing.WARNED


def test_what_a_machine_decided_is_appealed_by_its_exchange(tx: Transaction, bench: Bench) -> None:
    found = bench.exchange()
    machine = found.decisions[0]
    for wrong in (None, "ex_other"):
        with pytest.raises(NothingToAppeal):
            appealed(tx, bench, machine, exchange=wrong)
    with pytest.raises(NothingToAppeal):
        appealed(tx, bench, "de_elsewhere", exchange=found.exchange)
    appeal = appealed(tx, bench, machine, exchange=found.exchange)
    assert (appeal.about, appeal.detected_automatically) == (machine, True)
    bench.clock.advance(days=184)
    other = bench.exchange()
    bench.clock.advance(days=184)
    with pytest.raises(AppealTooLate):
        appealed(tx, bench, other.decisions[0], exchange=other.exchange)


def test_who_held_a_machine_right_does_not_answer_the_appeal_against_it(tx: Transaction, bench: Bench) -> None:
    found = bench.exchange()
    machine = found.decisions[0]
    ada, eve = (bench.person(tx, name, "senior_reviewer") for name in ("ada", "eve"))
    opening = of_exchange(found, Origin.ESCALATION, f"held:{machine}", about=machine, detected_automatically=True)
    held, _ = open_case(tx, bench.office, opening, by="seawall")
    bench.decides(tx, held, ada, "nothing", about_right=True)
    appeal = appealed(tx, bench, machine, exchange=found.exchange)
    with pytest.raises(SameHuman):
        bench.claims(tx, appeal, ada)
    assert bench.decides(tx, appeal, eve, "nothing", about_right=False).state is State.DECIDED


def test_what_took_nothing_from_anybody_is_not_appealed(tx: Transaction, bench: Bench) -> None:
    settled = bench.decides(tx, bench.case(tx), bench.person(tx, "ada"), "nothing")
    with pytest.raises(NotAppealable):
        appealed(tx, bench, settled.decision)


def test_an_appeal_about_child_safety_is_sealed_like_its_case(tx: Transaction, bench: Bench) -> None:
    case = bench.case(tx, Category.CHILD_SEXUAL_EXPLOITATION)
    pam, pia = (bench.person(tx, name, "child_safety_reviewer") for name in ("pam", "pia"))
    eve = bench.person(tx, "eve", "senior_reviewer")
    appeal = appealed(tx, bench, bench.decides(tx, case, pam, "warn").decision)
    assert (appeal.sealed, appeal.queue) == (True, "child_safety")
    with pytest.raises(NoSuchCase):
        bench.claims(tx, appeal, eve)
    assert bench.decides(tx, appeal, pia, "nothing", about_right=False).state is State.DECIDED


def test_a_reversed_ban_takes_its_five_consequences_with_it(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    """A machine's ban with two strikes; a later violation that climbed on them; a notice; the appeal undoes it all."""
    found = bench.exchange()
    machine = found.decisions[0]

    def held(decision: DecisionId, *weights: float, measure: Measure) -> None:
        enforce.apply(
            tx, decision=decision, exchange=found.exchange, account=ACCOUNT, key=KEY, project=found.project,
            has_end_user=True, verdict=violation(*weights, measure=measure), ladder=LADDER, record=bench.ledger,
            clock=clock,
        )  # fmt: skip

    held(DecisionId("de_before"), 1, measure=Measure.WITHHOLD)
    assert standing(tx, bench) == Standing.WARNED
    held(machine, 1, 1.5, measure=Measure.BAN)
    clock.advance(days=1)
    assert standing(tx, bench) == Standing.BANNED
    appeal, eve = appealed(tx, bench, machine, exchange=found.exchange), bench.person(tx, "eve", "senior_reviewer")
    answered = bench.decides(tx, appeal, eve, "nothing", about_right=False, reason_code="appeal_upheld")

    # What was before the ban is as it was: one strike, and the warning that it brought.
    after = enforce.standing(tx, ACCOUNT, now=clock())
    assert (after.state, after.weight) == (Standing.WARNED, 1.0)
    undone = [entry for entry in history(tx, ACCOUNT) if entry.reversed_at and entry.what != "reversal"]
    consequences = {
        "the decision": [each.id for each in undone if each.what == "decision"] == [machine],
        "both strikes": sum(each.what == "strike" for each in undone) == 2,
        "the ban": [(each.from_state, each.to_state) for each in undone if each.what == "standing"]
        == [("warned", "banned")],
        "the word about the machine": bench.told == [(machine, found.exchange, False, eve.id)],
        "a notice that says so": find_decision(tx, answered.decision or "").reverses == (machine,),
    }
    assert consequences == dict.fromkeys(consequences, True)
    (body,) = [each for each in bench.ledger if each.kind == "decision.reversed"]
    assert (len(body.strikes), len(body.changes)) == (2, 1)  # type: ignore[attr-defined]
    assert counted(tx, "cases_notices") == 1


def test_a_ban_by_people_on_which_later_decisions_climbed_goes_without_them(
    tx: Transaction, bench: Bench, clock: FrozenClock
) -> None:
    ada, bob = bench.person(tx, "ada"), bench.person(tx, "bob")
    case = bench.case(tx)
    bench.decides(tx, case, ada, "ban")
    banned = bench.decides(tx, case, bob, "ban")
    clock.advance(hours=1)
    bench.decides(tx, bench.case(tx), ada, "warn", until=clock() + timedelta(days=30))
    assert standing(tx, bench) == Standing.BANNED
    eve = bench.person(tx, "eve", "senior_reviewer")
    appeal = appealed(tx, bench, banned.decision)
    bench.decides(tx, appeal, eve, "nothing", about_right=False)
    assert standing(tx, bench) == Standing.WARNED


def test_a_clock_that_is_put_back_lets_nobody_appeal_twice(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    settled, eve = suspended(tx, bench), bench.person(tx, "eve", "senior_reviewer")
    appeal = appealed(tx, bench, settled.decision)
    clock.advance(days=-3)
    bench.decides(tx, appeal, eve, "nothing", about_right=False)
    with pytest.raises(NotAppealable):
        appealed(tx, bench, settled.decision)
    assert [counted(tx, each) for each in ("cases_appeals", "cases_decisions", "cases_notices")] == [1, 2, 2]


def test_a_reviewer_who_loses_the_right_in_mid_appeal_answers_nothing(tx: Transaction, bench: Bench) -> None:
    settled, eve = suspended(tx, bench), bench.person(tx, "eve", "senior_reviewer")
    appeal = appealed(tx, bench, settled.decision)
    claims.claim(tx, bench.office, appeal.id, by=eve.id)
    roles.withdraw(tx, bench.edges, eve.id, "senior_reviewer", by="host:test")
    with pytest.raises(NoSuchCase):
        deciding.decide(tx, bench.office, appeal.id, ruling("nothing", about_right=False), by=eve.id)
    assert (standing(tx, bench), find(tx, appeal.id).state) == (Standing.SUSPENDED, State.CLAIMED)
    pat = person(tx, bench.edges, "pat", "senior_reviewer")
    assert bench.decides(tx, appeal, pat, "nothing", about_right=False).state is State.DECIDED
