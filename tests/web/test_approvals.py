"""Two-party control over HTTP: what approvers see, who gets past what, and that nothing leaks to who may not."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.routing import Mount

from seawall.access.people import Person
from seawall.access.rights import Resource
from seawall.access.rights.actions import BY_NAME
from seawall.web import House
from seawall.web.application import inner
from seawall.web.routes import Need
from tests.conftest import FrozenClock
from tests.web.approving import KEY, ROLES, WANTED, joined, prove, told
from tests.web.browser import Browser

pytestmark = pytest.mark.usefixtures("whole")
SignIn = Callable[[Person], Browser]


@pytest.fixture
def team(house: House, clock: FrozenClock, signed_in: SignIn) -> dict[str, Browser]:
    """Browsers of people who are settled, signed in and have just used their passkeys."""
    with house.database.begin() as tx:
        made = {name: joined(tx, house, name, role) for name, role in ROLES.items()}
        made["none"] = joined(tx, house, "none")
    clock.advance(hours=73)
    browsers = {}
    for name, (who, device) in made.items():
        browsers[name] = signed_in(who)
        prove(browsers[name], device)
        browsers[name].begin()
        browsers[name].person = who.id  # type: ignore[attr-defined]
    return browsers


def _vote(browser: Browser, request: dict[str, Any], *, approves: bool = True, status: int = 200) -> Any:
    given = {"digest": request["digest"], "approves": approves}
    return told(browser.post(f"/api/approvals/{request['id']}/vote", given), status)


def test_what_is_asked_for_is_seen_exactly_agreed_to_and_done_once(team: dict[str, Browser]) -> None:
    request = told(team["bob"].post("/api/approvals", WANTED))
    seen = told(team["lea"].get(f"/api/approvals/{request['id']}"))
    assert (seen["parameters"], seen["reason"]) == (WANTED["parameters"], WANTED["reason"])
    assert "Makes a key 'laptop' of project 'demo'" in seen["will"]
    against = {each["name"]: each["against"] for each in seen["approvers"]}
    assert against == {"bob": "is the requester, or another account of theirs", "lea": "", "sam": ""}
    assert [each["id"] for each in told(team["lea"].get("/api/approvals/inbox"))["to_vote"]] == [request["id"]]
    assert _vote(team["lea"], seen)["state"] == "approved"
    done = told(team["bob"].post(f"/api/approvals/{request['id']}/execute", {}))
    assert done["shown"]["secret"].startswith("sw_")
    again = team["bob"].post(f"/api/approvals/{request['id']}/execute", {})
    assert (again.status_code, again.json()["error"]["code"]) == (409, "access.request_closed")
    after = told(team["lea"].get(f"/api/approvals/{request['id']}"))
    assert [(each["name"], each["approves"]) for each in after["votes"]] == [("lea", True)]
    assert done["shown"]["secret"] not in json.dumps(after)


def test_a_route_that_changes_something_says_which_request_it_takes(team: dict[str, Browser]) -> None:
    wanted = {"parameters": WANTED["parameters"]}
    refused = told(team["bob"].post(f"/api/acts/{KEY}", wanted), 403)["error"]
    assert refused["code"] == "access.approval_needed"
    named = json.loads(refused["hint"].partition(" with ")[2].partition(" and a reason")[0])
    request = told(team["bob"].post("/api/approvals", named | {"reason": "the clinic asked"}))
    _vote(team["sam"], request)
    other = {"parameters": {"project": "demo", "name": "another"}, "approval": request["id"]}
    assert told(team["bob"].post(f"/api/acts/{KEY}", other), 409)["error"]["code"] == "access.request_changed"
    assert "secret" in told(team["bob"].post(f"/api/acts/{KEY}", wanted | {"approval": request["id"]}))
    told(team["bob"].post(f"/api/acts/{KEY}", wanted | {"approval": request["id"]}), 409)


def test_handing_files_in_to_be_told_what_to_ask_keeps_them_for_the_request(team: dict[str, Browser]) -> None:
    files = {
        "intern.cedar": '@id("i") permit (principal in Role::"intern", action == Action::"policy.read", resource);'
    }
    refused = told(team["bob"].post("/api/acts/rights.change", {"parameters": {"files": files}}), 403)["error"]
    named = json.loads(refused["hint"].partition(" with ")[2].partition(" and a reason")[0])
    request = told(team["bob"].post("/api/approvals", named | {"reason": "an intern comes"}))
    _vote(team["sam"], request)
    done = told(team["bob"].post(f"/api/approvals/{request['id']}/execute", {}))
    assert "intern" in done["shown"]["roles"]
    acts = {each["act"]: each["unavailable"] for each in told(team["bob"].get("/api/acts"))}
    # Other people could agree to what Bob may ask for; a role that nobody here holds has a seat in the others.
    assert {name for name, why in acts.items() if why} == {"release.sign_off", "tester.lift_safeguards"}


def test_all_acts_are_listed_and_those_that_nobody_can_do_say_why(team: dict[str, Browser]) -> None:
    shown = {each["act"]: each for each in told(team["aud"].get("/api/acts"))}
    assert set(shown) == {action.name for action in BY_NAME.values() if action.two_party}
    assert "not enough people who could agree" in shown["release.sign_off"]["unavailable"]
    assert shown[KEY]["unavailable"] == ""
    assert set(shown[KEY]["takes"]["$defs"]["KeyWanted"]["properties"]) == {"project", "name"}
    assert set(shown["child_safety.export"]["takes"]["$defs"]["Exported"]["properties"]) == {
        "case", "recipient", "to", "manifest_sha256",
    }  # fmt: skip


def test_a_vote_on_another_digest_or_without_a_passkey_of_the_moment_is_refused(
    team: dict[str, Browser], clock: FrozenClock
) -> None:
    request = told(team["bob"].post("/api/approvals", WANTED))
    _vote(team["lea"], request | {"digest": "0" * 64}, status=409)
    clock.advance(minutes=6)
    _vote(team["lea"], request, status=403)
    assert told(team["sam"].get(f"/api/approvals/{request['id']}"))["votes"] == []


def test_a_denial_and_a_cancellation_end_it(team: dict[str, Browser]) -> None:
    request = told(team["bob"].post("/api/approvals", WANTED))
    assert _vote(team["lea"], request, approves=False)["state"] == "denied"
    again = told(team["bob"].post("/api/approvals", WANTED))
    told(team["sam"].post(f"/api/approvals/{again['id']}/cancel", {}), 403)
    assert told(team["bob"].post(f"/api/approvals/{again['id']}/cancel", {}))["state"] == "cancelled"
    states = [each["state"] for each in told(team["aud"].get("/api/approvals"))["requests"]]
    assert states == ["cancelled", "denied"]
    assert told(team["aud"].get("/api/approvals?state=waiting"))["requests"] == []


def test_glass_is_broken_alarmed_and_reviewed(team: dict[str, Browser]) -> None:
    told(team["lea"].post("/api/approvals/break-glass", WANTED), 403)
    broken = told(team["bob"].post("/api/approvals/break-glass", WANTED))
    assert broken["alone"]
    (alarm,) = told(team["lea"].get("/api/approvals/inbox"))["alarms"]
    assert (alarm["request"], alarm["what"]) == (broken["id"], "broken")
    told(team["bob"].post(f"/api/approvals/{broken['id']}/execute", {}))
    told(team["bob"].post(f"/api/approvals/{broken['id']}/review", {"justified": True}), 403)
    waits = told(team["lea"].get("/api/me/waiting"))
    assert (waits["counts"]["alarms"], [each["request"] for each in waits["alarms"]]) == (1, [broken["id"]])
    found = {"justified": False, "words": "Nobody was in a hurry."}
    seen = told(team["lea"].post(f"/api/approvals/{broken['id']}/review", found))
    assert [(each["name"], each["justified"], each["words"]) for each in seen["reviews"]] == [
        ("lea", False, "Nobody was in a hurry.")
    ]
    assert told(team["lea"].get("/api/me/waiting"))["counts"]["alarms"] == 0
    assert told(team["lea"].get("/api/approvals/inbox"))["alarms"] == []


def test_what_waits_is_shown_from_every_part(team: dict[str, Browser]) -> None:
    request = told(team["bob"].post("/api/approvals", WANTED))
    waits = told(team["lea"].get("/api/me/waiting"))
    assert [each["id"] for each in waits["to_vote"]] == [request["id"]]
    assert waits["counts"] == {
        "to_vote": 1, "alarms": 0, "approved": 0, "items": 0, "grants": 0, "privacy": 0,
    }  # fmt: skip
    _vote(team["lea"], request)
    assert told(team["lea"].get("/api/me/waiting"))["to_vote"] == []
    assert [each["id"] for each in told(team["bob"].get("/api/me/waiting"))["approved"]] == [request["id"]]


@pytest.mark.parametrize("name", ["a\x00b", "a\ud800b"])
def test_characters_that_cannot_be_kept_are_refused_and_break_nothing(team: dict[str, Browser], name: str) -> None:
    wanted = WANTED | {"parameters": {"project": name, "name": "laptop"}}
    body = json.dumps(wanted).encode()
    headers = {"content-type": "application/json"}
    assert team["bob"].ask("POST", "/api/approvals", content=body, headers=headers).status_code in (404, 422)
    disclosed = json.dumps({"parameters": {"item": name, "to": "x"}}).encode()
    reply = team["bob"].ask("POST", "/api/acts/vault.disclose", content=disclosed, headers=headers)
    assert reply.status_code in (404, 422), reply.text
    assert team["bob"].get(f"/api/approvals/{quote(name, errors='replace')}").status_code in (400, 404, 422)


def test_nobody_else_carries_out_what_somebody_asked_for(team: dict[str, Browser]) -> None:
    request = told(team["bob"].post("/api/approvals", WANTED))
    for name in ("sam", "lea", "none"):
        told(team[name].post(f"/api/approvals/{request['id']}/execute", {}), 403)
    assert told(team["bob"].get(f"/api/approvals/{request['id']}"))["state"] == request["state"]


# Signed-in people reach these without a role: they show or change nothing but their own.
OWN = {"/api/session", "/api/session/proof", "/api/approvals/inbox"}
IDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789_-'\"<>{}$%äé \x00", min_size=1, max_size=30)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=40),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3),
    max_leaves=6,
)
FIELDS = {
    "act": st.sampled_from(sorted(BY_NAME)) | IDS,
    "parameters": st.fixed_dictionaries(
        {}, optional={"project": st.just("demo"), "name": IDS, "files": st.dictionaries(IDS, IDS, max_size=2),
                      "item": IDS, "to": IDS, "digest": IDS}
    ),
    "reason": IDS,
    "digest": st.just("0" * 64) | IDS,
    "approves": st.booleans(),
    "justified": st.booleans(),
    "approval": IDS,
}  # fmt: skip
BODIES = st.fixed_dictionaries({}, optional=FIELDS) | VALUES


def _guarded(house: House) -> list[tuple[str, str, Need]]:
    found = []
    for route in inner(house).routes:
        if isinstance(route, Mount):
            # What directories call takes their token alone: tests/web/scim.
            continue
        assert isinstance(route, APIRoute)
        need = next(each.dependency for each in route.dependencies if isinstance(each.dependency, Need))
        if need.who not in ("anyone", "program", "portal") and route.path not in OWN:
            found += [(method, route.path, need) for method in sorted(route.methods)]
    return found


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(data=st.data())
def test_whatever_somebody_sends_who_may_not_they_are_refused(
    data: st.DataObject, house: House, team: dict[str, Browser], browser: Browser
) -> None:
    method, path, need = data.draw(st.sampled_from(_guarded(house)))
    fitting = (
        set()
        if need.action is None
        else set(house.desk.rights.roles_for(need.action, Resource(kind=BY_NAME[need.action].kind)))
    )
    under = [name for name in team if ROLES.get(name, "") not in fitting] if need.action else []
    who = data.draw(st.sampled_from([*under, "nobody"]))
    for part in {each.partition("}")[0] for each in path.split("{")[1:]}:
        path = path.replace(f"{{{part}}}", quote(data.draw(IDS), safe=""))
    sender = browser if who == "nobody" else team[who]
    reply = sender.ask(method, path, json=data.draw(BODIES))
    # 400 is what the shield says of an address that is none, before it looks at who asks.
    assert reply.status_code in (400, 401, 403, 404, 422), (who, method, path, reply.status_code, reply.text)


def test_who_may_not_learns_nothing_of_a_request_that_exists(
    house: House, team: dict[str, Browser], browser: Browser
) -> None:
    request = told(team["bob"].post("/api/approvals", WANTED))
    for method, path, need in _guarded(house):
        if "{request_id}" not in path:
            continue
        for sender in (browser, team["none"]):
            for body in ({}, {"digest": request["digest"], "approves": True, "justified": True}):
                reply = sender.ask(method, path.replace("{request_id}", request["id"]), json=body)
                assert reply.status_code in (401, 403, 404, 422), (method, path, need.action, reply.text)
                assert "laptop" not in reply.text
    assert told(team["bob"].get(f"/api/approvals/{request['id']}"))["state"] == "waiting"
