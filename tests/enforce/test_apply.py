"""A decision is held against an account once: strikes, standing, records and the notice in one transaction."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import msgspec
import psycopg
import pytest
from sqlalchemy import text

from seawall.enforce import CHANNEL, Entry, accounts, history, standing
from seawall.enforce.errors import DecisionOfAnother
from seawall.store import Database, Transaction
from seawall.vocabulary.decisions import Verdict
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.ladder import Ladder, Step
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.records import KINDS
from seawall.vocabulary.standing import GOOD, Standing, State
from tests.conftest import FrozenClock
from tests.enforce.conftest import SOMEBODY, Court, violation


def _rows(tx: Transaction) -> list[int]:
    tables = ("accounts", "acts", "strikes", "standing_changes", "ladders")
    return [tx.scalar(text(f"SELECT count(*) FROM enforce_{table}")) or 0 for table in tables]  # noqa: S608


def test_strikes_add_up_and_lead_up_the_ladder(tx: Transaction, court: Court) -> None:
    states = [court.holds(tx, violation(1)) for _ in range(5)]

    assert [each.state for each in states] == [
        State.WARNED, State.RESTRICTED, State.SUSPENDED, State.SUSPENDED, State.BANNED
    ]  # fmt: skip
    assert [each.weight for each in states] == [1, 2, 3, 4, 5]
    assert states[1].per_minute == 3
    assert states[2].until == court.clock() + timedelta(days=7)
    assert states[4].until is None
    assert [each.refused for each in states] == [False, False, True, True, True]
    assert standing(tx, SOMEBODY, now=court.clock()) == states[4]


def test_every_strike_and_every_change_of_standing_is_recorded(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(1.5, 0.25))

    assert court.kinds == ["strike.counted", "strike.counted", "standing.changed"]
    first, _, changed = (msgspec.structs.asdict(record) for record in court.records)
    assert first | {"strike": ""} == {
        "strike": "",
        "account": SOMEBODY,
        "project": "pr_1",
        "decision": "de_1",
        "exchange": "ex_1",
        "rule": "jailbreak.pattern",
        "category": "jailbreak",
        "weight_thousandths": 1500,
        "expires_at": "2026-04-01T12:00:00+00:00",
    }
    assert changed | {"change": ""} == {
        "change": "",
        "account": SOMEBODY,
        "project": "pr_1",
        "from_state": "good",
        "to_state": "warned",
        "until": "2026-01-31T12:00:00+00:00",
        "limits": (),
        "per_minute": None,
        "cause": "strikes",
        "decision": "de_1",
        "by": None,
        "reason_code": None,
    }


def test_records_hide_the_account_and_have_no_floats(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(3))
    court.reverses(tx, "de_1")

    assert set(court.kinds) == {"strike.counted", "standing.changed", "decision.reversed"}
    for record in court.records:
        assert KINDS[record.kind] is type(record)
        assert "account" in record.private
        assert not [value for value in msgspec.structs.asdict(record).values() if isinstance(value, float)]


def test_a_decision_is_held_against_an_account_once(tx: Transaction, court: Court) -> None:
    once = court.holds(tx, violation(1), decision="de_same")
    before, recorded = _rows(tx), list(court.records)
    court.clock.advance(hours=1)

    assert court.holds(tx, violation(1), decision="de_same") == once
    assert _rows(tx) == before
    assert court.records == recorded


def test_a_decision_about_two_accounts_is_refused(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(1), decision="de_same")
    recorded = list(court.records)
    with pytest.raises(DecisionOfAnother, match="'de_same'"):
        court.holds(tx, violation(1), decision="de_same", account=AccountId("ac_other"))
    assert court.records == recorded


@pytest.mark.parametrize("measure", [Measure.ALLOW, Measure.ANNOTATE, Measure.STEER, Measure.REWRITE])
def test_a_service_leaves_no_trace(tx: Transaction, court: Court, measure: Measure) -> None:
    assert court.holds(tx, Verdict(measure=measure)) == GOOD
    assert _rows(tx) == [0, 0, 0, 0, 0]
    assert court.records == []


def test_a_refusal_without_a_strike_stands_in_the_history_and_changes_nothing(tx: Transaction, court: Court) -> None:
    assert court.holds(tx, violation(measure=Measure.WITHHOLD)) == GOOD
    assert court.records == []
    [entry] = history(tx, SOMEBODY)
    assert (entry.what, entry.measure, entry.because) == ("decision", "withhold", ("jailbreak.pattern",))


def test_a_rewrite_that_brings_a_strike_counts(tx: Transaction, court: Court) -> None:
    assert court.holds(tx, violation(1, measure=Measure.REWRITE)).state is State.WARNED


def test_a_refusal_does_not_make_an_old_step_reached_again(tx: Transaction, court: Court, clock: FrozenClock) -> None:
    court.holds(tx, violation(3))
    clock.advance(days=30)
    assert court.holds(tx, violation(measure=Measure.WITHHOLD)).state is State.GOOD
    assert court.holds(tx, violation(0.1)).state is State.SUSPENDED


def test_a_measure_about_the_account_acts_at_once_and_says_so(tx: Transaction, court: Court) -> None:
    found = court.holds(tx, violation(measure=Measure.SUSPEND))
    assert found == Standing(state=State.SUSPENDED, until=court.clock() + timedelta(days=3))
    assert [entry.cause for entry in history(tx, SOMEBODY) if entry.what == "standing"] == ["measure"]

    assert court.holds(tx, violation(measure=Measure.BAN)) == Standing(state=State.BANNED)
    assert court.holds(tx, violation(measure=Measure.RESTRICT)).state is State.BANNED


def test_standing_never_goes_down_by_itself_but_by_running_out(
    tx: Transaction, court: Court, clock: FrozenClock
) -> None:
    court.holds(tx, violation(3))
    clock.advance(days=3)
    milder = Ladder(steps=(Step(at_weight=0.1, state=State.WARNED, for_s=60),))
    assert court.holds(tx, violation(0.5), ladder=milder).state is State.SUSPENDED
    clock.advance(days=4)
    assert standing(tx, SOMEBODY, now=clock()).state is State.RESTRICTED
    clock.advance(days=23)
    assert standing(tx, SOMEBODY, now=clock()).state is State.GOOD


def test_a_further_strike_extends_what_holds(tx: Transaction, court: Court, clock: FrozenClock) -> None:
    court.holds(tx, violation(3))
    clock.advance(days=2)
    assert court.holds(tx, violation(0.5)).until == clock() + timedelta(days=7)
    steps = [(entry.from_state, entry.to_state, entry.at_weight) for entry in history(tx, SOMEBODY) if entry.cause]
    assert steps == [("good", "suspended", 3), ("suspended", "suspended", 3)]


def test_expired_strikes_do_not_count(tx: Transaction, court: Court, clock: FrozenClock) -> None:
    court.holds(tx, violation(2, days=10))
    clock.advance(days=10)
    found = court.holds(tx, violation(1))
    assert (found.weight, found.state) == (1, State.RESTRICTED)  # the restriction of 14 days still runs
    clock.advance(days=4)
    assert standing(tx, SOMEBODY, now=clock()).state is State.WARNED


def test_strikes_of_a_whole_key_restrict_it_and_never_suspend_it(tx: Transaction, court: Court) -> None:
    key = AccountId("key_1")
    states = [court.holds(tx, violation(2), account=key, has_end_user=False) for _ in range(10)]
    assert {each.state for each in states} == {State.RESTRICTED}
    assert states[-1].per_minute == 3
    assert all(each.until is not None for each in states)

    for measure in (Measure.SUSPEND, Measure.BAN):
        assert court.holds(tx, violation(measure=measure), account=key, has_end_user=False).state is State.RESTRICTED


def test_a_whole_key_is_restricted_even_by_a_ladder_that_knows_no_restriction(tx: Transaction, court: Court) -> None:
    ladder = Ladder(steps=(Step(at_weight=1, state=State.BANNED),), restrict_per_minute=2, restrict_for_s=60)
    found = court.holds(tx, violation(9), account=AccountId("key_1"), has_end_user=False, ladder=ladder)
    assert found == Standing(
        state=State.RESTRICTED, per_minute=2, until=court.clock() + timedelta(seconds=60), weight=9
    )


def test_whether_an_account_has_an_end_user_is_settled_when_it_is_first_met(tx: Transaction, court: Court) -> None:
    key = AccountId("key_1")
    court.holds(tx, violation(1), account=key, has_end_user=False)
    assert court.holds(tx, violation(9), account=key, has_end_user=True).state is State.RESTRICTED


def test_accounts_do_not_share_strikes(tx: Transaction, court: Court) -> None:
    court.holds(tx, violation(4), account=AccountId("ac_one"))
    assert court.holds(tx, violation(1), account=AccountId("ac_two")).state is State.WARNED


def test_what_is_rolled_back_was_never_held_against_anybody(database: Database, court: Court) -> None:
    with database.engine.connect() as connection, connection.begin() as transaction:
        court.holds(connection, violation(3))
        transaction.rollback()
    with database.begin() as tx:
        assert _rows(tx) == [0, 0, 0, 0, 0]


def test_two_at_once_count_both(database: Database, court: Court) -> None:
    together = threading.Barrier(2)

    def strike(_: int) -> Standing:
        with database.begin() as tx:
            tx.execute(text("SELECT 1"))
            together.wait(30)
            return court.holds(tx, violation(1.5))

    with ThreadPoolExecutor(2) as pool:
        found = sorted(pool.map(strike, range(2)), key=lambda each: each.weight)
    assert [(each.weight, each.state) for each in found] == [(1.5, State.WARNED), (3, State.SUSPENDED)]
    with database.begin() as tx:
        assert standing(tx, SOMEBODY, now=court.clock()).state is State.SUSPENDED


def test_many_at_once_on_few_accounts_lose_no_strike(database: Database, court: Court) -> None:
    def strike(number: int) -> None:
        with database.begin() as tx:
            court.holds(tx, violation(0.1), account=AccountId(f"ac_{number % 3}"), decision=f"de_{number}")

    # Every decision comes twice: two gateways that retry.
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(strike, list(range(60)) * 2))
    with database.begin() as tx:
        found = {each.id: each.standing.weight for each in accounts(tx, now=court.clock())}
    assert found == {"ac_0": 2.0, "ac_1": 2.0, "ac_2": 2.0}


def test_the_notice_names_the_account_and_comes_with_the_commit_only(
    database: Database, database_url: str, court: Court
) -> None:
    with psycopg.connect(database_url, autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        with database.begin() as tx:
            court.holds(tx, violation(3))
            assert list(listening.notifies(timeout=0.1)) == []
        assert [each.payload for each in listening.notifies(timeout=10, stop_after=1)] == [SOMEBODY]
        with database.begin() as tx:  # nothing new follows, so nobody is woken
            court.holds(tx, violation(measure=Measure.WITHHOLD))
        with database.begin() as tx:
            tx.execute(text("SELECT pg_notify(:channel, 'end')"), {"channel": CHANNEL})
        assert [each.payload for each in listening.notifies(timeout=10, stop_after=1)] == ["end"]


def test_the_history_tells_what_was_held_against_an_account_and_why(
    tx: Transaction, court: Court, clock: FrozenClock
) -> None:
    court.holds(tx, violation(1, rule="secrets.token"))
    clock.advance(days=1)
    court.holds(tx, violation(2))

    def told(entry: Entry) -> tuple[Any, ...]:
        return (entry.what, entry.id if entry.what == "decision" else entry.rule or entry.to_state, entry.weight)

    found = history(tx, SOMEBODY)
    assert [told(entry) for entry in found] == [
        ("decision", "de_1", 0),
        ("strike", "secrets.token", 1),
        ("standing", "warned", 0),
        ("decision", "de_2", 0),
        ("strike", "jailbreak.pattern", 2),
        ("standing", "suspended", 0),
    ]
    assert [entry.at_weight for entry in found if entry.what == "standing"] == [1, 3]
    assert found[1].expires_at == clock() + timedelta(days=89)
