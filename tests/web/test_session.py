"""Sessions over HTTP: cookies that only a browser of this site sends, rotated, revoked at once, stolen ones ended."""

from collections.abc import Callable

from seawall.access.people import Person, links, sessions
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.web.browser import Browser

SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]


def test_a_link_signs_in_once(house: House, browser: Browser, somebody: Make) -> None:
    with house.database.begin() as tx:
        token = links.issue_link(tx, house.edges, somebody("ada").id, by="host:test").token
    assert browser.post("/api/session/link", {"token": token}).status_code == 200
    assert browser.get("/api/session").json()["ways"] == ["link"]
    browser.cookies.clear()
    browser.begin()
    assert browser.post("/api/session/link", {"token": token}).status_code == 401


def test_the_cookie_is_kept_from_scripts_other_hosts_and_other_sites(
    browser: Browser, house: House, somebody: Make
) -> None:
    with house.database.begin() as tx:
        token = links.issue_link(tx, house.edges, somebody("ada").id, by="host:test").token
    (line,) = browser.post("/api/session/link", {"token": token}).headers.get_list("set-cookie")
    assert line.startswith("__Host-seawall=")
    assert all(word in line for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"))
    assert "Domain" not in line


def test_signing_out_ends_the_session_everywhere(signed_in: SignIn, somebody: Make) -> None:
    browser = signed_in(somebody("ada"))
    kept = dict(browser.cookies)
    assert browser.ask("DELETE", "/api/session").status_code == 200
    browser.cookies = kept
    assert browser.get("/api/session").status_code == 401


def test_a_session_belongs_to_its_browser(signed_in: SignIn, somebody: Make, home: str) -> None:
    thief = Browser(home, "another")
    thief.cookies = dict(signed_in(somebody("ada")).cookies)
    assert thief.get("/api/session").status_code == 401
    thief.close()


def test_a_token_is_replaced_and_its_later_use_ends_the_session(
    signed_in: SignIn, somebody: Make, clock: FrozenClock, ledger: Ledger
) -> None:
    browser = signed_in(somebody("ada"))
    old = dict(browser.cookies)
    clock.advance(minutes=11)
    assert browser.get("/api/session").status_code == 200
    assert browser.cookies["__Host-seawall"] != old["__Host-seawall"]
    clock.advance(minutes=2)
    new, browser.cookies = dict(browser.cookies), old
    assert browser.get("/api/session").status_code == 401
    browser.cookies = new
    assert browser.get("/api/session").status_code == 401
    assert "session.revoked" in ledger.kinds


def test_another_site_changes_nothing(signed_in: SignIn, somebody: Make) -> None:
    browser = signed_in(somebody("ada"))
    for headers in (
        {"origin": "https://elsewhere.test"},
        {"sec-fetch-site": "cross-site"},
        {"x-csrf-token": "0" * 64},
    ):
        refused = browser.ask("DELETE", "/api/session", headers=headers)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, "web.foreign_request")
    assert browser.get("/api/session").status_code == 200


def test_a_session_that_somebody_fixed_before_is_not_taken_over(browser: Browser, house: House, somebody: Make) -> None:
    browser.cookies["__Host-seawall"] = "chosen-by-another"
    browser.begin()
    with house.database.begin() as tx:
        token = links.issue_link(tx, house.edges, somebody("ada").id, by="host:test").token
    browser.post("/api/session/link", {"token": token})
    assert browser.cookies["__Host-seawall"] != "chosen-by-another"


def test_a_deactivated_person_is_out_at_once(signed_in: SignIn, somebody: Make, house: House) -> None:
    who = somebody("ada")
    browser = signed_in(who)
    with house.database.begin() as tx:
        sessions.revoke_all(tx, house.edges, who.id, by="host:test", reason_code="test")
    assert browser.get("/api/session").status_code == 401


def test_a_foreign_host_name_is_refused_and_a_local_one_sent_home(browser: Browser) -> None:
    assert browser.get("/api/session", headers={"host": "evil.test"}).status_code == 421
    moved = browser.get("/api/session", headers={"host": "127.0.0.1:1"})
    assert (moved.status_code, moved.headers["location"]) == (307, f"{browser.home}/api/session")


def test_a_body_that_is_too_long_is_refused(browser: Browser) -> None:
    assert browser.post("/api/session/link", {"token": "x" * 3_000_000}).status_code == 413


def test_every_answer_tells_a_browser_what_not_to_do(browser: Browser) -> None:
    for path in ("/api/session", "/nothing", "/api/people"):
        headers = browser.get(path).headers
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe-inline" not in headers["content-security-policy"]
        assert headers["cache-control"] == "no-store"
