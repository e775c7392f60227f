"""What every page has: who may see it, what it offers to whom, what is refused, what it is made of."""

from collections.abc import Callable

import pytest

from seawall.access.people import Person
from seawall.web.console.nav import ENTRIES
from seawall.web.house import House
from tests.web.browser import Browser
from tests.web.console.conftest import Furnished, Make, text_of


def test_whoever_is_not_signed_in_is_sent_to_sign_in_and_back(browser: Browser) -> None:
    reply = browser.get("/console/people?q=ada", headers={"accept": "text/html"})
    assert reply.status_code == 303
    assert reply.headers["location"] == "/console/sign-in?next=%2Fconsole%2Fpeople%3Fq%3Dada"


def test_every_place_is_offered_once() -> None:
    for told in ([each.path for each in ENTRIES], [each.label for each in ENTRIES]):
        assert len(told) == len(set(told))


def test_navigation_offers_what_somebody_may_do(staff: Make) -> None:
    nobody, auditor = staff("nobody"), staff("auditor", "auditor")
    assert "/console/people" not in nobody.see("").text
    assert "/console/audit" not in nobody.see("").text
    assert "/console/people" in auditor.see("").text
    assert "/console/audit" in auditor.see("").text


def test_a_page_without_the_right_says_what_it_takes(staff: Make) -> None:
    reply = staff("nobody").see("/people")
    assert reply.status_code == 403
    assert "one of the roles administrator, auditor, security" in text_of(reply)


def test_buttons_show_only_for_whom_they_work(staff: Make, somebody: Callable[..., Person]) -> None:
    who = somebody("ben")
    assert "Deactivate" in staff("ada", "administrator").see(f"/people/{who.id}").text
    assert "Deactivate" not in staff("cleo", "auditor").see(f"/people/{who.id}").text


def test_an_unknown_page_and_an_unknown_person_are_pages(staff: Make) -> None:
    ada = staff("ada", "administrator")
    assert ada.see("/nothing").status_code == 404
    reply = ada.see("/people/pe_nobody")
    assert (reply.status_code, "Nobody is known as" in text_of(reply)) == (404, True)


def test_what_nobody_foresaw_says_no_word_of_itself(
    house: House, staff: Make, home: str, caplog: pytest.LogCaptureFixture
) -> None:
    ada = staff("ada", "administrator")
    with house.database.begin() as tx:
        tx.exec_driver_sql("ALTER TABLE access_projects RENAME TO elsewhere")
    reply = ada.see("/projects")
    assert (reply.status_code, "access_projects" in reply.text) == (500, False)
    assert "Something went wrong" in text_of(reply)


def test_a_form_of_another_page_changes_nothing(staff: Make) -> None:
    ada, ben = staff("ada", "administrator"), staff("ben")
    ada.browser.form = ben.browser.form
    reply = ada.send("/projects/add", name="demo", steer_share="1")
    assert reply.status_code == 403
    assert "web.foreign_request" in reply.text


def test_styles_and_scripts_are_kept_for_good_under_their_digest(browser: Browser) -> None:
    page = browser.get("/console/sign-in").text
    path = page.split('rel="stylesheet" href="')[1].split('"')[0]
    assert browser.get(path).headers["cache-control"] == "public, max-age=31536000, immutable"
    assert browser.get(path.replace(path.split("/")[3], "0" * 16)).headers["cache-control"] == "no-cache"
    assert browser.get("/console/static/x/NOTICE").status_code == 404
    assert browser.get("/console/static/x/..%2fconsole.css").status_code == 404


def test_no_page_holds_a_script_or_a_style_of_its_own(staff: Make, furnished: Furnished) -> None:
    ada = staff("root", "administrator", "auditor", "security", "legal")
    paths = ("", "/profile", "/people", "/rights", "/projects", "/approvals", "/audit", "/profile/passkeys/add")
    for path in (*paths, f"/people/{furnished.ada.id}", f"/approvals/{furnished.waiting.id}", "/step-up"):
        text = ada.see(path).text
        assert " style=" not in text
        assert "<style" not in text
        assert " onclick" not in text
        assert text.count("<script") == text.count('<script src="/console/static/')
