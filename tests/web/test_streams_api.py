"""Streams of the audit over HTTP: others agree to where records go, removing one takes one, and nobody else may."""

from collections.abc import Callable
from typing import Any

import pytest

from seawall.access.people import Person
from seawall.web import House
from tests.conftest import FrozenClock
from tests.web.approving import joined, prove, told
from tests.web.browser import Browser

pytestmark = pytest.mark.usefixtures("whole")
AT = "/api/audit/streams"
WANTED: dict[str, Any] = {
    "way": "webhook", "target": "https://siem.example/in", "kinds": "person.*,role.granted", "secret": "s" * 32,
}  # fmt: skip


@pytest.fixture
def team(house: House, clock: FrozenClock, signed_in: Callable[[Person], Browser]) -> dict[str, Browser]:
    """Two of security, a lawyer and an auditor, each with a passkey that was just used."""
    held = {"sam": "security", "sue": "security", "lea": "legal", "aud": "auditor"}
    with house.database.begin() as tx:
        made = {name: joined(tx, house, name, role) for name, role in held.items()}
    clock.advance(hours=73)
    browsers = {}
    for name, (who, device) in made.items():
        browsers[name] = signed_in(who)
        prove(browsers[name], device)
        browsers[name].begin()
    return browsers


def test_records_flow_where_others_agreed_and_no_more_once_it_is_removed(
    team: dict[str, Browser], house: House
) -> None:
    refused = told(team["sam"].post(AT, WANTED), 403)["error"]
    assert refused["code"] == "access.approval_needed"
    assert "s" * 32 not in str(refused)
    assert told(team["aud"].get(AT)) == []
    wanted = {"act": "audit.stream_add", "parameters": WANTED, "reason": "The SIEM reads them."}
    asked = told(team["sam"].post("/api/approvals", wanted))
    assert "Lets records of the kinds person.*, role.granted flow to https://siem.example/in" in asked["will"]
    assert "s" * 32 not in str(asked)
    vote = {"digest": asked["digest"], "approves": True}
    assert told(team["lea"].post(f"/api/approvals/{asked['id']}/vote", vote))["state"] == "approved"
    other = asked["parameters"] | {"target": "https://elsewhere.example/in", "approval": asked["id"]}
    assert told(team["sam"].post(AT, other), 409)["error"]["code"] == "access.request_changed"
    made = told(team["sam"].post(AT, asked["parameters"] | {"approval": asked["id"]}))["stream"]
    (shown,) = told(team["aud"].get(AT))
    assert (shown["id"], shown["kinds"], shown["form"]) == (made, ["person.*", "role.granted"], "ocsf")
    assert told(team["aud"].ask("DELETE", f"{AT}/{made}"), 403)["error"]["code"] == "access.not_permitted"
    assert told(team["sue"].ask("DELETE", f"{AT}/{made}")) == {"removed": made}
    assert told(team["aud"].get(AT)) == []
    told(team["sue"].ask("DELETE", f"{AT}/{made}"), 404)
    with house.database.begin() as tx:
        kinds = [row[0] for row in tx.exec_driver_sql("SELECT kind FROM ledger_records ORDER BY id")]
    assert kinds[-4:] == ["request.executed", "audit.stream_added", "audit.stream_removed", "vault.item_erased"]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"secret": "short"}, "audit.secret_missing"),
        ({"target": "http://user:word@siem.example"}, "audit.bad_target"),
        ({"target": "file:///etc/passwd"}, "audit.bad_target"),
        ({"kinds": "persons.*"}, "audit.no_such_kind"),
        ({"way": "carrier"}, "access.bad_parameters"),
        ({"credential": "it_none", "secret": None}, "vault.no_such_item"),
    ],
)
def test_what_cannot_be_a_stream_is_not_asked_for(
    team: dict[str, Browser], house: House, more: dict[str, Any], code: str
) -> None:
    parameters = {name: value for name, value in (WANTED | more).items() if value is not None}
    given = {"act": "audit.stream_add", "parameters": parameters, "reason": "x"}
    refused = team["sam"].post("/api/approvals", given)
    assert refused.json()["error"]["code"] == code, refused.text
    assert team["aud"].post(AT, WANTED).status_code == 403
    with house.database.begin() as tx:
        assert not tx.exec_driver_sql("SELECT 1 FROM ledger_records WHERE kind = 'request.asked'").all()


def test_the_pages_show_streams_ask_for_one_and_remove_one(team: dict[str, Browser]) -> None:
    html = {"accept": "text/html"}
    assert "Records flow nowhere." in team["aud"].get("/console/audit/streams", headers=html).text
    assert "Ask for another" not in team["aud"].get("/console/audit/streams", headers=html).text
    assert team["aud"].get("/console/audit/streams/add", headers=html).status_code == 403
    form = team["sam"].get("/console/audit/streams/add", headers=html).text
    assert 'type="password" id="f-secret"' in form
    entered = WANTED | {"form": "cef", "private": "yes", "reason": "The SIEM reads them.", "csrf": team["sam"].form}

    def sent(**more: str) -> Any:
        page_headers = html | {"x-csrf-token": ""}
        return team["sam"].ask("POST", "/console/audit/streams/add", data=entered | more, headers=page_headers)

    short = sent(secret="short-canary")
    assert (short.status_code, "has 12 characters" in short.text, "short-canary" in short.text) == (400, True, False)
    request = sent().headers["location"].rpartition("/")[2].split("?")[0]
    asked = told(team["sue"].get(f"/api/approvals/{request}"))
    assert (asked["parameters"]["private"], asked["parameters"]["from_now"]) == (True, False)
    told(team["sue"].post(f"/api/approvals/{asked['id']}/vote", {"digest": asked["digest"], "approves": True}))
    sam = team["sam"]

    def press(path: str) -> Any:
        return sam.ask("POST", path, data={"csrf": sam.form}, headers=html | {"x-csrf-token": ""})

    assert 'href="/console/audit/streams/st_' in press(f"/console/approvals/{asked['id']}/execute").text
    (made,) = told(sam.get(AT))
    page = f"/console/audit/streams/{made['id']}"
    assert "https://siem.example/in" in sam.get(page, headers=html).text
    assert "Its secret is erased" in sam.get(f"{page}/remove", headers=html).text
    assert team["aud"].get(f"{page}/remove", headers=html).status_code == 403
    assert press(f"{page}/remove").headers["location"].endswith("?said=stream_removed")
    assert sam.get(page, headers=html).status_code == 404
