"""Every page that lists what grows rests on indexes: looked up in the plans of what it asks, over a year of work."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.seed import fill, somebody
from fastapi.routing import APIRoute
from sqlalchemy import Connection, event, text

from seawall.app.instance import Instance
from seawall.store import Database
from seawall.web.application import PARTS
from seawall.web.house import House
from tests.web.browser import Browser

EXCHANGES, CASES = 20_000, 10_000
# What is bigger than that is read by an index.
BIG = 900
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
# Pages that show all there is of something, and count what is unsettled: they read that, and no more.
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


def nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for each in plan.get("Plans", ()):
        yield from nodes(each)


def lists() -> list[str]:
    """Return every page and list that needs no name to be asked for."""
    found = [route for part in PARTS for route in part.router.routes if isinstance(route, APIRoute)]
    paths = {each.path for each in found if "GET" in (each.methods or ()) and "{" not in each.path}
    return sorted(path for path in paths if path.startswith(("/console", "/api")) and not path.startswith("/api/v1"))


def scans(database: Database, asked: Said, big: dict[str, int]) -> list[str]:
    """Return which big tables the questions read from one end to the other, and what asked for it."""
    found = []
    with database.begin() as tx:
        for statement, values in asked.items():
            (plan,) = tx.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values).scalar_one()
            for node in nodes(plan["Plan"]):
                whole = node["Node Type"] == "Seq Scan" and node["Relation Name"] in big
                if whole or node.get("Rows Removed by Filter", 0) * node.get("Actual Loops", 1) > BIG:
                    found.append(f"{json.dumps(node)[:300]} of {statement[:400]}")
    return found


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
    wrong: dict[str, list[str]] = {}
    for path in (*lists(), *(each.format(**things) for each in MORE)):
        with said(house.database) as asked:
            reply = browser.get(path)
        assert reply.status_code < 500, f"{path}: {reply.text}"
        if found := scans(house.database, asked, big):
            wrong[path] = found
    assert not wrong, json.dumps(wrong, indent=1)
