"""Releases in the console and over the API: proposed with files, signed off by two others, refused, withdrawn, read."""

import json
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page

from seawall.access.people import Person
from seawall.web.house import House
from tests.web.console.conftest import Staff, hidden, text_of
from tests.web.console.test_browser import add_passkey, come_in, looked_at
from tests.web.console.test_injection import BAD, clean

STATED = b"Nothing comes near a threshold."
LACKING = ["thresholds", "evaluations", "safeguards", "capability_report"]
PLAN = {"model": "small", "version": "1.0", "applies": "external_deploy", "risk": "not_reached",
        "expires_at": "2026-06-01T12:00", "conditions": "Only with the filters on.\n\nNo children."}  # fmt: skip
HTML = {"accept": "text/html", "x-csrf-token": ""}
ROLES = {"eva": "evaluator", "rex": "release_approver", "ray": "release_approver", "pub": "publisher",
         "pol": "policy_editor", "sec": "security"}  # fmt: skip


@pytest.fixture
def team(known_people: Callable[[dict[str, str]], dict[str, Staff]]) -> dict[str, Staff]:
    return known_people(ROLES)


def sent(who: Staff, path: str, fields: dict[str, Any], files: dict[str, bytes] | None = None) -> httpx.Response:
    """Send a form with files, as a browser does."""
    data = {"csrf": who.browser.form} | fields
    given = {name: (f"{name}.pdf", content, "application/pdf") for name, content in (files or {}).items()}
    return who.browser.ask("POST", f"/console{path}", data=data, files=given or None, headers=HTML)


def proposed(who: Staff, **more: str) -> str:
    reply = sent(who, "/releases/propose", PLAN | more, {"determination": STATED})
    assert reply.status_code == 303, text_of(reply)
    return str(reply.headers["location"]).removeprefix("/console").split("?")[0]


def test_a_release_goes_its_way_page_by_page(team: dict[str, Staff], house: House) -> None:
    eva, rex, ray = team["eva"], team["rex"], team["ray"]
    assert "No release was proposed." in text_of(eva.see("/releases"))
    unsaid = sent(eva, "/releases/propose", PLAN | {"risk": ""}, {"determination": STATED})
    assert (unsaid.status_code, "risk" in text_of(unsaid)) == (422, True)
    lacking = sent(eva, "/releases/propose", PLAN)
    assert (lacking.status_code, "No document states what is determined" in text_of(lacking)) == (400, True)
    path = proposed(eva)
    name = path.rpartition("/")[2]
    shown = text_of(rex.see(path))
    for said in ("small 1.0", "No evaluation of this model is on record here.", "No children.", "determination.pdf"):
        assert said in shown
    assert "sign-off" not in eva.see(path).text.replace("A sign-off", "").replace("a sign-off", "")
    file = rex.see(f"{path}/documents/{sha256(STATED).hexdigest()}")
    assert (file.content, file.headers["content-type"]) == (STATED, "application/octet-stream")
    assert file.headers["content-disposition"].startswith("attachment")
    form = rex.see(f"{path}/sign-off")
    statement = hidden(form, "statement")
    assert statement in text_of(form)
    given = {"statement": statement, "lacking": LACKING[1:], "reason": "It is ready."}
    refused = sent(rex, f"{path}/sign-off", given)
    assert (refused.status_code, "Missing is: thresholds" in text_of(refused)) == (400, True)
    asked = sent(rex, f"{path}/sign-off", given | {"lacking": LACKING})
    assert asked.status_code == 303, text_of(asked)
    request = asked.headers["location"].removeprefix("/console").split("?")[0]
    assert "Others are asked to sign it off" in text_of(ray.see(path))
    waits = ray.see(request)
    assert "Signs off small 1.0 for external deploy" in text_of(waits)
    assert ray.send(f"{request}/approve", digest=hidden(ray.see(f"{request}/approve"), "digest")).status_code == 303
    assert f'href="/console{path}"' in rex.send(f"{request}/execute").text
    assert "signed off" in text_of(ray.see(path))
    (public,) = rex.browser.get("/api/releases/signed-off").json()
    assert (public["statement"], public["state"], public["missing"]) == (statement, "signed_off", LACKING)
    assert rex.send(f"{path}/withdraw", reason_code="incident").headers["location"].endswith("?said=release_withdrawn")
    assert "an incident" in text_of(eva.see(path))
    assert rex.send(f"{path}/withdraw", reason_code="incident").status_code == 409
    assert "small" in eva.see("/releases?format=csv").text
    with house.database.begin() as tx:
        kinds = [row[0] for row in tx.exec_driver_sql("SELECT kind FROM ledger_records ORDER BY id")]
    assert [each for each in kinds if each.startswith("release.")] == [
        "release.proposed", "release.document_read", "release.signed_off", "release.withdrawn",
    ]  # fmt: skip
    assert name in eva.see("/releases").text


def test_a_document_that_is_exchanged_voids_what_was_agreed_to(team: dict[str, Staff]) -> None:
    eva, rex, ray = team["eva"], team["rex"], team["ray"]
    path = proposed(eva)
    statement = hidden(rex.see(f"{path}/sign-off"), "statement")
    asked = sent(rex, f"{path}/sign-off", {"statement": statement, "lacking": LACKING, "reason": "Ready."})
    request = asked.headers["location"].removeprefix("/console").split("?")[0]
    ray.send(f"{request}/approve", digest=hidden(ray.see(f"{request}/approve"), "digest"))
    for nothing, status in (({}, 422), ({"public": "0" * 64}, 404)):
        assert sent(eva, f"{path}/attach", {"part": "other"} | nothing).status_code == status
    assert sent(eva, f"{path}/attach", {"part": "other"}, {"file": b"More."}).status_code == 303
    late = rex.send(f"{request}/execute")
    assert (late.status_code, "is not what was agreed to" in text_of(late)) == (409, True)
    refused = rex.send(f"{path}/refuse", reason_code="evidence_lacking", reason="Measure it first.")
    assert refused.headers["location"].endswith("?said=release_refused")
    assert "Measure it first." in text_of(eva.see(path))


def test_whoever_may_not_learns_or_changes_nothing(team: dict[str, Staff]) -> None:
    path = proposed(team["eva"])
    name = path.rpartition("/")[2]
    document = {"part": "other", "title": "x", "content": b64encode(b"x").decode()}
    assert team["pub"].see(path).status_code == 200
    for who, status in (("sec", 403), ("pol", 403)):
        for read in (path, "/releases", f"{path}/documents/{sha256(STATED).hexdigest()}", f"{path}/sign-off"):
            assert team[who].see(read).status_code == status, read
        browser = team[who].browser
        assert browser.get(f"/api/releases/{name}").status_code == status
        assert browser.ask("PUT", f"/api/releases/{name}/documents", json=document).status_code == status
        for step, body in (
            ("sign-off", {"lacking": LACKING}),
            ("refuse", {"reason_code": "other", "reason": "x"}),
            ("withdraw", {"reason_code": "other"}),
        ):
            assert browser.post(f"/api/releases/{name}/{step}", body).status_code == status, step
    for step in ("refuse", "sign-off"):
        assert team["eva"].see(f"{path}/{step}").status_code == 403
    for step in ("attach", "withdraw"):
        assert team["pub"].see(f"{path}/{step}").status_code == 403
    assert team["rex"].see("/releases/rl_none").status_code == 404
    wanted = team["rex"].browser.post(f"/api/releases/{name}/sign-off", {"lacking": LACKING}).json()["error"]
    assert (wanted["code"], json.loads(wanted["asks"])["act"]) == ("access.approval_needed", "release.sign_off")


def test_what_people_name_stays_text(team: dict[str, Staff]) -> None:
    eva, rex = team["eva"], team["rex"]
    assert sent(eva, "/releases/propose", PLAN | {"model": BAD}, {"determination": STATED}).status_code == 400
    path = proposed(eva, conditions=BAD)
    document = {"part": "other", "title": BAD[:120], "content": b64encode(b"<script>").decode()}
    made = eva.browser.ask("PUT", f"/api/releases/{path.rpartition('/')[2]}/documents", json=document)
    assert made.status_code == 200, made.text
    rex.send(f"{path}/refuse", reason_code="other", reason=BAD)
    for page in (path, "/releases"):
        assert clean(rex.see(page).text), page


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_page_of_releases_shuts_anybody_out(
    page: Page, team: dict[str, Staff], house: House, somebody: Callable[..., Person]
) -> None:
    eva, rex = team["eva"], team["rex"]
    signed, path = proposed(eva, version="0.9"), proposed(eva, risk="cannot_rule_out")
    eva.browser.ask(
        "PUT", f"/api/releases/{path.rpartition('/')[2]}/documents",
        json={"part": "safeguards_report", "title": "What stands against it", "content": b64encode(b"x").decode()},
    )  # fmt: skip
    given = {"statement": hidden(rex.see(f"{signed}/sign-off"), "statement"), "lacking": LACKING, "reason": "Ready."}
    request = sent(rex, f"{signed}/sign-off", given).headers["location"].removeprefix("/console").split("?")[0]
    approve = f"{request}/approve"
    team["ray"].send(approve, digest=hidden(team["ray"].see(approve), "digest"))
    rex.send(f"{request}/execute")
    come_in(page, house, somebody("Zoe Example", "release_approver", "evaluator", "auditor"))
    add_passkey(page)
    wrong = []
    for name, where in {
        "releases": "/releases",
        "release": path,
        "release-signed": signed,
        "release-sign-off": f"{path}/sign-off",
        "release-propose": "/releases/propose",
        "release-attach": f"{path}/attach",
        "release-refuse": f"{path}/refuse",
        "release-withdraw": f"{path}/withdraw",
    }.items():
        page.goto(f"/console{where}")
        wrong += looked_at(page, name)
    assert wrong == []
