"""Lists of cases rest on an index each: looked up in PostgreSQL's plans over 20,000 cases, with nothing forbidden."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from seawall.cases import Origin, Priority, State
from seawall.cases.claims import time_out
from seawall.cases.comfort import looks
from seawall.cases.filing import every as filers
from seawall.cases.finding import Asked, Urgency, newest, place_of, queues, work
from seawall.cases.flags import From
from seawall.cases.notices import of_account, undelivered, underway, waiting
from seawall.cases.numbers import appeals, settled
from seawall.cases.samples import waiting as sampled
from seawall.store import Transaction
from seawall.vocabulary.ids import KeyId, ProjectId
from tests.cases.conftest import Bench
from tests.plans import nodes, said

MANY = 20_000
_CASES = """
INSERT INTO cases_cases (id, origin, queue, state, stage, priority, sealed, project, key, account, has_end_user,
    exchange, source, detected_automatically, opened_at, due_at, claimed_by, claim_until, round, joined, version)
SELECT 'cs_' || lpad(n::text, 8, '0'),
    (ARRAY['flag', 'report', 'escalation', 'finding', 'appeal'])[1 + n % 5],
    CASE WHEN n % 50 = 0 THEN 'child_safety' ELSE (ARRAY['general', 'urgent', 'held', 'appeals'])[1 + n % 4] END,
    CASE WHEN n % 10 < 8 THEN 'decided' WHEN n % 10 = 8 THEN 'open' ELSE 'claimed' END,
    'first', n % 4, n % 50 = 0, 'pr_' || n % 7, 'key_1', 'ac_' || n % 3000, true, 'ex_' || n, 'test:' || n, false,
    CAST(:now AS timestamptz) - make_interval(mins => n), CAST(:now AS timestamptz) + make_interval(mins => n % 5000),
    CASE WHEN n % 10 = 9 THEN 'pe_' || n % 20 END,
    CASE WHEN n % 10 = 9 THEN CAST(:now AS timestamptz) + make_interval(mins => n % 60) END, 1, 0, 1
FROM generate_series(1, :many) AS n
"""
_DECISIONS = """
INSERT INTO cases_decisions (id, "case", project, account, at, body)
SELECT 'de_' || lpad(n::text, 8, '0'), 'cs_' || lpad(n::text, 8, '0'), 'pr_' || n % 7, 'ac_' || n % 3000,
    CAST(:now AS timestamptz) - make_interval(mins => n), '{}'
FROM generate_series(1, :many) AS n
"""
_NOTICES = """
INSERT INTO cases_notices (id, decision, project, account, at, given_at)
SELECT 'no_' || lpad(n::text, 8, '0'), 'de_' || lpad(n::text, 8, '0'), 'pr_' || n % 7, 'ac_' || n % 3000, :now,
    CASE WHEN n % 100 > 0 THEN CAST(:now AS timestamptz) END
FROM generate_series(1, :many) AS n
"""
_SAMPLES = """
INSERT INTO cases_samples (decision, "case", sealed, drawn_at, at)
SELECT 'de_' || lpad(n::text, 8, '0'), 'cs_' || lpad(n::text, 8, '0'), false, :now,
    CASE WHEN n % 20 > 0 THEN CAST(:now AS timestamptz) END
FROM generate_series(1, :many) AS n
"""


_FILINGS = """
INSERT INTO cases_filings ("case", filer, kind, at, settled_at, unfounded)
SELECT 'cs_' || lpad(n::text, 8, '0'), 'ac_' || n % 3000, 'notices', :now, CAST(:now AS timestamptz), n % 3000 = 7
FROM generate_series(1, :many) AS n
"""


@pytest.fixture
def many(tx: Transaction, bench: Bench) -> Bench:
    """20,000 cases, a decision and a notice of each."""
    for each in (_CASES, _DECISIONS, _NOTICES, _SAMPLES, _FILINGS):
        tx.execute(text(each), {"now": bench.clock(), "many": MANY})
    for table in ("cases_cases", "cases_decisions", "cases_notices", "cases_samples", "cases_filings"):
        tx.execute(text(f"ANALYZE {table}"))
    return bench


Ask = Callable[[Transaction, Bench], object]
THROUGH = From(project=ProjectId("pr_3"), key=KeyId("key_1"))
LISTS: dict[str, Ask] = {
    "work of all": lambda tx, _: work(tx, reader="pe_1", limit=50),
    "work of a queue": lambda tx, _: work(tx, Urgency(queue="urgent"), reader="pe_1", limit=50),
    "sealed work": lambda tx, _: work(tx, reader="pe_1", sealed=True, limit=50),
    "work behind": lambda tx, _: work(
        tx,
        Urgency(queue="urgent"),
        reader="pe_1",
        limit=50,
        after=place_of(work(tx, Urgency(queue="urgent"), reader="pe_1")[-1]),
    ),
    "by due": lambda tx, _: work(tx, Urgency(by_due=True), reader="pe_1", limit=50),
    "by due of a queue": lambda tx, _: work(tx, Urgency(queue="urgent", by_due=True), reader="pe_1", limit=50),
    "overdue": lambda tx, bench: work(tx, Urgency(late_at=bench.clock(), by_due=True), reader="pe_1", limit=50),
    "urgent alone": lambda tx, _: work(tx, Urgency(priority=Priority.URGENT), reader="pe_1", limit=50),
    "urgent of a queue by due": lambda tx, _: work(
        tx, Urgency(queue="held", priority=Priority.HIGH, by_due=True), reader="pe_1", limit=50
    ),
    "looks of somebody": lambda tx, bench: looks(tx, "pe_1", bench.clock()),
    "settled in an hour": lambda tx, bench: settled(tx, bench.clock() - timedelta(hours=1)),
    "appeals by the clock": lambda tx, bench: appeals(tx, bench.clock()),
    "newest": lambda tx, _: newest(tx, Asked(), reader="pe_1", limit=50),
    "newest behind": lambda tx, _: newest(tx, Asked(), reader="pe_1", limit=50, after="cs_00004000"),
    "newest sealed": lambda tx, _: newest(tx, Asked(), reader="pe_1", sealed=True, limit=50),
    "by state": lambda tx, _: newest(tx, Asked(state=State.MERGED), reader="pe_1", limit=50),
    "by origin": lambda tx, _: newest(tx, Asked(origin=Origin.APPEAL), reader="pe_1", limit=50),
    "by queue": lambda tx, _: newest(tx, Asked(queue="held"), reader="pe_1", limit=50),
    "by account": lambda tx, _: newest(tx, Asked(account="ac_7"), reader="pe_1", limit=50),
    "by exchange": lambda tx, _: newest(tx, Asked(exchange="ex_7"), reader="pe_1", limit=50),
    "mine": lambda tx, _: newest(tx, Asked(claimed_by="pe_9", state=State.CLAIMED), reader="pe_9", limit=50),
    "queues": lambda tx, bench: queues(tx, reader="pe_1", now=bench.clock()),
    "notices that wait": lambda tx, bench: waiting(tx, bench.office, through=THROUGH, after="no_9", limit=50),
    "notices of an account": lambda tx, bench: of_account(tx, bench.office, "ac_none", through=THROUGH),
    "notices for staff": lambda tx, _: underway(tx, limit=50),
    "notices that nobody took over": lambda tx, _: underway(tx, undelivered=True, limit=50),
    "how many notices wait": lambda tx, _: undelivered(tx),
    "whoever files what is unfounded": lambda tx, bench: filers(tx, bench.office),
    "one who files": lambda tx, bench: filers(tx, bench.office, filer="ac_7"),
    "samples": lambda tx, _: sampled(tx, reader="pe_1", limit=50),
    "claims that are over": lambda tx, bench: time_out(tx, bench.office),
}

_COUNTS = ("queues", "claims that are over", "appeals by the clock")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_reads_an_index_and_no_more_than_it_shows(tx: Transaction, many: Bench, name: str) -> None:
    with said(tx, "FROM cases_") as asked:
        LISTS[name](tx, many)
    assert asked
    for statement, values in asked:
        (plan,) = tx.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
        parts = list(nodes(plan["Plan"]))
        assert not [part for part in parts if part["Node Type"] == "Seq Scan"], json.dumps(plan, indent=1)
        # What counts a whole queue reads what is unsettled; every other list reads what it shows.
        read = max(part["Actual Rows"] + part.get("Rows Removed by Filter", 0) for part in parts)
        assert read <= (MANY // 4 if name in _COUNTS else 500), json.dumps(plan, indent=1)
