"""Whatever people wrote, and whatever cases, projects and policies are called, stays text on every page of cases."""

import json
from typing import Any

import pytest

from seawall.access import projects
from seawall.access.people import people
from seawall.access.people.model import Profile
from seawall.cases import Case, Origin
from seawall.vocabulary.categories import Category
from tests.web.console.cases.conftest import Make, Rooms
from tests.web.console.conftest import Staff
from tests.web.console.test_injection import BAD, clean

WARN = {"outcome": "warn", "reason_code": "repeated", "reason": BAD}


@pytest.fixture
def root(staff: Make, rooms: Rooms) -> Staff:
    """Somebody who may do everything with cases, of a bad name."""
    made = staff("root", "senior_reviewer", "reviewer", "child_safety_reviewer", "policy_editor", "administrator")
    with rooms.house.database.begin() as tx:
        person = made.person.id
        people.change(tx, rooms.house.edges, person, Profile(name=BAD, address=f"{BAD}@root"), by=person)
    return made


def _poisoned(rooms: Rooms, *categories: Category, **more: Any) -> Case:
    """Make a case in which everything that anybody wrote is bad, and whatever has a code a bad one."""
    verdict = {"measure": "withhold", "because": [BAD], "reason": BAD, "would_have": [{"rule": BAD, "measure": "hold"}]}
    finding = {"category": "jailbreak", "detector": BAD, "release": BAD, "surface": "input", "span": [2, 9], "piece": 1}
    return rooms.case(
        *categories, said=BAD, answered=BAD, words=BAD, model=BAD, outcome=BAD, input_verdict=verdict,
        input_findings=[finding], **more,
    )  # fmt: skip


def test_bad_words_stay_text_on_every_page(root: Staff, rooms: Rooms, staff: Make) -> None:
    made = _poisoned(rooms, origin=Origin.FLAG)
    rooms.claims(made, root.person)
    path = f"/cases/{made.id}"
    assert root.send(f"{path}/notes", text=BAD).status_code == 303
    looked = root.send(f"{path}/look")
    assert looked.text.count("&lt;img src=x") + looked.text.count("img src=x onerror") >= 5
    assert clean(looked.text)
    for page in ("", path, *(f"{path}/{step}" for step in ("notes", "pause", "move", "merge", "readers"))):
        assert clean(root.see(page).text), page
    assert root.send(f"{path}/decide", **WARN).status_code == 303
    assert clean(root.send(f"{path}/look").text)
    for page in ("/cases?state=decided", path, f"{path}/reopen", "/cases/samples", "/dashboard", "/policy"):
        assert clean(root.see(page).text), page
    saved = root.see("/cases?format=json&sort=newest&state=decided").headers
    assert (saved["content-type"], "attachment" in saved["content-disposition"]) == ("application/json", True)


def test_bad_words_stay_text_where_they_are_not_a_request(root: Staff, rooms: Rooms) -> None:
    vault = rooms.house.edges.vault
    with rooms.house.database.begin() as tx:
        from seawall.vault import Retention

        items = [vault.put(tx, BAD.encode(), owner="ac_1", retention=Retention.EXCHANGE) for _ in range(2)]
    made = rooms.case(input_item=items[0], output_item=items[1])
    looked = root.send(f"/cases/{made.id}/look").text
    assert ("&lt;img src=x" in looked, clean(looked)) == (True, True)


def test_bad_entries_stay_text_where_they_are_refused(root: Staff, rooms: Rooms) -> None:
    made, sealed = rooms.case(), rooms.case(Category.CHILD_SEXUAL_EXPLOITATION)
    for case, base in ((made, "/cases"), (sealed, "/child-safety")):
        rooms.claims(case, root.person)
        path = f"{base}/{case.id}"
        ruling = {"outcome": BAD, "reason_code": BAD, "reason": BAD, "days": BAD, "per_minute": BAD, "about_right": BAD}
        for step, fields in {
            "decide": ruling,
            "pause": {"reason_code": BAD},
            "notes": {"text": BAD + "\x07"},
            "merge": {"cases": BAD},
            "reopen": {"reason_code": BAD},
            "readers": {"readers": f"{BAD}\n{BAD}@x"},
            "quality": {"outcome": BAD},
            **({"move": {"queue": BAD, "reason_code": "x"}} if base == "/cases" else {}),
        }.items():
            reply = root.send(f"{path}/{step}", **fields)
            assert 400 <= reply.status_code < 500, (path, step, reply.status_code)
            assert clean(reply.text), (path, step)
    for path, fields in {
        "/cases/together": {"case": BAD, "outcome": BAD, "reason_code": BAD, "reason": BAD, "days": BAD},
        f"/cases/together/{BAD}": {"digest": BAD, "case": BAD, "reason": BAD},
        "/cases/appeals/file": {"decision": BAD[:60], "key": BAD[:60], "exchange": BAD[:60], "words": BAD},
        "/profile/cases": {"break_after": BAD},
        "/policy/try": {"rules.yaml": f"rules: [{{id: '{BAD.replace(chr(39), '')}', {BAD}: 1}}]", "days": BAD},
    }.items():
        reply = root.send(path, **fields)
        assert 400 <= reply.status_code < 500, (path, reply.status_code)
        assert clean(reply.text), path


def test_a_preview_shows_bad_words_as_text(root: Staff, rooms: Rooms) -> None:
    made = _poisoned(rooms)
    reply = root.send("/cases/together", case=made.id, **WARN)
    assert (reply.status_code, clean(reply.text)) == (200, True)


def test_a_draft_with_bad_words_stays_text_where_it_is_tried(root: Staff, rooms: Rooms) -> None:
    rooms.exchange()
    rules = root.see("/policy/try").text.partition('name="rules.yaml"')[2].partition(">")[2].partition("</textarea>")[0]
    assert "&#39;[secret removed]&#39;" in rules
    head = "rules:\n- id: x.y\n  category: jailbreak\n  surfaces: [input]\n  measure: warn\n"
    draft = f"{head}  message: {json.dumps(BAD)}\n"
    tried = root.send("/policy/try", **{"rules.yaml": draft, "days": "7", "limit": "1000"})
    assert (tried.status_code, clean(tried.text)) == (200, True), tried.text[:3000]
    assert "What it would come to" in tried.text


def test_bad_addresses_stay_text(root: Staff, rooms: Rooms) -> None:
    made = rooms.case()
    with rooms.house.database.begin() as tx:
        assert projects.find(tx, "demo")
    for path, name in (
        ("/cases", "queue"), ("/cases", "state"), ("/cases", "after"), ("/cases", "sort"), ("/cases", "said"),
        ("/cases", "format"), ("/cases", BAD), ("/cases/together", "case"), ("/dashboard", "over"),
        ("/policy/diff", "before"), ("/policy/diff", "after"), ("/child-safety", "after"),
    ):  # fmt: skip
        assert clean(root.see(path, params={name: BAD}).text), (path, name)
    for path in (
        f"/cases/{BAD}", f"/child-safety/{BAD}", f"/cases/{BAD}/notes", f"/policy/versions/{BAD}",
        f"/cases/{made.id}/{BAD}",
    ):  # fmt: skip
        reply = root.see(path)
        assert (reply.status_code, clean(reply.text)) == (404, True), path


def test_no_page_holds_a_script_or_a_style_of_its_own(root: Staff, rooms: Rooms) -> None:
    made = rooms.case()
    for path in ("/cases", f"/cases/{made.id}", "/dashboard", "/policy", "/policy/try", "/profile/cases"):
        text = root.see(path).text
        assert "style=" not in text, path
        assert "<style" not in text, path
        assert text.count("<script") == text.count("<script src="), path
        assert "onclick" not in text, path
