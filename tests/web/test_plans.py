"""Every page that lists what grows rests on indexes: looked up in the plans of what it asks, over a year of work."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from benchmarks.seed import fill, somebody
from fastapi.routing import APIRoute
from sqlalchemy import Connection, event, text

from seawall.app.instance import Instance
from seawall.cases import claims, deciding
from seawall.cases.flags import From, Wrong, flag
from seawall.store import Database, Transaction
from seawall.web.application import PARTS
from seawall.web.house import House
from tests.access.conftest import person
from tests.cases.conftest import ruling
from tests.plans import nodes
from tests.web.browser import Browser

EXCHANGES, CASES = 10_000, 5_000
# What is bigger than that is read by an index.
BIG = 500
ROLES = (
    "administrator", "auditor", "child_safety_reviewer", "legal", "policy_editor", "publisher", "reviewer", "security",
    "senior_reviewer",
)  # fmt: skip
MORE = (
    "/console/cases?state=decided",
    "/console/cases?state=merged",
    "/console/cases?origin=appeal&sort=newest",
    "/console/cases?queue=held&priority=high&sort=due",
    "/console/cases?late=yes",
    "/console/cases?mine=yes",
    "/console/dashboard?over=hour",
    "/console/dashboard?over=week",
    "/console/accounts?state=banned",
    "/console/accounts?state=good",
    "/console/accounts?label=see_with_care",
    "/console/accounts?project={project}",
    "/console/accounts?key={key}",
    "/console/audit?kind=case.opened",
    "/console/audit?kind=nothing.such",
    "/console/audit?kind=person.*",
    "/console/audit?actor=pe_05000000000000000000000001",
    "/console/audit?subject={account}",
    "/console/audit?since=2025-06-01&until=2025-06-02",
    "/console/approvals?show=open",
    "/console/approvals?show=mine",
    "/console/approvals?show=done",
    "/console/accounts/of/{account}",
    "/console/cases/{open}",
    "/console/cases/{settled}",
    "/api/notices?undelivered=true",
    "/api/webhooks/deliveries?state=dead",
    "/api/webhooks/deliveries?endpoint={endpoint}",
    "/api/accounts/{account}",
)
THINGS = {
    "project": "SELECT min(project) FROM enforce_accounts",
    "key": "SELECT min(key) FROM enforce_accounts",
    "account": "SELECT account FROM enforce_acts GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1",
    "open": "SELECT max(id) FROM cases_cases WHERE state = 'open' AND NOT sealed",
    "settled": "SELECT max(id) FROM cases_cases WHERE state = 'decided' AND NOT sealed",
    "endpoint": "SELECT min(id) FROM outbox_endpoints",
}
NAMED = {"cases_cases": "id", "cases_decisions": '"case"', "cases_proposals": '"case"', "cases_filings": '"case"'}
# Which of theirs are compared.
OF = {
    "cases_cases": "origin = 'flag' AND state = 'decided' AND NOT sealed",
    "cases_decisions": "body ->> 'outcome' = 'warn' AND body ->> 'origin' = 'flag'",
    "cases_proposals": "ruling ->> 'outcome' = 'warn' AND NOT ruling ->> 'about_right' IS NOT NULL",
    "cases_filings": "kind = 'notices' AND settled_at IS NOT NULL",
}
Said = dict[str, Any]


@contextmanager
def said(database: Database) -> Iterator[Said]:
    """Keep every question that is asked meanwhile, each once, with its values."""
    kept: Said = {}

    def keep(_c: Connection, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            kept.setdefault(statement, values)

    event.listen(database.engine, "before_cursor_execute", keep)
    yield kept
    event.remove(database.engine, "before_cursor_execute", keep)


def lists() -> list[str]:
    """Return every page and list that needs no name to be asked for."""
    found = [route for part in PARTS for route in part.router.routes if isinstance(route, APIRoute)]
    paths = {each.path for each in found if "GET" in (each.methods or ()) and "{" not in each.path}
    return sorted(path for path in paths if path.startswith(("/console", "/api")) and not path.startswith("/api/v1"))


def scans(database: Database, asked: Said, big: dict[str, int]) -> list[str]:
    """Return which big tables the questions read from one end to the other, and what asked for it."""
    found = []
    with database.begin() as tx:
        # At a hundredth of its size a table is read whole even where an index fits; without that only where none does.
        tx.execute(text("SET LOCAL enable_seqscan = off"))
        for statement, values in asked.items():
            (plan,) = tx.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
            for node in nodes(plan["Plan"]):
                whole = node["Node Type"] == "Seq Scan" and node["Relation Name"] in big
                if whole or node.get("Rows Removed by Filter", 0) * node.get("Actual Loops", 1) > BIG:
                    found.append(f"{json.dumps(node)[:300]} of {statement[:400]}")
    return found


def settled_by_hand(house: House) -> str:
    """Flag an exchange of the seed, settle the case as a reviewer does, and return it."""
    with house.database.begin() as tx:
        found = tx.execute(
            text("SELECT id, project, key FROM gateway_exchanges WHERE measure = 'withhold' LIMIT 1")
        ).one()
        who = person(tx, house.edges, "rita", "reviewer")
        through = From(project=found.project, key=found.key)
        case = flag(tx, house.office, found.id, Wrong.HARMFUL, "So it is.", through=through)
        claims.claim(tx, house.office, case.id, by=who.id)
        return deciding.decide(tx, house.office, case.id, ruling("warn"), by=who.id).id


def differs(tx: Transaction, table: str, case: str) -> list[str]:
    """Return in what a row of ours is another than those of the seed: columns without a value, keys of documents."""
    named, among = NAMED[table], f"SELECT * FROM {table} WHERE"  # noqa: S608
    mine = tx.execute(text(f"{among} {named} = :case"), {"case": case}).mappings().one()
    theirs = tx.execute(text(f"{among} {named} LIKE 'cs_05%' AND {OF[table]} LIMIT 1")).mappings().one()
    wrong = [name for name in mine if (mine[name] is None) != (theirs[name] is None)]
    documents = [name for name, value in mine.items() if isinstance(value, dict)]
    return wrong + [name for name in documents if set(mine[name]) != set(theirs[name])]


@pytest.mark.slow
def test_no_page_reads_a_table_that_grows_from_end_to_end(
    whole: None, house: House, instance: Instance, home: str, signed_in: Callable[..., Browser]
) -> None:
    fill(instance, EXCHANGES, CASES)
    browser = signed_in(somebody(instance, "everybody", *ROLES))
    with house.database.begin() as tx:
        counts = tx.execute(text("SELECT relname, reltuples FROM pg_class WHERE relkind = 'r'"))
        big = {row.relname: int(row.reltuples) for row in counts if row.reltuples > BIG}
        things = {name: tx.scalar(text(asked)) for name, asked in THINGS.items()}
    assert {"gateway_exchanges", "cases_cases", "cases_notices", "ledger_records", "audit_entries"} <= set(big)
    case = settled_by_hand(house)
    with house.database.begin() as tx:
        assert {name: found for name in NAMED if (found := differs(tx, name, case))} == {}
    wrong, known = dict[str, list[str]](), set[tuple[str, str]]()
    for path in (*lists(), *(each.format(**things) for each in MORE)):
        with said(house.database) as asked:
            reply = browser.get(path)
        # Some ask for more than a name, or for a passkey that is fresh: they answer so, and read next to nothing.
        assert reply.status_code in (200, 303, 403, 422), f"{path}: {reply.text}"
        asked = {statement: values for statement, values in asked.items() if (statement, str(values)) not in known}
        known |= {(statement, str(values)) for statement, values in asked.items()}
        if found := scans(house.database, asked, big):
            wrong[path] = found
    assert not wrong, json.dumps(wrong, indent=1)
