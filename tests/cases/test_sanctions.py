"""What the ladder, a rule or staff did to an account is told once, and so is its being taken back; nothing is lost."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, text

from seawall import enforce
from seawall.cases import Origin, State, appeals, claims, deciding
from seawall.cases.book import NoticeBook
from seawall.cases.errors import SameHuman
from seawall.cases.escalations import escalate_for_rule
from seawall.cases.notices import Waiting, given, of_account, underway, waiting
from seawall.cases.render import Notice
from seawall.cases.rows import find
from seawall.cases.sanctions import sanction_jobs, tell, tell_back
from seawall.enforce.sanctions import IMPOSED, TAKEN_BACK
from seawall.outbox import endpoints
from seawall.outbox.tables import events
from seawall.store import Database, Transaction
from seawall.store.jobs import queued
from seawall.vocabulary.categories import Category
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.decisions import StrikeDue, Verdict
from seawall.vocabulary.ids import DecisionId, ExchangeId, RuleId
from seawall.vocabulary.measures import Measure
from tests.cases.conftest import ACCOUNT, PROJECT, THROUGH, Bench, counted, ruling
from tests.conftest import FrozenClock
from tests.enforce.conftest import Court, violation
from tests.enforce.rules import BURST, Clerk

LOOK = """
rules: [{name: look, says: x, when: 'count("any", "1h") >= 1', then: {case: true, warn: {}}, mode: MODE}]
"""


class Told:
    """An office whose jobs about sanctions are run, each twice, as a worker that died would have them run."""

    def __init__(self, tx: Transaction, bench: Bench) -> None:
        self.tx, self.bench, self.done = tx, bench, set[int]()
        self.court = Court(bench.clock)
        self.clerk = Clerk(bench.clock, bench.edges.record)
        self.heard()

    def heard(self) -> None:
        edges = self.bench.edges
        endpoints.add(
            self.tx, project=PROJECT, url="https://product.example/hook", kinds=("notice.laid", "notice.given"),
            private=False, by="t", vault=edges.vault, record=edges.record, clock=edges.clock,
        )  # fmt: skip

    def work(self) -> None:
        for each in queued(self.tx, 500):
            if each.name in (IMPOSED, TAKEN_BACK) and each.id not in self.done:
                self.done.add(each.id)
                for _ in range(2):
                    self.run(each.name, **each.arguments)

    def run(self, name: str, *, act: int) -> None:
        if name == IMPOSED:
            tell(self.tx, self.bench.office, act)
        else:
            tell_back(self.tx, self.bench.office, act)

    def notices(self) -> list[Notice]:
        self.work()
        found = waiting(self.tx, self.bench.office, through=THROUGH)
        return [notice_of(each) for each in found]

    def events(self) -> list[dict[str, Any]]:
        return list(self.tx.scalars(select(events.c.body).where(events.c.kind == "notice.laid").order_by(events.c.id)))

    def known(self, exchange: str, *categories: Category, decision: str = "") -> Concerned:
        """Let the office find an exchange that a verdict was on."""
        made = msgspec.structs.replace(
            self.bench.exchange(*categories), exchange=ExchangeId(exchange), decisions=(DecisionId(decision),)
        )
        self.bench.exchanges[exchange] = made
        return made


def notice_of(found: Waiting) -> Notice:
    assert isinstance(found.notice, Notice)
    return found.notice


@pytest.fixture
def told(tx: Transaction, bench: Bench) -> Told:
    return Told(tx, bench)


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


LATER = "Something graver or longer holds at the moment, so this changes nothing for now."


def _staff(told: Told, name: str) -> dict[str, Any]:
    who = told.bench.person(told.tx, name, "senior_reviewer")
    enforce.meet(
        told.tx, ACCOUNT, key=THROUGH.key, project=PROJECT, has_end_user=True, clock=told.bench.clock
    )  # fmt: skip
    return {"by": who.id, "reason_code": "known", "record": told.bench.edges.record, "clock": told.bench.clock}


def test_a_step_behind_something_graver_is_told_at_once_and_not_again_when_it_bites(
    told: Told, clock: FrozenClock
) -> None:
    enforce.suspend(told.tx, ACCOUNT, until=clock() + timedelta(days=3), **_staff(told, "ada"))
    assert told.court.holds(told.tx, violation(2), account=ACCOUNT).state == "suspended"
    told.known("ex_1", decision="de_1")
    first, second = told.notices()
    assert first.what == "The account was suspended: its requests are refused."
    assert second.what.startswith("The account was restricted. It may send 3 requests a minute. " + LATER)
    assert (second.decision, second.rule, second.until) == ("de_1", "jailbreak.pattern", clock() + timedelta(days=14))
    assert second.why.startswith("Breaches of the usage policy are counted.")
    assert second.appeal_until is not None
    clock.advance(days=4)
    now = enforce.standing(told.tx, ACCOUNT, now=clock())
    assert (now.state, now.until) == ("restricted", second.until)
    assert len(told.notices()) == 2
    (line,) = [each for each in enforce.history(told.tx, ACCOUNT) if each.what == "waits"]
    assert (line.to_state, line.per_minute, line.cause, line.decision) == ("restricted", 3, "strikes", "de_1")


def test_what_outlasts_a_suspension_of_the_same_breach_is_told_with_it(told: Told, clock: FrozenClock) -> None:
    told.court.holds(told.tx, violation(3), account=ACCOUNT)
    (notice,) = told.notices()
    ends = clock() + timedelta(days=14)
    assert notice.what == (
        "The account was suspended: its requests are refused. "
        f"After that it stays restricted until {ends:%Y-%m-%d %H:%M} UTC. It may send 3 requests a minute."
    )
    assert notice.until == clock() + timedelta(days=7)


def test_a_step_that_a_ban_outlasts_is_told_once_and_holds_when_the_ban_is_taken_back(
    told: Told, clock: FrozenClock
) -> None:
    enforce.ban(told.tx, ACCOUNT, **_staff(told, "ada"))
    told.court.holds(told.tx, violation(2), account=ACCOUNT)
    banned, behind = told.notices()
    assert behind.what.startswith("The account was restricted.")
    assert LATER in behind.what
    told.court.reverses(told.tx, banned.decision)
    assert [each.reverses for each in told.notices()] == [(), (), (banned.decision,)]
    assert enforce.standing(told.tx, ACCOUNT, now=clock()).state == "restricted"


def test_what_waited_and_does_not_come_about_is_told_as_taken_back_once(told: Told) -> None:
    enforce.ban(told.tx, ACCOUNT, **_staff(told, "ada"))
    for _ in range(2):
        told.court.holds(told.tx, violation(1), account=ACCOUNT)
    # The first came to a warning alone, which is none behind a ban; the second to what rests on both.
    assert [each.decision for each in told.notices()[1:]] == ["de_2"]
    told.court.reverses(told.tx, "de_1")
    said = told.notices()[2:]
    assert [each.reverses for each in said] == [("de_2",), ("de_1",)][: len(said)]
    assert said[0].what == (
        "This was taken back and does not hold any more: The account was restricted. It may send 3 requests a minute."
    )


def test_a_measure_behind_something_graver_is_told_as_what_it_is(told: Told) -> None:
    enforce.ban(told.tx, ACCOUNT, **_staff(told, "ada"))
    told.court.holds(told.tx, violation(measure=Measure.SUSPEND), account=ACCOUNT)
    behind = told.notices()[1]
    assert behind.why == "The usage policy provides for this measure where such a thing is found."
    assert behind.what.startswith("The account was suspended: its requests are refused. " + LATER)


def test_what_waits_already_is_no_news(told: Told) -> None:
    enforce.suspend(told.tx, ACCOUNT, until=told.bench.clock() + timedelta(days=3), **_staff(told, "ada"))
    for weight in (1, 0.25):
        told.court.holds(told.tx, violation(weight), account=ACCOUNT)
    told_of = [each.what.partition(".")[0] for each in told.notices()]
    assert told_of == ["The account was suspended: its requests are refused", "The account was warned"]


def test_what_was_not_committed_is_told_to_nobody_and_once_when_it_was(
    database: Database, bench: Bench, clock: FrozenClock
) -> None:
    court = Court(clock)
    given: Any = {"by": "host:test", "reason_code": "known", "record": bench.edges.record, "clock": clock}
    with database.begin() as tx:
        enforce.meet(tx, ACCOUNT, key=THROUGH.key, project=PROJECT, has_end_user=True, clock=clock)
        enforce.ban(tx, ACCOUNT, **given)
    with suppress(ZeroDivisionError), database.begin() as tx:
        court.holds(tx, violation(2), account=ACCOUNT, decision="de_1")
        raise ZeroDivisionError
    for _ in range(2):
        with database.begin() as tx:
            court.holds(tx, violation(2), account=ACCOUNT, decision="de_1")
    run = {each.name: each.run for each in sanction_jobs(database, bench.office)}[IMPOSED]
    with database.begin() as tx:
        waits = [each.arguments for each in queued(tx) if each.name == IMPOSED]
    assert len(waits) == 2
    for arguments in waits * 2:
        run(**arguments)
    with database.begin() as tx:
        assert counted(tx, "cases_notices") == 2


def test_what_was_taken_over_is_a_record_and_an_event_once(told: Told) -> None:
    told.court.holds(told.tx, violation(1), account=ACCOUNT)
    told.work()
    (one,) = waiting(told.tx, told.bench.office, through=THROUGH)
    for _ in range(2):
        given(told.tx, told.bench.office, one.id, through=THROUGH)
    assert told.notices() == []
    assert told.bench.ledger.kinds.count("standing.notice_given") == 1
    kinds = list(told.tx.scalars(select(events.c.kind).order_by(events.c.id)))
    assert kinds == ["notice.laid", "notice.given"]


def test_what_a_reversal_takes_along_is_told_as_taken_back_once_for_each_sanction(told: Told) -> None:
    for _ in range(2):
        told.court.holds(told.tx, violation(1), account=ACCOUNT)
    assert len(told.notices()) == 2
    told.court.reverses(told.tx, "de_1")
    said = told.notices()[2:]
    # The restriction rested on both strikes: without the first it does not hold either.
    assert sorted(each.reverses for each in said) == [("de_1",), ("de_2",)]
    assert all(each.what.startswith("This was taken back and does not hold any more:") for each in said)
    assert [(each.appeal_until, each.until) for each in said] == [(None, None)] * 2
    assert [each["taken_back"] for each in told.events()] == [False, False, True, True]


def test_what_was_taken_back_before_anybody_was_told_is_told_in_its_order(told: Told) -> None:
    told.court.holds(told.tx, violation(1), account=ACCOUNT)
    told.court.reverses(told.tx, "de_1")
    jobs = {each.name: each.arguments["act"] for each in queued(told.tx) if each.name in (IMPOSED, TAKEN_BACK)}
    told.run(TAKEN_BACK, act=jobs[TAKEN_BACK])
    told.run(IMPOSED, act=jobs[IMPOSED])
    first, second = told.notices()
    assert first.what.startswith("The account was warned")
    assert second.reverses == ("de_1",)


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


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_is_killed_between_a_sanction_and_its_notice_tells_once(
    database: Database, database_url: str, bench: Bench, when: str
) -> None:
    clerk = Clerk(bench.clock, bench.edges.record)
    with database.begin() as tx:
        clerk.rules(tx, BURST)
        clerk.asks(tx)
        clerk.asks(tx)
    words = [sys.executable, "-m", "tests.enforce.crashing", when, database_url]
    killed = subprocess.run(words, env=os.environ, capture_output=True, timeout=120, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with database.begin() as tx:
        waits = [each.arguments for each in queued(tx) if each.name == IMPOSED]
        assert (len(waits), counted(tx, "cases_notices")) == (1 if when == "after" else 0, 0)
        assert counted(tx, "enforce_acts") == len(waits)
    run = {each.name: each.run for each in sanction_jobs(database, bench.office)}[IMPOSED]
    for arguments in waits:
        run(**arguments)
        run(**arguments)
    with database.begin() as tx:
        assert counted(tx, "cases_notices") == len(waits)
        assert tx.scalar(text("SELECT count(*) FROM enforce_acts")) == len(waits)
