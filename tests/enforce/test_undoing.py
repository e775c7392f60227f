"""A decision that is taken back takes along everything that it caused, on every account, and nothing else."""

import pytest

from seawall.enforce import history, meet, reverse, standing
from seawall.enforce.errors import DecisionAlreadyReversed, NoSuchDecision
from seawall.enforce.identity import whole_key
from seawall.enforce.labels import label, labels
from seawall.enforce.references import refer
from seawall.enforce.rules.listing import of_account
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, DecisionId
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records.enforce import DecisionReversed
from seawall.vocabulary.standing import GOOD, State
from tests.enforce.conftest import KEY, PROJECT, SOMEBODY, Court, violation
from tests.enforce.rules import BURST, Clerk

FRIEND = AccountId("ac_friend")
RULES = """
rules:
  - {name: barred, says: x, when: 'state == "banned"', then: {labels: [{name: barred}]}, mode: MODE}
  - name: sustained
    says: x
    when: key_count("jailbreak", "1d") >= 3
    then: {restrict: {for: 7 days, per_minute: 5}}
    against: key
    mode: MODE
  - {name: again, says: x, when: '"barred" in labels', then: {case: true}, mode: MODE}
  - name: ring
    says: x
    when: linked_states.exists(each, each == "banned")
    then: {restrict: {for: 7 days, media: false}, labels: [{name: ring}]}
    mode: MODE
  - {name: hateful, says: x, when: '"hate" in found', then: {labels: [{name: hateful}]}, mode: MODE}
"""


def banned(tx: Transaction, clerk: Clerk, court: Court) -> DecisionId:
    """Ban somebody by a decision of the policy, with all that follows, and return the decision."""
    clerk.rules(tx, RULES)
    for each in (SOMEBODY, FRIEND):
        meet(tx, each, key=KEY, project=PROJECT, has_end_user=True, clock=clerk.clock)
        refer(tx, each, "payment", b"d" * 32, through="key_1", record=clerk.record, clock=clerk.clock)
    clerk.asks(tx, account=AccountId("ac_first"))
    clerk.clock.advance(minutes=1)
    assert [each.rule for each in clerk.asks(tx, Category.HATE, account=FRIEND)] == ["hateful"]
    clerk.clock.advance(minutes=1)
    clerk.asks(tx, account=AccountId("ac_second"))
    clerk.clock.advance(minutes=1)
    worst = clerk.seen()
    decision = worst.sightings[0].decision
    court.holds(tx, violation(5, measure=Measure.BAN), decision=decision)
    assert {each.rule for each in clerk.about(tx, worst)} == {"barred", "sustained"}
    clerk.clock.advance(minutes=1)
    assert [each.rule for each in clerk.asks(tx, Category.SECRETS)] == ["again"]
    clerk.clock.advance(minutes=1)
    assert [each.rule for each in clerk.asks(tx, Category.SECRETS, account=FRIEND)] == ["ring"]
    return decision


def test_a_reversed_ban_with_five_consequences(tx: Transaction, clerk: Clerk, court: Court) -> None:
    decision, whole = banned(tx, clerk, court), whole_key(KEY)
    now = clerk.clock()
    before = [standing(tx, each, now=now) for each in (SOMEBODY, FRIEND, whole)]
    assert [each.state for each in before] == [State.BANNED, State.RESTRICTED, State.RESTRICTED]
    assert [len(labels(tx, each, now=now)) for each in (SOMEBODY, FRIEND)] == [1, 2]

    clerk.clock.advance(days=1)
    court.records.clear()
    assert court.reverses(tx, decision) == GOOD

    now = clerk.clock()
    assert [standing(tx, each, now=now) for each in (SOMEBODY, FRIEND, whole)] == [GOOD, GOOD, GOOD]
    assert labels(tx, SOMEBODY, now=now) == ()
    # What its friend did alone stays as it was.
    assert [each.name for each in labels(tx, FRIEND, now=now)] == ["hateful"]
    told = [body for body in court.records if isinstance(body, DecisionReversed)]
    assert told[0].decision == decision
    assert told[0].caused_by is None
    assert len(told[0].strikes) == 1
    assert len(told) == 5
    assert all(body.caused_by for body in told[1:])
    undone = {
        each.rule for account in (SOMEBODY, FRIEND, whole) for each in of_account(tx, account) if each.reversed_at
    }
    assert undone == {"barred", "sustained", "again", "ring"}
    with pytest.raises(DecisionAlreadyReversed):
        court.reverses(tx, decision)


def test_what_holds_without_the_decision_too_stays(tx: Transaction, clerk: Clerk, court: Court) -> None:
    clerk.rules(tx, BURST)
    first, second, third, fourth = (clerk.seen() for _ in range(4))
    for each in (first, second, third):
        clerk.about(tx, each)
    clerk.about(tx, fourth)
    assert standing(tx, SOMEBODY, now=clerk.clock()).state is State.RESTRICTED
    # The act came at the third; without the fourth it would have come all the same.
    court.reverses(tx, fourth.sightings[0].decision)
    assert standing(tx, SOMEBODY, now=clerk.clock()).state is State.RESTRICTED
    court.reverses(tx, first.sightings[0].decision)
    assert standing(tx, SOMEBODY, now=clerk.clock()) == GOOD


def test_a_decision_of_a_rule_can_be_taken_back_alone(tx: Transaction, clerk: Clerk, court: Court) -> None:
    clerk.rules(tx, BURST)
    came = [clerk.asks(tx) for _ in range(3)][2][0]
    assert came.decision is not None
    label(tx, SOMEBODY, "known", by="pe_1", reason_code="seen_before", record=clerk.record, clock=clerk.clock)
    assert court.reverses(tx, came.decision) == GOOD
    assert [each.name for each in labels(tx, SOMEBODY, now=clerk.clock())] == ["known"]
    assert [each.reversed_at is not None for each in of_account(tx, SOMEBODY)] == [True]
    # It may act again: what was counted is still there.
    clerk.clock.advance(seconds=1)
    assert len(clerk.asks(tx)) == 1


def test_a_decision_that_only_let_something_count_can_be_taken_back_once(
    tx: Transaction, clerk: Clerk, court: Court
) -> None:
    clerk.rules(tx, BURST)
    seen = clerk.seen()
    clerk.about(tx, seen)
    court.reverses(tx, seen.sightings[0].decision)
    assert [len(clerk.asks(tx)) for _ in range(3)] == [0, 0, 1]
    with pytest.raises(NoSuchDecision):
        court.reverses(tx, seen.sightings[0].decision)


def test_a_rule_that_no_longer_has_an_answer_is_not_undone(tx: Transaction, clerk: Clerk, court: Court) -> None:
    clerk.rules(
        tx,
        """
rules:
  - name: brittle
    says: x
    when: labels[0] == "odd" && count("any", "1h") >= 1
    then: {warn: {}}
    mode: MODE
""",
    )
    meet(tx, SOMEBODY, key=KEY, project=PROJECT, has_end_user=True, clock=clerk.clock)
    court.holds(tx, violation(measure=Measure.WARN), decision="de_other")
    label(tx, SOMEBODY, "odd", by="pe_1", reason_code="odd", record=clerk.record, clock=clerk.clock)
    first, second = clerk.seen(), clerk.seen()
    clerk.about(tx, first)
    assert standing(tx, SOMEBODY, now=clerk.clock()).state is State.WARNED
    assert [each.what for each in history(tx, SOMEBODY)].count("decision") == 2
    clerk.about(tx, second)
    reverse(
        tx,
        second.sightings[0].decision,
        by="pe_1",
        reason_code="mistaken",
        record=clerk.record,
        clock=clerk.clock,
    )
    assert standing(tx, SOMEBODY, now=clerk.clock()).state is State.WARNED
