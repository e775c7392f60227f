"""Every way of looking rests on an index: looked up in the plans over 20,000 exchanges, with nothing forbidden."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text

from seawall.investigations import How, Search, looking, opening, preview, rescreening, searching
from seawall.investigations.finding import Key, chosen, nearest
from seawall.investigations.model import State
from seawall.investigations.rows import trail_of
from seawall.investigations.scanning import upcoming
from seawall.investigations.vectors import of_exchange
from seawall.store import Transaction
from tests.investigations.conftest import Traffic
from tests.plans import nodes, said

MANY = 20_000
_FILL = """
INSERT INTO investigations_exchanges (exchange, account, key, project, at, api, sealed)
SELECT 'ex_' || lpad(n::text, 26, '0'), 'ac_' || n % 3000, 'key_' || n % 400, 'pr_' || n % 3, now(), 'chat', n % 100 = 0
FROM generate_series(1, :many) AS n;
INSERT INTO investigations_traits (what, value, exchange, score)
SELECT what, what || n % 5, 'ex_' || lpad(n::text, 26, '0'), (n % 10) / 10.0
FROM generate_series(1, :many) AS n, unnest(ARRAY['category', 'detector', 'release', 'tool', 'network']) AS what;
INSERT INTO investigations_vectors (exchange, vector)
SELECT 'ex_' || lpad(n::text, 26, '0'),
    (SELECT array_agg(sin(n * (d + 1) + d))::real[]::vector(256)::halfvec(256) FROM generate_series(1, 256) AS d)
FROM generate_series(1, 2000) AS n;
INSERT INTO investigations_investigations (id, name_item, readers, opened_by, opened_at)
SELECT 'inv_' || lpad(n::text, 6, '0'), 'it_1', CASE WHEN n % 2 = 0 THEN ARRAY['pe_1'] END, 'pe_1', now()
FROM generate_series(1, 2000) AS n;
INSERT INTO investigations_events (investigation, at, what, by, told)
SELECT 'inv_' || lpad((n % 2000 + 1)::text, 6, '0'), now(), 'searched', 'pe_1', '{}'
FROM generate_series(1, :many) AS n;
INSERT INTO investigations_searches (id, investigation, how, value, "like", least, sealed, by, at, state, reached, read,
    hits, whole)
SELECT 'srch_' || lpad(n::text, 6, '0'), 'inv_' || lpad((n % 2000 + 1)::text, 6, '0'), 'text', '', '', 0, true, 'pe_1',
    now(), 'finished', '', 0, 0, true
FROM generate_series(1, :many) AS n;
INSERT INTO investigations_hits (search, exchange)
SELECT 'srch_' || lpad((n % 20 + 1)::text, 6, '0'), 'ex_' || lpad(n::text, 26, '0') FROM generate_series(1, :many) AS n;
INSERT INTO investigations_rescreenings (id, state, policy, version, releases, since, until, started_by, started_at,
    reached, screened, unreadable)
SELECT 'rsc_' || n, 'finished', 'p', 1, '{}', now(), now(), 'pe_1', now(), '', 0, 0 FROM generate_series(1, 20) AS n;
INSERT INTO investigations_rescreened (rescreening, exchange, account, sealed, before, after, appeared, gone, findings)
SELECT 'rsc_' || n % 20 + 1, 'ex_' || lpad(n::text, 26, '0'), 'ac_1', false, 'allow', 'warn', ARRAY['hate'], '{}', '{}'
FROM generate_series(1, :many) AS n;
ANALYZE investigations_exchanges, investigations_traits, investigations_vectors, investigations_investigations,
    investigations_events, investigations_searches, investigations_hits, investigations_rescreenings,
    investigations_rescreened
"""


@pytest.fixture
def filled(tx: Transaction, traffic: Traffic) -> Traffic:
    """20,000 exchanges with five traits each."""
    for each in _FILL.split(";\n"):
        tx.execute(text(each), {"many": MANY})
    return traffic


def made(how: How, **more: Any) -> Search:
    given: dict[str, Any] = {
        "id": "srch_000003", "investigation": "inv_000001", "how": how, "value": "", "like": "", "item": None,
        "since": None, "until": None, "project": None, "least": 0.0, "sealed": True, "by": "pe_1", "at": None,
        "state": State.FINISHED, "reached": "", "read": 0, "hits": 0, "whole": True,
    }  # fmt: skip
    return Search(**given | more)


def listed(how: How, value: str, *, sealed: bool = False, after: str = "", **more: Any) -> Callable[..., object]:
    accounts = (value,) if how is How.LINKED else ()

    def ask(tx: Transaction, _: Traffic) -> object:
        search = made(how, **more)
        return tx.execute(
            chosen(search, Key(value=value, accounts=accounts), sealed=sealed, after=after).limit(50)
        ).all()

    return ask


BEHIND, BEHIND_ALL = f"ex_{'4000':0>26}", f"ex_{'7':0>26}"
LISTS: dict[str, Callable[[Transaction, Traffic], object]] = {
    "category": listed(How.CATEGORY, "category3"),
    "category behind": listed(How.CATEGORY, "category3", after=BEHIND),
    "category and score": listed(How.CATEGORY, "category3", least=0.5),
    "category of a project": listed(How.CATEGORY, "category3", project="pr_1"),
    "detector": listed(How.DETECTOR, "detector3", sealed=True),
    "release": listed(How.RELEASE, "release3"),
    "tool": listed(How.TOOL, "tool3"),
    "network": listed(How.NETWORK, "network3"),
    "account": listed(How.ACCOUNT, "ac_7"),
    "linked accounts": listed(How.LINKED, "ac_7"),
    "key": listed(How.KEY, "key_7"),
    "hits of a search": listed(How.TEXT, ""),
    "what a search reads next": lambda tx, _: tx.execute(upcoming(made(How.TEXT, reached=BEHIND))).all(),
    "searches": lambda tx, _: searching.searches_of(tx, "inv_000007"),
    "trail": lambda tx, _: trail_of(tx, "inv_000007"),
    "trail behind": lambda tx, _: trail_of(tx, "inv_000007", before=9000),
    "looks": lambda tx, it: looking.looked_at(tx, "pe_2", now=it.clock()),
    "investigations": lambda tx, _: opening.every(tx, reader="pe_1"),
    "rescreened": lambda tx, it: preview.rows(tx, it.desk, "rsc_7", by="pe_1"),
    "nearest": lambda tx, it: nearest(tx, it.desk, made(How.SIMILAR), of_exchange(tx, BEHIND_ALL) or "", by="pe_1"),
    "rescreenings": lambda tx, _: rescreening.every(tx),
}
# A table of twenty rows is read whole, and rightly.
_SMALL = {"investigations_rescreenings"}


def test_a_list_reads_an_index_and_no_more_than_it_shows(tx: Transaction, filled: Traffic) -> None:
    for name, ask in LISTS.items():
        with said(tx, "investigations_") as asked:
            ask(tx, filled)
        assert asked, name
        for statement, values in asked:
            (plan,) = tx.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
            parts = [each for each in nodes(plan["Plan"]) if each.get("Relation Name") not in _SMALL]
            whole = [part for part in parts if part["Node Type"] == "Seq Scan"]
            assert not whole, (name, json.dumps(plan, indent=1))
            read = max([0, *(part["Actual Rows"] + part.get("Rows Removed by Filter", 0) for part in parts)])
            assert read <= 1000, (name, json.dumps(plan, indent=1))
