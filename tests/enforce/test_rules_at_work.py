"""Rules about accounts under load and in trouble: two workers at once, one that is killed, many rows."""

import json
import os
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest
from sqlalchemy import text

from seawall.enforce.rules.asking import Fired, ask
from seawall.enforce.rules.facts import MOST, counted
from seawall.enforce.rules.listing import of_account
from seawall.enforce.rules.previewing import keep, kept_preview, preview
from seawall.enforce.rules.sightings import KEPT, Trigger, forget
from seawall.policy.accounts.calls import Counter
from seawall.policy.accounts.reading import read
from seawall.store import Database, Transaction
from seawall.vocabulary.ids import AccountId, DecisionId, ExchangeId
from tests.enforce.conftest import KEY, PROJECT, SOMEBODY
from tests.enforce.rules import BURST, Clerk

MANY = 60_000


def test_two_workers_at_once_miss_no_threshold_and_act_once(database: Database, clerk: Clerk) -> None:
    with database.begin() as tx:
        clerk.rules(tx, BURST)
        clerk.asks(tx)
    made, came, together = [clerk.seen(), clerk.seen()], list[Fired](), threading.Barrier(4)

    def work(seen: Any) -> None:
        together.wait()
        with database.begin() as tx:
            came.extend(ask(tx, seen, seen.sightings[0].decision, clerk.works))

    # Each decision comes twice, as from a job that ran again.
    workers = [threading.Thread(target=work, args=(each,)) for each in (*made, *made)]
    for each in workers:
        each.start()
    for each in workers:
        each.join()
    assert [each.outcome for each in came] == ["acted"]
    with database.begin() as tx:
        assert len(of_account(tx, SOMEBODY)) == 1
        assert tx.scalar(text("SELECT count(*) FROM enforce_acts")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_is_killed_acts_once_all_the_same(
    database: Database, database_url: str, clerk: Clerk, when: str
) -> None:
    with database.begin() as tx:
        clerk.rules(tx, BURST)
        clerk.asks(tx)
        clerk.asks(tx)
    killed = subprocess.run(
        [sys.executable, "-m", "tests.enforce.crashing", when, database_url],
        env=os.environ,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    with database.begin() as tx:
        assert len(of_account(tx, SOMEBODY)) == (1 if when == "after" else 0)
    from tests.enforce.crashing import third

    with database.begin() as tx:
        seen = third(clerk.clock)
        ask(tx, seen, seen.sightings[0].decision, clerk.works)
    with database.begin() as tx:
        assert [each.outcome for each in of_account(tx, SOMEBODY)] == ["acted"]
        assert tx.scalar(text("SELECT count(*) FROM enforce_labels")) == 1
        assert tx.scalar(text("SELECT count(*) FROM enforce_acts")) == 1


def test_a_preview_says_what_rules_would_have_done_and_does_nothing(tx: Transaction, clerk: Clerk) -> None:
    began = clerk.clock()
    for account in ("ac_1", "ac_1", "ac_1", "ac_2", "ac_2", "ac_3", "ac_1"):
        clerk.asks(tx, account=AccountId(account))
        clerk.clock.advance(seconds=20)
    rules = read(
        BURST.replace("MODE", "monitor")
        + """
  - {name: broken, says: x, when: 'labels[3] == "x"', then: {warn: {}}}
"""
    )
    made = preview(tx, rules, since=began)
    burst, broken = made.rules
    assert (made.tried, made.whole) == (7, True)
    assert (burst.fired, burst.accounts, burst.listed, burst.failed) == (1, 1, ("ac_1",), 0)
    assert (burst.does, broken.failed, broken.fired) == ("restrict, label jailbreaking", 7, 0)
    assert of_account(tx, AccountId("ac_1")) == []
    few = preview(tx, rules, since=began, limit=2)
    assert (few.tried, few.whole) == (2, False)

    from seawall.enforce.rules.publishing import stage

    stage(tx, rules)
    keep(tx, made, clock=clerk.clock)
    assert kept_preview(tx, rules.digest) == made
    assert kept_preview(tx, "0" * 64) is None


@pytest.fixture
def crowded(tx: Transaction, clerk: Clerk) -> Trigger:
    """A key with 60,000 sightings of 3,000 accounts in a day, and the last trigger."""
    now = clerk.clock()
    given = {"now": now, "many": MANY, "key": KEY, "project": PROJECT}
    tx.execute(
        text("""
INSERT INTO enforce_triggers (decision, exchange, account, key, project, at, entered_at)
SELECT 'de_' || n, 'ex_' || n, 'ac_' || n % 3000, CASE WHEN n % 5 < 4 THEN :key ELSE 'key_2' END, :project,
    CAST(:now AS timestamptz) - make_interval(secs => :many - n), :now FROM generate_series(1, :many) AS n"""),
        given,
    )
    tx.execute(
        text("""
INSERT INTO enforce_sightings (exchange, side, category, trigger, decision, account, key, sure, at)
SELECT t.exchange, 'input', c, t.seq, t.decision, t.account, t.key, true, t.at
FROM enforce_triggers AS t CROSS JOIN unnest(ARRAY['any', 'jailbreak']) AS c""")
    )
    for table in ("enforce_triggers", "enforce_sightings"):
        tx.execute(text(f"ANALYZE {table}"))
    seq = tx.scalar(text("SELECT max(seq) FROM enforce_triggers"))
    return Trigger(
        seq=seq or 0,
        decision=DecisionId(f"de_{MANY}"),
        exchange=ExchangeId(f"ex_{MANY}"),
        account=AccountId("ac_0"),
        key=KEY,
        project=PROJECT,
        at=now,
        entered_at=now,
    )


def test_counts_are_right_bounded_and_rest_on_indexes(tx: Transaction, crowded: Trigger) -> None:
    asked: list[tuple[str, Any]] = []

    def note(_c: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        asked.append((statement, values))

    from sqlalchemy import event

    event.listen(tx, "before_cursor_execute", note)
    wanted = [
        Counter("count", "jailbreak", 600),
        Counter("count", "any", 86_400),
        Counter("suspected", "any", 86_400),
        Counter("key_count", "any", 600),
        Counter("key_count", "jailbreak", 86_400),
        Counter("key_accounts", "any", 3600),
    ]
    counts = counted(tx, crowded, wanted)
    event.remove(tx, "before_cursor_execute", note)
    assert [counts[each] for each in wanted] == [1, 20, 20, 480, MOST, 2400]
    assert len(asked) == 3
    for statement, values in asked:
        plan = tx.connection.cursor().execute(f"EXPLAIN (FORMAT JSON) {statement}", values).fetchone()
        found = json.dumps(plan[0] if plan else "")
        assert "enforce_sightings_account_idx" in found or "enforce_sightings_key_idx" in found
        assert '"Seq Scan"' not in found


def test_what_no_rule_can_count_any_more_is_forgotten(tx: Transaction, clerk: Clerk) -> None:
    clerk.asks(tx)
    clerk.clock.advance(seconds=KEPT.total_seconds())
    assert forget(tx, now=clerk.clock()) == 0
    clerk.clock.advance(seconds=1)
    assert forget(tx, now=clerk.clock()) == 2
    assert forget(tx, now=clerk.clock()) == 0
