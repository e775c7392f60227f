"""What the ladder, a rule or staff did to an account is told once, to whoever may know of it."""

from typing import Any

import msgspec
import pytest

from seawall import enforce
from seawall.cases import Origin, State, appeals, claims, deciding
from seawall.cases.book import NoticeBook
from seawall.cases.errors import SameHuman
from seawall.cases.escalations import escalate_for_rule
from seawall.cases.notices import of_account, underway, waiting
from seawall.cases.rows import find
from seawall.enforce.sanctions import IMPOSED
from seawall.store.jobs import queued
from seawall.vocabulary.categories import Category
from seawall.vocabulary.decisions import StrikeDue, Verdict
from seawall.vocabulary.ids import DecisionId, RuleId
from seawall.vocabulary.measures import Measure
from tests.cases.conftest import ACCOUNT, PROJECT, THROUGH, ruling
from tests.cases.sanctions.telling import Told
from tests.conftest import FrozenClock
from tests.enforce.conftest import violation
from tests.enforce.rules import BURST

LOOK = """
rules: [{name: look, says: x, when: 'count("any", "1h") >= 1', then: {case: true, warn: {}}, mode: MODE}]
"""


def test_each_step_of_the_ladder_is_told_once_with_its_end_and_how_to_appeal(told: Told, clock: FrozenClock) -> None:
    for number in range(1, 4):
        told.known(f"ex_{number}", decision=f"de_{number}")
        told.court.holds(told.tx, violation(1), account=ACCOUNT)
        clock.advance(minutes=1)
    told.known("ex_4", decision="de_4")
    told.court.holds(told.tx, violation(2), account=ACCOUNT)
    first, second, third, fourth = told.notices()
    assert [each.what.partition(".")[0] for each in (first, second, third, fourth)] == [
        "The account was warned",
        "The account was restricted",
        "The account was suspended: its requests are refused",
        "The account was closed: its requests are refused",
    ]
    assert second.what.endswith("It may send 3 requests a minute.")
    assert (first.decision, first.exchange, first.rule) == ("de_1", "ex_1", "jailbreak.pattern")
    assert first.category == "Jailbreak"
    assert third.until is not None
    assert third.appeal_until is not None
    assert (third.until - third.at).days == 7
    assert fourth.until is None
    assert (first.decided_automatically, first.detected_automatically) == (True, True)
    assert [each["decision"] for each in told.events()] == ["de_1", "de_2", "de_3", "de_4"]
    book = NoticeBook(told=lambda *_: None)
    book.load(told.tx)
    oldest = waiting(told.tx, told.bench.office, through=THROUGH)[0].id
    assert book.of(ACCOUNT) == oldest
    assert len(of_account(told.tx, told.bench.office, ACCOUNT, through=THROUGH)) == 4
    assert {each.sanction is not None for each in underway(told.tx)} == {True}


def test_a_strike_that_changes_nothing_and_a_service_are_no_sanctions(told: Told) -> None:
    told.court.holds(told.tx, violation(0.5), account=ACCOUNT)
    told.court.holds(told.tx, Verdict(measure=Measure.REWRITE, because=(RuleId("x"),), strikes=()), account=ACCOUNT)
    assert told.notices() == []
    assert [each for each in queued(told.tx) if each.name == IMPOSED] == []


def test_a_rule_is_told_can_be_appealed_and_its_reversal_is_told_by_the_answer_alone(
    told: Told, clock: FrozenClock
) -> None:
    tx, bench = told.tx, told.bench
    told.clerk.rules(tx, BURST)
    for _ in range(3):
        came = told.clerk.asks(tx, account=ACCOUNT)
    (notice,) = told.notices()
    assert notice.rule == "account.jailbreak_burst"
    assert "It may send 2 requests a minute. It may not use tools." in notice.what
    assert notice.exchange is not None
    assert notice.decision == came[0].decision
    # A rule's decision is among those of the exchange that it was asked upon.
    told.known(notice.exchange, decision=notice.decision)
    eve = bench.person(tx, "eve", "senior_reviewer")
    case = appeals.file(tx, bench.office, notice.decision, "Not me.", through=THROUGH, exchange=notice.exchange)
    claims.claim(tx, bench.office, case.id, by=eve.id)
    deciding.decide(tx, bench.office, case.id, ruling("nothing", about_right=False), by=eve.id)
    said = told.notices()
    assert [each.answers_appeal for each in said] == [False, True]
    assert enforce.standing(tx, ACCOUNT, now=clock()).state == "good"


def test_what_staff_did_without_a_case_is_told_and_answered_by_somebody_else(told: Told, clock: FrozenClock) -> None:
    tx, bench = told.tx, told.bench
    ada = bench.person(tx, "ada", "senior_reviewer")
    eve = bench.person(tx, "eve", "senior_reviewer")
    enforce.meet(tx, ACCOUNT, key=THROUGH.key, project=PROJECT, has_end_user=True, clock=clock)
    ours: Any = {"by": ada.id, "reason_code": "known", "record": bench.edges.record, "clock": clock}
    enforce.ban(tx, ACCOUNT, **ours)
    (notice,) = told.notices()
    assert (notice.decided_automatically, notice.appeal_until is not None) == (False, True)
    assert ada.id not in repr(notice)
    case = appeals.file(tx, bench.office, notice.decision, "Why?", through=THROUGH)
    with pytest.raises(SameHuman):
        claims.claim(tx, bench.office, case.id, by=ada.id)
    claims.claim(tx, bench.office, case.id, by=eve.id)
    deciding.decide(tx, bench.office, case.id, ruling("nothing", about_right=False), by=eve.id)
    assert enforce.standing(tx, ACCOUNT, now=clock()).state == "good"
    enforce.warn(tx, ACCOUNT, **ours)
    enforce.reinstate(tx, ACCOUNT, **ours)
    assert told.notices()[-1].what == "Everything that held against the account was lifted."


def test_what_a_case_decided_is_told_by_the_case_alone(told: Told) -> None:
    ada = told.bench.person(told.tx, "ada")
    told.bench.decides(told.tx, told.bench.case(told.tx), ada, "warn")
    assert [each.decided_automatically for each in told.notices()] == [False]


def test_of_child_safety_neither_exchange_nor_rule_is_named(told: Told) -> None:
    sealing = Category.CHILD_SEXUAL_EXPLOITATION
    strike = StrikeDue(rule=RuleId("minors.found"), category=sealing, weight=1, expires_after_s=86_400)
    verdict = Verdict(measure=Measure.WITHHOLD, because=(RuleId("minors.found"),), strikes=(strike,))
    told.court.holds(told.tx, verdict, account=ACCOUNT)
    told.known("ex_1", sealing, decision="de_1")
    (notice,) = told.notices()
    assert (notice.exchange, notice.rule, notice.category) == (None, None, None)
    assert notice.appeal_until is not None
    assert "ex_1" not in str(told.events())


def test_of_an_exchange_without_retention_no_event_leaves_and_the_notice_waits(told: Told) -> None:
    told.court.holds(told.tx, violation(1), account=ACCOUNT)
    told.bench.exchanges["ex_1"] = msgspec.structs.replace(told.known("ex_1", decision="de_1"), zero_retention=True)
    assert len(told.notices()) == 1
    assert told.events() == []


def test_the_case_that_a_rule_opened_is_closed_once_its_decision_is_taken_back(told: Told, clock: FrozenClock) -> None:
    tx, bench = told.tx, told.bench
    told.clerk.rules(tx, LOOK)
    seen = told.clerk.seen(account=ACCOUNT)
    (came,) = told.clerk.about(tx, seen)
    assert came.decision is not None
    told.known(seen.exchange, decision=came.decision)
    asked: Any = (tx, bench.office, seen.exchange, came.decision, RuleId("account.look"))
    case = escalate_for_rule(*asked)
    assert case is not None
    assert case.origin is Origin.FINDING
    enforce.reverse(tx, came.decision, by="host:test", reason_code="wrong", record=bench.edges.record, clock=clock)
    told.work()
    closed = find(tx, case.id)
    assert closed.state is State.DECIDED
    made = next(each for each in bench.ledger if each.kind == "case.decided")
    assert (made.outcome, made.reason_code, made.by) == ("nothing", "reversed", "seawall")  # type: ignore[attr-defined]
    # Taken back before the case was opened: none is.
    later = told.clerk.seen(account=ACCOUNT)
    clock.advance(days=30)
    (again,) = told.clerk.about(tx, later)
    told.known(later.exchange, decision=again.decision or "")
    enforce.reverse(
        tx, DecisionId(again.decision or ""), by="host:test", reason_code="wrong", record=bench.edges.record,
        clock=clock,
    )  # fmt: skip
    assert escalate_for_rule(tx, bench.office, later.exchange, DecisionId(again.decision or ""), RuleId("x")) is None
