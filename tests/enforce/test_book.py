"""The book of standings in other processes and after restarts, the rate of restricted accounts, acts of persons."""

import subprocess
import sys
from datetime import timedelta

import pytest

from seawall.enforce import RateLimit, StandingBook, ban, history, reinstate, restrict, standing, suspend
from seawall.enforce.errors import AccountIsGood, BadReasonCode, NoSuchAccount, UntilPassed
from seawall.store import Database, Transaction
from seawall.vocabulary.ids import AccountId
from seawall.vocabulary.standing import GOOD, State
from tests.conftest import FrozenClock
from tests.enforce.conftest import SOMEBODY, Court, violation

_CHILD = """
import asyncio, sys
from seawall.enforce import StandingBook
from seawall.store import Database
from seawall.store.listen import Listener
from seawall.vocabulary.clock import system_clock
from datetime import datetime, UTC

async def main():
    database, book = Database(sys.argv[1]), StandingBook(lambda: datetime(2026, 1, 1, 12, tzinfo=UTC))
    listener = Listener(database, [book])
    task = asyncio.create_task(listener.run())
    while not listener.fresh:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    while not book.of(sys.argv[2], datetime(2026, 1, 1, 12, tzinfo=UTC)).refused:
        await asyncio.sleep(0.01)
    print("refused", flush=True)
    task.cancel()

asyncio.run(main())
"""


def test_a_suspension_reaches_the_book_of_another_process(database: Database, database_url: str, court: Court) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _CHILD, database_url, SOMEBODY], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        with database.begin() as tx:
            court.holds(tx, violation(3))
        assert child.stdout.readline() == "refused\n"
        assert child.wait(30) == 0


def test_a_restart_forgets_nothing(database: Database, court: Court, clock: FrozenClock) -> None:
    with database.begin() as tx:
        court.holds(tx, violation(3))
    fresh = StandingBook(clock)
    assert fresh.of(SOMEBODY, clock()) is GOOD
    with database.begin() as tx:
        fresh.load(tx)
    assert fresh.of(SOMEBODY, clock()).state is State.SUSPENDED
    clock.advance(days=8)
    assert fresh.of(SOMEBODY, clock()).state is State.RESTRICTED  # the milder sanction lasts longer


def test_a_notice_of_a_cleared_account_takes_it_out_of_the_book(
    tx: Transaction, court: Court, clock: FrozenClock
) -> None:
    book = StandingBook(clock)
    court.holds(tx, violation(3), decision="de_x")
    book.notice(tx, SOMEBODY)
    assert len(book) == 1
    court.reverses(tx, "de_x")
    book.notice(tx, SOMEBODY)
    assert (len(book), book.of(SOMEBODY, clock())) == (0, GOOD)


def test_a_restricted_account_passes_at_its_rate_in_any_sliding_minute(clock: FrozenClock) -> None:
    rate = RateLimit()
    assert [rate.allow(SOMEBODY, 2, clock()) for _ in range(3)] == [True, True, False]
    assert rate.wait_s(SOMEBODY, 2, clock()) == 60
    clock.advance(seconds=59)
    assert not rate.allow(SOMEBODY, 2, clock())
    clock.advance(seconds=1)
    assert rate.allow(SOMEBODY, 2, clock())
    assert rate.allow(AccountId("ac_other"), 2, clock())


def test_idle_accounts_leave_the_rate_limit(clock: FrozenClock) -> None:
    rate = RateLimit()
    for number in range(4096):
        rate.allow(AccountId(f"ac_{number}"), 1, clock())
    clock.advance(minutes=2)
    rate.allow(SOMEBODY, 1, clock())
    assert len(rate) == 1


def test_a_person_suspends_and_reinstates_and_the_history_says_who_and_why(
    tx: Transaction, court: Court, clock: FrozenClock
) -> None:
    court.holds(tx, violation(1))
    told = {"by": "reviewer_1", "reason_code": "spam", "record": court.record, "clock": clock}
    until = clock() + timedelta(days=1)
    assert suspend(tx, SOMEBODY, until=until, **told).state is State.SUSPENDED
    assert restrict(tx, SOMEBODY, per_minute=1, **told).state is State.SUSPENDED
    assert ban(tx, SOMEBODY, **told).state is State.BANNED
    assert reinstate(tx, SOMEBODY, **told) == GOOD
    with pytest.raises(AccountIsGood):
        reinstate(tx, SOMEBODY, **told)
    acts = [(line.measure, line.by, line.reason_code) for line in history(tx, SOMEBODY) if line.what == "person"]
    assert acts == [(what, "reviewer_1", "spam") for what in ("suspended", "restricted", "banned", "good")]
    # What was lifted does not count again with the next violation.
    assert court.holds(tx, violation(1)).state is State.WARNED


def test_acts_of_persons_refuse_what_makes_no_sense(tx: Transaction, court: Court, clock: FrozenClock) -> None:
    told = {"by": "reviewer_1", "record": court.record, "clock": clock}
    with pytest.raises(NoSuchAccount):
        suspend(tx, AccountId("ac_nobody"), reason_code="spam", **told)
    court.holds(tx, violation(1))
    with pytest.raises(UntilPassed):
        suspend(tx, SOMEBODY, reason_code="spam", until=clock() - timedelta(days=1), **told)
    with pytest.raises(BadReasonCode):
        suspend(tx, SOMEBODY, reason_code="They wrote: hello", **told)
    assert standing(tx, SOMEBODY, now=clock()).state is State.WARNED
