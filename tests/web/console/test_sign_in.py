"""Signing in on the pages: by password, by link, and for a program."""

from collections.abc import Callable

import pytest

from seawall.access.people import Person, links
from seawall.access.sign_in import devices
from seawall.web.house import House
from tests.web.browser import Browser
from tests.web.console.conftest import Make, hidden, text_of


def test_a_password_signs_in_with_a_code_and_never_tells_who_exists(browser: Browser) -> None:
    browser.get("/console/sign-in")
    token = hidden(browser.get("/console/sign-in"), "csrf")
    given = {"csrf": token, "address": "nobody@people.test", "password": "wrong wrong wrong", "code": "1"}
    headers = {"accept": "text/html", "x-csrf-token": ""}
    reply = browser.ask("POST", "/console/sign-in", data=given, headers=headers)
    assert reply.status_code == 401
    assert "That does not match." in text_of(reply)
    assert "wrong wrong wrong" not in reply.text


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/console/people?q=a", "/console/people?q=a"),
        ("//evil.test/console", "/console"),
        ("https://evil.test/console", "/console"),
        ("/console//evil.test", "/console//evil.test"),
        ("/\\evil.test", "/console"),
        ("/console/../api", "/console"),
        ("/consoleevil", "/console"),
        ("javascript:alert(1)", "/console"),
        ("/console\r\nx: y", "/console"),
        ("http://[", "/console"),
    ],
)
def test_signing_in_leads_to_no_other_site(browser: Browser, asked: str, led: str) -> None:
    reply = browser.get("/console/sign-in", params={"next": asked})
    assert hidden(reply, "next").replace("&amp;", "&") == led


def test_looking_at_a_link_does_not_use_it_up_and_pressing_does(
    browser: Browser, house: House, somebody: Callable[..., Person]
) -> None:
    with house.database.begin() as tx:
        token = links.issue_link(tx, house.edges, somebody("ada").id, by="host:test").token
    for _ in range(2):
        reply = browser.get(f"/console/link?token={token}")
        assert reply.status_code == 200
    given = {"csrf": hidden(reply, "csrf"), "token": hidden(reply, "token")}
    headers = {"accept": "text/html", "x-csrf-token": ""}
    done = browser.ask("POST", "/console/link", data=given, headers=headers)
    assert (done.status_code, done.headers["location"]) == (303, "/console/profile?said=welcome")
    again = browser.ask("POST", "/console/link", data=given, headers=headers)
    assert again.status_code == 401


def test_a_program_is_let_in_or_refused_by_its_code(staff: Make, house: House) -> None:
    ada = staff("ada")
    for decision, said in (("let_in", "device_let_in"), ("refuse", "device_refused")):
        with house.database.begin() as tx:
            codes = devices.ask(tx, house.edges, program="seawall/1 (a <b>laptop</b>)", asked_from="127.0.0.1")
        assert codes.user_code in ada.see(f"/device?user_code={codes.user_code}").text
        shown = ada.send("/device", user_code=codes.user_code)
        assert "a &lt;b&gt;laptop&lt;/b&gt;" in shown.text
        assert "acts as you" in text_of(shown)
        done = ada.send("/device/decide", user_code=codes.user_code, decision=decision)
        assert (done.status_code, done.headers["location"]) == (303, f"/console/device?said={said}")
    unknown = ada.send("/device", user_code="AAAA-AAAA")
    assert unknown.status_code >= 400
    assert "acts as you" not in text_of(unknown)
