"""One's own page: ways to sign in, which change only after a fresh proof, and sessions."""

from collections.abc import Callable

from seawall.access.people import Person, sessions
from seawall.access.people.held_keys import working
from seawall.web.house import House
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.console.conftest import Make, hidden, text_of


def test_somebody_without_a_passkey_is_told_so_when_one_is_needed(
    signed_in: Callable[[Person], Browser], somebody: Callable[..., Person]
) -> None:
    browser = signed_in(somebody("ada", "administrator"))
    reply = browser.get("/console/step-up", headers={"accept": "text/html"})
    assert "You have no passkey yet" in text_of(reply)


def test_ways_to_sign_in_change_only_after_a_fresh_proof(staff: Make, clock: FrozenClock) -> None:
    ada = staff("ada")
    clock.advance(minutes=6)
    for path in ("password", "authenticator", "recovery-codes", "name", "passkeys/add", "authenticator/remove"):
        reply = ada.see(f"/profile/{path}")
        assert reply.headers["location"].startswith("/console/step-up?next=")
    for path in ("password", "authenticator", "recovery-codes", "authenticator/remove", "password/remove"):
        reply = ada.send(f"/profile/{path}", password="a long enough password", again="a long enough password")
        assert reply.headers["location"].startswith("/console/step-up?next=")
    assert ada.browser.post("/api/me/passkeys/begin").status_code == 403


def test_whoever_has_no_passkey_signs_in_anew_after_a_while(
    signed_in: Callable[[Person], Browser], somebody: Callable[..., Person], clock: FrozenClock
) -> None:
    browser = signed_in(somebody("ada"))
    assert browser.post("/api/me/passkeys/begin").status_code == 200
    clock.advance(minutes=16)
    assert browser.post("/api/me/passkeys/begin").status_code == 403


def test_a_password_an_app_and_codes_sign_in(staff: Make, browser: Browser, house: House, clock: FrozenClock) -> None:
    ada = staff("ada")
    words = "correct horse battery"
    assert ada.send("/profile/password", password=words, again="other").status_code == 400
    assert ada.send("/profile/password", password="short", again="short").status_code == 400
    assert ada.send("/profile/password", password=words, again=words).status_code == 303
    page = ada.send("/profile/authenticator")
    assert "<svg" in page.text
    wrong = ada.send("/profile/authenticator/confirm", code="1")
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (422, True)
    codes = ada.send("/profile/recovery-codes")
    code = codes.text.split('<ol class="codes"><li>')[1].split("</li>")[0]
    token = hidden(browser.get("/console/sign-in"), "csrf")
    given = {"csrf": token, "address": "ada@people.test", "password": words, "code": code, "next": "/console/profile"}
    done = browser.ask("POST", "/console/sign-in", data=given, headers={"x-csrf-token": ""})
    assert (done.status_code, done.headers["location"]) == (303, "/console/profile")


def test_own_sessions_end_and_those_of_others_do_not(
    staff: Make, signed_in: Callable[[Person], Browser], house: House, clock: FrozenClock
) -> None:
    ada, ben = staff("ada"), staff("ben")
    other = signed_in(ada.person)
    with house.database.begin() as tx:
        (of_ben,) = sessions.live(tx, clock(), person=ben.person.id)
    assert ada.send(f"/profile/sessions/{of_ben.id}/end").status_code == 404
    assert ben.see("/profile").status_code == 200
    assert ada.send("/profile/sessions/end-others").status_code == 303
    assert other.get("/api/session").status_code == 401
    assert ada.see("/profile").status_code == 200


def test_a_passkey_of_somebody_else_is_not_removed(staff: Make, house: House) -> None:
    ada, ben = staff("ada"), staff("ben")
    with house.database.begin() as tx:
        (key,) = working(tx, ben.person.id)
    assert ada.send(f"/profile/passkeys/{key.id}/remove").status_code == 404
    assert ben.send(f"/profile/passkeys/{key.id}/remove").status_code == 303
