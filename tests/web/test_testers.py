"""`/api/testers`: who may set engagements up, and what comes back."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from seawall.access import Upstream, projects, testers
from seawall.access.people import Person
from seawall.gateway import testing
from seawall.ledger.write import record
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.access.engagement import plan
from tests.web.browser import Browser

SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]


@pytest.fixture(autouse=True)
def demo(house: House) -> None:
    ours: Any = {"by": "t", "record": house.edges.record}
    up = Upstream(name="gpt", api="chat", base_url="https://up.test", model="gpt-up")
    with house.database.begin() as tx:
        projects.create(tx, "demo", clock=house.edges.clock, **ours)
        projects.set_model(tx, "demo", up, seal=lambda *_: pytest.fail("no credential"), **ours)


def _body(house: House, owner: Person, **given: Any) -> dict[str, Any]:
    made = plan(house.edges, owner.id, **given)
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    return fields | {"begins": made.begins.isoformat(), "ends": made.ends.isoformat()}


def test_security_sets_up_an_engagement_lets_a_tester_in_and_ends_it(
    house: House, somebody: Make, signed_in: SignIn, ledger: Ledger
) -> None:
    sam, tester = somebody("sam", "security"), somebody("tess")
    browser = signed_in(sam)
    made = browser.post("/api/testers", _body(house, sam))
    assert made.status_code == 200, made.text
    at = f"/api/testers/{made.json()['id']}"
    shown = browser.post(f"{at}/testers", {"person": tester.id, "checked": "employer"}).json()
    assert [(each["person"], each["validated_by"]) for each in shown["testers"]] == [(tester.id, sam.id)]
    key = browser.post(f"{at}/keys", {"person": tester.id, "name": "laptop"}).json()
    assert key["secret"].startswith("sw_")
    assert browser.get(at).json()["keys"][0]["key"] == key["key"]
    assert key["secret"] not in browser.get(at).text
    assert browser.get("/api/testers").json()["engagements"][0]["state"] == "running"
    stated = browser.post(f"{at}/statement").json()
    assert stated["conditions"]["organisation"] == "Institute of Tests"
    assert browser.post(f"{at}/safeguards").json()["safeguards"]
    assert browser.ask("DELETE", f"{at}/testers/{tester.id}").json()["keys"][0]["revoked"]
    assert browser.post(f"{at}/end").json()["state"] == "ended"
    assert browser.post(f"{at}/end").status_code == 409
    assert ledger.kinds[-1] == "tester.engagement_ended"


def test_who_may_only_read_changes_nothing(house: House, somebody: Make, signed_in: SignIn, ledger: Ledger) -> None:
    auditor = somebody("abe", "auditor")
    browser, before = signed_in(auditor), len(ledger)
    assert browser.get("/api/testers").json() == {"engagements": [], "next": ""}
    refused = browser.post("/api/testers", _body(house, auditor))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "access.not_permitted")
    assert ledger.kinds[before:] == []


def test_a_plan_that_cannot_be_is_told_in_our_words(house: House, somebody: Make, signed_in: SignIn) -> None:
    sam = somebody("sam", "security")
    refused = signed_in(sam).post("/api/testers", _body(house, sam, addresses=("home",)))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "access.bad_engagement")
    assert "'home' is no network" in refused.json()["error"]["message"]
    naive = _body(house, sam) | {"ends": "2027-01-01T00:00:00"}
    assert signed_in(sam).post("/api/testers", naive).status_code == 400


def test_statements_and_history_are_read_and_nothing_is_proven_where_no_ledger_is(
    house: House, somebody: Make, signed_in: SignIn
) -> None:
    sam, eva = somebody("sam", "security"), somebody("eva", "evaluator")
    written = msgspec.structs.replace(house.edges, record=partial(record, clock=house.edges.clock))
    with house.database.begin() as tx:
        made = testers.make(tx, written, plan(house.edges, sam.id), by=sam.id)
        other = testers.make(tx, written, plan(house.edges, sam.id), by=sam.id)
        stated, _ = testers.issue(tx, written, made.id, testing.tested, by=sam.id)
    browser, at = signed_in(eva), f"/api/testers/{made.id}"
    assert [each["record"] for each in browser.get(f"{at}/statements").json()] == [stated]
    shown = browser.get(f"{at}/statements/{stated}").json()
    assert (shown["by"], shown["conditions"]["engagement"]) == (sam.id, made.id)
    kinds = [each["kind"] for each in browser.get(f"{at}/history").json()]
    assert kinds == ["tester.statement_issued", "tester.engagement_created"]
    assert browser.get(f"/api/testers/{other.id}/statements").json() == []
    for path, code in (
        (f"{other.id}/statements/{stated}", "access.no_such_statement"),
        (f"{made.id}/statements/re_none", "access.no_such_statement"),
        ("en_none/history", "access.no_such_engagement"),
        (f"{made.id}/statements/{stated}/proof", "web.nothing_proven"),
    ):
        assert browser.get(f"/api/testers/{path}").json()["error"]["code"] == code
