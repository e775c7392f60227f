"""`/api/testers`: who may begin engagements, and with whose agreement; and what comes back."""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from seawall.access import Upstream, projects, testers
from seawall.access.people import Person
from seawall.app.instance import Instance
from seawall.gateway import testing
from seawall.ledger.write import record
from seawall.web.house import House
from tests.access.engagement import plan
from tests.conftest import FrozenClock
from tests.web.approving import joined, prove, told
from tests.web.browser import Browser

pytestmark = pytest.mark.usefixtures("whole")
SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]


@pytest.fixture(autouse=True)
def demo(house: House, instance: Instance) -> None:
    up = Upstream(name="gpt", api="chat", base_url="https://up.test", model="gpt-up")
    with house.database.begin() as tx:
        projects.set_model(tx, "demo", up, seal=instance.seal, by="t", record=instance.record)


class Two:
    """Two people of security with passkeys, one of whom asks."""

    def __init__(self, house: House, clock: FrozenClock, signed_in: SignIn) -> None:
        with house.database.begin() as tx:
            made = [joined(tx, house, name, "security") for name in ("sam", "bob")]
        clock.advance(hours=73)
        self.sam, self.browsers = made[0][0], []
        for who, device in made:
            browser = signed_in(who)
            prove(browser, device)
            browser.begin()
            self.browsers.append(browser)

    def begin(self, body: dict[str, Any]) -> dict[str, Any]:
        """Ask to begin an engagement, have it agreed to, and begin it."""
        sam, bob = self.browsers
        wanted = {"act": "tester.begin", "parameters": body, "reason": "they asked"}
        request = told(sam.post("/api/approvals", wanted))
        vote = {"digest": request["digest"], "approves": True}
        told(bob.post(f"/api/approvals/{request['id']}/vote", vote))
        made: dict[str, Any] = told(sam.post("/api/testers", body | {"approval": request["id"]}))
        told(sam.post("/api/testers", body | {"approval": request["id"]}), 409)
        return made


@pytest.fixture
def two(house: House, clock: FrozenClock, signed_in: SignIn) -> Two:
    return Two(house, clock, signed_in)


def _body(house: House, owner: Person, **given: Any) -> dict[str, Any]:
    made = plan(house.edges, owner.id, **given)
    fields = {name: getattr(made, name) for name in made.__struct_fields__}
    return fields | {"begins": made.begins.isoformat(), "ends": made.ends.isoformat()}


def test_an_engagement_begins_as_others_agreed_lets_a_tester_in_and_ends(
    house: House, two: Two, somebody: Make, instance: Instance
) -> None:
    tester, browser = somebody("tess"), two.browsers[0]
    at = f"/api/testers/{two.begin(_body(house, two.sam))['id']}"
    shown = browser.post(f"{at}/testers", {"person": tester.id, "checked": "employer"}).json()
    assert [(each["person"], each["validated_by"]) for each in shown["testers"]] == [(tester.id, two.sam.id)]
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
    assert _kinds(instance)[-1] == "tester.engagement_ended"


def test_nobody_begins_one_alone_and_the_refusal_says_what_to_ask(house: House, two: Two, instance: Instance) -> None:
    before = _kinds(instance)
    refused = told(two.browsers[0].post("/api/testers", _body(house, two.sam)), 403)["error"]
    assert refused["code"] == "access.approval_needed"
    assert '"act":"tester.begin"' in refused["asks"]
    assert _kinds(instance) == before


def test_approvers_see_whom_it_lets_reach_what(house: House, two: Two) -> None:
    wanted = {"act": "tester.begin", "parameters": _body(house, two.sam, request_budget=9), "reason": "they asked"}
    will = told(two.browsers[0].post("/api/approvals", wanted))["will"]
    for said in ("Institute of Tests", "reach gpt of project demo", "127.0.0.0/8", "at most 9 requests", two.sam.id):
        assert said in will
    told(two.browsers[0].post("/api/approvals", wanted), 409)


def test_who_may_only_read_changes_nothing(house: House, somebody: Make, signed_in: SignIn, instance: Instance) -> None:
    auditor = somebody("abe", "auditor")
    browser = signed_in(auditor)
    before = _kinds(instance)
    assert browser.get("/api/testers").json() == {"engagements": [], "next": ""}
    refused = browser.post("/api/testers", _body(house, auditor))
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "access.not_permitted")
    assert _kinds(instance) == before


def test_a_plan_that_cannot_be_is_told_in_our_words(house: House, two: Two) -> None:
    refused = two.browsers[0].post("/api/testers", _body(house, two.sam, addresses=("home",)))
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "access.bad_engagement")
    assert "'home' is no network" in refused.json()["error"]["message"]
    naive = _body(house, two.sam) | {"ends": "2027-01-01T00:00:00"}
    assert two.browsers[0].post("/api/testers", naive).status_code == 400


def test_statements_and_history_are_read_and_nothing_is_proven_where_no_ledger_is(
    house: House, two: Two, somebody: Make, signed_in: SignIn
) -> None:
    sam, eva = two.sam, somebody("eva", "evaluator")
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


def _kinds(instance: Instance) -> list[str]:
    with instance.database().begin() as tx:
        return [row[0] for row in tx.exec_driver_sql("SELECT kind FROM ledger_records ORDER BY id")]
