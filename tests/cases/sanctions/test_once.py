"""Of every sanction there is one notice, whatever is rolled back, taken over or killed."""

import os
import signal
import subprocess
import sys
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import select, text

from seawall import enforce
from seawall.cases.notices import given, waiting
from seawall.cases.sanctions import sanction_jobs
from seawall.enforce.sanctions import IMPOSED
from seawall.outbox.tables import events
from seawall.store import Database
from seawall.store.jobs import queued
from tests.cases.conftest import ACCOUNT, PROJECT, THROUGH, Bench, counted
from tests.cases.sanctions.telling import Told
from tests.conftest import FrozenClock
from tests.enforce.conftest import Court, violation
from tests.enforce.rules import BURST, Clerk


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
