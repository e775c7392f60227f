"""People, projects, keys and passkeys changed over the JSON API, by the same functions as in the console."""

import json
from collections.abc import Callable

from seawall.access.people import Person
from tests.web.console.conftest import Make, text_of


def test_people_are_added_changed_let_in_and_put_out(staff: Make) -> None:
    ask = staff("ada", "administrator").browser
    made = ask.post("/api/people", {"name": "Zoe", "address": "zoe@people.test"})
    assert made.status_code == 200
    path = f"/api/people/{made.json()['id']}"
    assert ask.ask("PATCH", path, json={"name": "Zoe Example"}).json()["name"] == "Zoe Example"
    assert ask.post(f"{path}/link").json()["link"].startswith(f"{ask.home}/console/link?token=")
    assert ask.post(f"{path}/deactivate").json() == {"sessions": 0}
    assert ask.post(f"{path}/deactivate").json()["error"]["code"] == "access.person_inactive"
    assert ask.post(f"{path}/activate").json()["active"] is True
    assert ask.ask("DELETE", f"{path}/sessions").json() == {"sessions": 0}


def test_roles_have_an_owner_and_a_date(staff: Make, somebody: Callable[..., Person]) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben")
    path = f"/api/people/{ben.id}/roles"
    made = ada.browser.post(path, {"role": "legal", "review_days": 30}).json()
    assert (made["owner"], made["granted_by"], made["review_at"]) == (
        ada.person.id,
        ada.person.id,
        "2026-01-31T12:00:00Z",
    )
    assert ada.browser.post(path, {"role": "legal"}).json()["error"]["code"] == "access.role_held"
    assert ada.browser.post(path, {"role": "king"}).json()["error"]["code"] == "access.no_such_role"
    assert ada.browser.post(path, {"role": "auditor", "owner": "pe_no"}).status_code == 404
    assert ada.browser.post(f"{path}/legal/confirm").json() == {"confirmed": "legal"}
    assert [each["role"] for each in ada.browser.get(path).json()] == ["legal"]
    assert ada.browser.ask("DELETE", f"{path}/legal").json() == {"withdrawn": "legal"}


def test_several_roles_are_given_and_taken_at_once_or_not_at_all(staff: Make, somebody: Callable[..., Person]) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben", "auditor", "reviewer")
    path = f"/api/people/{ben.id}/roles"

    def held() -> list[str]:
        return [each["role"] for each in ada.browser.get(path).json()]

    for wrong, code in (
        ({"give": ["legal", "auditor"]}, "access.role_held"),
        ({"give": ["legal"], "take": ["publisher"]}, "access.no_such_grant"),
        ({"give": ["legal", "king"]}, "access.no_such_role"),
        ({"give": ["legal"], "take": ["legal"]}, "access.role_twice"),
        ({"give": ["legal"], "owner": "pe_no"}, "access.no_such_person"),
    ):
        assert ada.browser.ask("PUT", path, json=wrong).json()["error"]["code"] == code, wrong
        assert held() == ["auditor", "reviewer"]
    changed = ada.browser.ask("PUT", path, json={"give": ["legal", "publisher"], "take": ["auditor"]}).json()
    assert [each["role"] for each in changed] == held() == ["legal", "publisher", "reviewer"]
    refused = staff("aud", "auditor").browser.ask("PUT", path, json={"take": ["legal"]})
    assert (refused.status_code, held()) == (403, ["legal", "publisher", "reviewer"])


def test_whoever_is_added_gets_their_roles_in_the_same_step(staff: Make) -> None:
    ada = staff("ada", "administrator").browser
    made = ada.post("/api/people", {"name": "Zoe", "roles": ["legal", "auditor"]}).json()
    assert made["roles"] == ["auditor", "legal"]
    assert ada.post("/api/people", {"name": "Zed", "roles": ["legal", "king"]}).status_code == 400
    assert not [each for each in ada.get("/api/people").json()["people"] if each["name"] == "Zed"]


def test_the_page_of_roles_gives_and_takes_what_is_ticked(staff: Make, somebody: Callable[..., Person]) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben", "auditor")
    page, form = f"/people/{ben.id}/roles/change", {"owner": ada.person.id, "review_days": "30"}
    assert "Held now." in text_of(ada.see(page))
    none = ada.send(page, **form)
    assert (none.status_code, "none was ticked" in text_of(none)) == (422, True)
    data = form | {"csrf": ada.browser.form, "give": ["legal", "publisher"], "take": ["auditor"]}
    headers = {"accept": "text/html", "x-csrf-token": ""}
    done = ada.browser.ask("POST", f"/console{page}", data=data, headers=headers)
    assert done.headers["location"].endswith("?said=roles_changed")
    held = ada.browser.get(f"/api/people/{ben.id}/roles").json()
    assert [(each["role"], each["review_at"]) for each in held] == [
        ("legal", "2026-01-31T12:00:00Z"), ("publisher", "2026-01-31T12:00:00Z"),
    ]  # fmt: skip


def test_a_stale_passkey_is_told_apart_from_a_missing_right(staff: Make) -> None:
    stale = staff("ada", "administrator", proven=False).browser
    assert stale.post("/api/people", {"name": "Zoe"}).json()["error"]["code"] == "access.passkey_needed"
    lacking = staff("ben", "auditor").browser
    assert lacking.post("/api/people", {"name": "Zoe"}).json()["error"]["code"] == "access.not_permitted"


def test_projects_and_keys_are_made_and_ended(staff: Make) -> None:
    ask = staff("ada", "administrator").browser
    made = ask.post("/api/projects", {"name": "demo", "country": "DE"}).json()
    path = f"/api/projects/{made['id']}"
    assert ask.ask("PATCH", path, json={"steer_share": 0.5}).json()["steer_share"] == 0.5
    assert ask.ask("PATCH", path, json={"zero_retention": True}).status_code == 422
    key = ask.post(f"{path}/keys", {"name": "laptop"}).json()
    assert key["secret"].startswith("sw_")
    assert key["secret"] not in ask.get(f"{path}/keys").text
    assert ask.post(f"{path}/keys", {"name": "\u0000"}).json()["error"]["code"] == "access.bad_setting"
    assert ask.ask("DELETE", f"{path}/keys/{key['id']}").json() == {"revoked": key["id"]}
    assert ask.ask("DELETE", path).json() == {"archived": made["id"]}
    assert ask.get(path).status_code == 404
    assert ask.get("/api/projects").json() == {"projects": [], "next": ""}


def test_a_proof_in_a_session_comes_from_a_passkey_of_ones_own(staff: Make) -> None:
    ada, ben = staff("ada", proven=False), staff("ben", proven=False)
    ada.device, theirs = ben.device, ada.device
    begun = ada.browser.post("/api/session/proof/begin").json()
    answer = ada.device.get(json.dumps(begun["options"]))
    refused = ada.browser.post("/api/session/proof", {"challenge": begun["challenge"], "answer": answer})
    assert refused.status_code == 401
    ada.device = theirs
    ada.prove()
