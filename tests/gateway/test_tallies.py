"""Exchanges rolled up by five minutes: counted once however often, along an index, and gone after five weeks."""

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import text

from seawall.gateway.tallies import KEPT, counted, roll, series
from seawall.store import Database
from tests.conftest import FrozenClock

MANY = 60_000
_EXCHANGES = """
INSERT INTO gateway_exchanges (id, process, project, key, account, has_end_user, api, model, streamed, zero_retention,
    policy, arm, input_decision, input_verdict, input_findings, standing, opened_at, closed_at, outcome, measure)
SELECT 'ex_' || lpad(n::text, 8, '0'), 'gw_1', 'pr_1', 'key_1', 'ac_' || n % 300, true, 'chat', 'm', false, false, 'p',
    '', 'de_' || n, '{}', CASE WHEN n % 10 = 0 THEN CAST(:finding AS jsonb) ELSE '[]' END, '{}',
    CAST(:now AS timestamptz) - make_interval(secs => (:many - n) * :apart + :took),
    CAST(:now AS timestamptz) - make_interval(secs => (:many - n) * :apart), 'answered',
    CASE WHEN n % 10 = 0 THEN 'warn' ELSE 'allow' END
FROM generate_series(1, :many) AS n ORDER BY n
"""
FINDING = {"category": "hate", "detector": "linear", "release": "1", "surface": "input"}


def filled(database: Database, now: datetime, many: int, *, apart: float = 1.0, took: float = 0.2) -> None:
    with database.begin() as tx:
        given = {"now": now, "many": many, "apart": apart, "took": took, "finding": json.dumps([FINDING, FINDING])}
        tx.execute(text(_EXCHANGES), given)


def test_what_is_counted_twice_is_counted_once(database: Database, clock: FrozenClock) -> None:
    filled(database, clock(), 100)
    for _ in range(2):
        roll(database, clock)
    with database.begin() as tx:
        found = counted(tx, clock() - timedelta(hours=1))
    assert found.exchanges == 100
    assert found.of("measure") == {"allow": 90, "warn": 10}
    assert found.of("category") == {"hate": 10}, "two findings of one exchange are one"
    assert found.of("found") == {"linear": 20}
    assert (found.within(0.5), found.within(0.99)) == ("0.25", "0.25")


def test_what_closes_later_is_counted_later(database: Database, clock: FrozenClock) -> None:
    filled(database, clock(), 10)
    roll(database, clock)
    clock.advance(minutes=7)
    with database.begin() as tx:
        tx.execute(text("UPDATE gateway_exchanges SET closed_at = :now WHERE id = 'ex_00000001'"), {"now": clock()})
    roll(database, clock)
    with database.begin() as tx:
        assert counted(tx, clock() - timedelta(hours=1)).exchanges == 10
        assert counted(tx, clock() - timedelta(minutes=5)).exchanges == 1
        bars = series(tx, clock() - timedelta(minutes=60), 12, timedelta(minutes=5))
    assert sum(bars) == 10


def test_nothing_is_counted_of_nothing(database: Database, clock: FrozenClock) -> None:
    roll(database, clock)
    with database.begin() as tx:
        found = counted(tx, clock() - timedelta(days=7))
    assert (found.exchanges, found.until, found.within(0.5), found.of("found")) == (0, None, "", {})


@pytest.mark.parametrize(("took", "bound"), [(0.0, "0.05"), (0.05, "0.1"), (400.0, "over")])
def test_how_long_it_took_falls_under_a_bound(database: Database, clock: FrozenClock, took: float, bound: str) -> None:
    filled(database, clock(), 3, took=took)
    roll(database, clock)
    with database.begin() as tx:
        assert counted(tx, clock() - timedelta(hours=1)).within(0.95) == bound


def test_what_is_old_goes(database: Database, clock: FrozenClock) -> None:
    filled(database, clock(), 3)
    roll(database, clock)
    clock.advance(hours=KEPT.total_seconds() / 3600 + 1)
    roll(database, clock)
    with database.begin() as tx:
        assert tx.scalar(text("SELECT count(*) FROM gateway_tallies")) == 0


def test_a_minutes_work_reads_an_index_and_not_all_exchanges(database: Database, clock: FrozenClock) -> None:
    filled(database, clock(), MANY, apart=10.0)
    with database.begin() as tx:
        tx.execute(text("SELECT brin_summarize_new_values('gateway_exchanges_closed_idx')"))
        tx.execute(text("ANALYZE gateway_exchanges"))
        plan = tx.execute(
            text("EXPLAIN SELECT id FROM gateway_exchanges WHERE closed_at >= :since AND closed_at < :until"),
            {"since": clock() - timedelta(minutes=15), "until": clock()},
        ).scalars()
        told = "\n".join(plan)
    assert "gateway_exchanges_closed_idx" in told, told
    assert "Seq Scan" not in told, told
