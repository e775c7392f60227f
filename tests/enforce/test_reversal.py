"""Reversal undoes everything that followed, in any order, down to the good standing of before."""

from datetime import timedelta
from itertools import count

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from seawall.enforce import StandingBook, ban, counting, history, reinstate, reverse, standing, suspend, warn
from seawall.enforce.errors import BadReasonCode, DecisionAlreadyReversed, NoSuchDecision
from seawall.store import Transaction
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.ids import AccountId, DecisionId
from seawall.vocabulary.ladder import Ladder
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import GOOD, State
from tests.conftest import FrozenClock
from tests.enforce.conftest import SOMEBODY, Court, violation

numbers = count(1)
VERDICTS = st.builds(
    lambda measure, weights, days: violation(*weights, measure=measure, days=days),
    st.sampled_from([Measure.WITHHOLD, Measure.WITHHOLD, Measure.RESTRICT, Measure.SUSPEND, Measure.BAN]),
    st.lists(st.sampled_from([0.1, 0.5, 1, 2]), max_size=2),
    st.sampled_from([3, 90]),
)
HISTORIES = st.lists(st.tuples(st.sampled_from([0, 1, 5, 12]), VERDICTS), min_size=1, max_size=5)


def _held(tx: Transaction, court: Court, account: AccountId, acts: list[tuple[int, Verdict]], keep: set[int]) -> None:
    """Hold the chosen ones of these acts against an account, each at its time."""
    for number, (days, verdict) in enumerate(acts):
        court.clock.advance(days=days)
        if number in keep:
            court.holds(tx, verdict, account=account, decision=f"{account}/{number}")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=HISTORIES, has_end_user=st.booleans(), data=st.data())
def test_a_reversal_leaves_what_would_be_had_the_decision_never_been(
    tx: Transaction, court: Court, acts: list[tuple[int, Verdict]], has_end_user: bool, data: st.DataObject
) -> None:
    one, other = (AccountId(f"ac_{next(numbers)}") for _ in range(2))
    everything = set(range(len(acts)))
    undone = data.draw(st.permutations(sorted(data.draw(st.sets(st.sampled_from(sorted(everything)))))))
    start = court.clock.now
    _held(tx, court, one, acts, everything)
    court.clock.now = start
    _held(tx, court, other, acts, everything - set(undone))

    for number in undone:
        court.reverses(tx, f"{one}/{number}")

    book = StandingBook(court.clock)
    book.load(tx)
    for days in (0, 2, 6, 13, 29, 89):
        court.clock.advance(days=days)
        now = court.clock()
        assert book.of(one, now) == book.of(other, now)
        assert _without_weight(tx, one, court) == _without_weight(tx, other, court)


def _without_weight(tx: Transaction, account: AccountId, court: Court) -> object:
    return msgspec.structs.replace(standing(tx, account, now=court.clock()), weight=0.0)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=HISTORIES, data=st.data())
def test_when_everything_is_reversed_the_account_is_good_whatever_the_order(
    tx: Transaction, court: Court, acts: list[tuple[int, Verdict]], data: st.DataObject
) -> None:
    account = AccountId(f"ac_{next(numbers)}")
    _held(tx, court, account, acts, set(range(len(acts))))
    for number in data.draw(st.permutations(range(len(acts)))):
        court.reverses(tx, f"{account}/{number}")

    assert standing(tx, account, now=court.clock()) == GOOD
    left = text("SELECT count(*) FROM enforce_strikes WHERE account = :account AND reversed_at IS NULL")
    assert tx.scalar(left, {"account": account}) == 0
    changes = [e for e in history(tx, account) if e.what == "standing" and e.cause != "reversal"]
    assert all(entry.reversed_at for entry in changes)


def test_a_reversal_undoes_its_strikes_and_the_later_changes_that_stood_on_them(
    tx: Transaction, court: Court, clock: FrozenClock
) -> None:
    court.holds(tx, violation(2))
    clock.advance(days=1)
    court.holds(tx, violation(1))  # suspends, but only together with the first
    clock.advance(hours=1)
    assert standing(tx, SOMEBODY, now=clock()).refused

    found = court.reverses(tx, "de_1")

    assert (found.state, found.weight) == (State.WARNED, 1)
    undone = [(e.from_state, e.to_state) for e in history(tx, SOMEBODY) if e.what == "standing" and e.reversed_at]
    assert undone == [("good", "restricted"), ("restricted", "suspended")]
    [reversal] = [e for e in history(tx, SOMEBODY) if e.what == "reversal"]
    assert (reversal.decision, reversal.by, reversal.reason_code) == ("de_1", "reviewer_1", "appeal_upheld")


def test_strikes_count_until_they_expire_are_taken_back_or_cleared(
    tx: Transaction, court: Court, clock: FrozenClock
) -> None:
    court.holds(tx, violation(0.25, days=400))
    for _ in range(30):
        court.holds(tx, violation(0.01, days=1))
    assert len(counting(tx, SOMEBODY, clock())) == 31
    clock.advance(days=2)
    (left,) = counting(tx, SOMEBODY, clock())
    assert left.decision == "de_1"
    court.holds(tx, violation(1))
    court.reverses(tx, "de_1")
    assert [each.decision for each in counting(tx, SOMEBODY, clock())] == ["de_32"]
    reinstate(tx, SOMEBODY, by="pe_1", reason_code="talked", record=court.record, clock=clock)
    assert counting(tx, SOMEBODY, clock()) == []


def test_a_reversal_is_recorded_with_what_it_undid(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(1, 2))
    court.records.clear()
    court.reverses(tx, "de_1")

    assert court.kinds == ["decision.reversed", "standing.changed"]
    reversed_, changed = (msgspec.structs.asdict(record) for record in court.records)
    entries = history(tx, SOMEBODY)
    assert set(reversed_["strikes"]) == {entry.id for entry in entries if entry.what == "strike"}
    assert reversed_["changes"] == tuple(e.id for e in entries if e.what == "standing" and e.reversed_at)
    assert (reversed_["by"], reversed_["reason_code"]) == ("reviewer_1", "appeal_upheld")
    assert (changed["from_state"], changed["to_state"], changed["cause"]) == ("suspended", "good", "reversal")


def test_a_decision_that_changed_nothing_can_be_reversed_too(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(measure=Measure.WITHHOLD))
    assert court.reverses(tx, "de_1") == GOOD
    assert court.kinds == ["decision.reversed"]


def test_a_reversal_climbs_the_ladder_of_the_time(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(3))
    court.holds(tx, violation(1), ladder=Ladder())  # a policy without steps came in between
    court.holds(tx, violation(measure=Measure.WARN))
    assert court.reverses(tx, "de_3").state is State.SUSPENDED
    found = court.reverses(tx, "de_1")
    assert (found.state, found.weight) == (State.GOOD, 1)


def test_what_a_person_did_outlives_the_reversal_of_a_decision(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(3))
    suspend(tx, SOMEBODY, by="ann", reason_code="court_order", record=court.record, clock=court.clock)
    found = court.reverses(tx, "de_1")
    assert (found.state, found.until) == (State.SUSPENDED, None)
    person = [entry for entry in history(tx, SOMEBODY) if entry.cause == "person"]
    assert [entry.reversed_at for entry in person] == [None]


def test_what_a_person_decided_is_reversed_by_its_decision_alone(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(1))
    court.holds(tx, violation(1))
    ours = {"by": "ann", "reason_code": "repeated", "record": court.record, "clock": court.clock}
    warn(tx, SOMEBODY, decision=DecisionId("de_warned"), **ours)
    ban(tx, SOMEBODY, decision=DecisionId("de_banned"), **ours)
    assert standing(tx, SOMEBODY, now=court.clock()).state is State.BANNED

    assert court.reverses(tx, "de_banned").state is State.RESTRICTED

    undone = [(e.to_state, e.decision) for e in history(tx, SOMEBODY) if e.what == "standing" and e.reversed_at]
    assert undone == [("banned", "de_banned")]
    with pytest.raises(DecisionAlreadyReversed):
        court.reverses(tx, "de_banned")


def test_a_warning_by_a_person_ends_by_itself(tx: Transaction, court: Court, clock: FrozenClock) -> None:
    court.holds(tx, violation(measure=Measure.WARN))
    ours = {"by": "ann", "reason_code": "careless", "record": court.record, "clock": clock}
    assert warn(tx, SOMEBODY, until=clock() + timedelta(days=30), **ours).state is State.WARNED
    clock.advance(days=31)
    assert standing(tx, SOMEBODY, now=clock()) == GOOD


def test_a_reversal_before_a_reinstatement_brings_nothing_back(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(2))
    court.holds(tx, violation(2))
    reinstate(tx, SOMEBODY, by="ann", reason_code="second_chance", record=court.record, clock=court.clock)
    court.holds(tx, violation(1))
    assert court.reverses(tx, "de_1").state is State.WARNED
    assert court.reverses(tx, "de_3") == GOOD


def test_a_second_reversal_is_refused_and_leaves_no_trace(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(3))
    court.reverses(tx, "de_1")
    before, recorded = history(tx, SOMEBODY), list(court.records)

    with pytest.raises(DecisionAlreadyReversed, match="reviewer_1 on 2026-01-01 12:00"):
        court.reverses(tx, "de_1")

    assert history(tx, SOMEBODY) == before
    assert court.records == recorded


def test_a_reversed_decision_is_not_applied_again(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(3), decision="de_same")
    court.reverses(tx, "de_same")
    assert court.holds(tx, violation(3), decision="de_same") == GOOD


def test_a_decision_that_nothing_followed_from_is_named(tx: Transaction, court: Court) -> None:
    with pytest.raises(NoSuchDecision, match="'de_unknown'"):
        court.reverses(tx, "de_unknown")
    assert court.records == []


def test_a_reason_that_is_a_text_is_refused_without_being_repeated(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(3))
    recorded = list(court.records)
    with pytest.raises(BadReasonCode) as caught:
        reverse(tx, DecisionId("de_1"), by="ann", reason_code="She wrote to us", record=court.record, clock=court.clock)
    assert "wrote" not in caught.value.message + caught.value.hint
    assert court.records == recorded
