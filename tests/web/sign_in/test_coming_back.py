"""Coming back from an identity provider: once, in the browser that went, in time, and to no other site."""

import base64
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from seawall.web.house import House
from seawall.web.pace import Pace
from seawall.web.returning import own_path
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.issuer import Issuer
from tests.web.sign_in.steps import back, outcome, refused, signed_in, started


def test_a_state_is_good_once_in_its_browser_for_ten_minutes(
    browser: Browser, issuer: Issuer, clock: FrozenClock, home: str
) -> None:
    where = issuer.authorize(started(browser))
    thief = Browser(home)
    assert back(thief, where).status_code == 401
    assert "__Host-seawall" not in thief.cookies
    thief.close()
    assert back(browser, where).status_code == 303
    browser.ask("DELETE", "/api/session")
    assert back(browser, where).status_code == 401
    late = issuer.authorize(started(browser))
    clock.advance(minutes=10)
    assert back(browser, late).status_code == 401


def rows(house: House) -> int:
    with house.database.begin() as tx:
        return tx.exec_driver_sql("SELECT count(*) FROM access_sign_ins").scalar_one()  # type: ignore[no-any-return]


def test_whoever_begins_without_end_fills_nothing(
    browser: Browser, issuer: Issuer, house: House, ledger: Ledger
) -> None:
    for _ in range(50):
        started(browser)
    assert rows(house) == 0
    assert list(ledger) == []
    for state in ("x", "", "é", "x" * 1000):
        assert browser.get("/auth/oidc/corp/callback", params={"state": state, "code": "x"}).status_code == 401
    assert (rows(house), list(ledger)) == (0, [])
    assert signed_in(browser, issuer).status_code == 303
    assert rows(house) == 1


def test_a_sign_in_comes_back_once_even_to_who_kept_its_cookie(
    browser: Browser, issuer: Issuer, house: House, ledger: Ledger
) -> None:
    where = issuer.authorize(started(browser))
    kept, issuer.reuses_codes = browser.cookies["__Host-seawall-sign-in"], True
    assert back(browser, where).status_code == 303
    assert "__Host-seawall-sign-in" not in browser.cookies
    browser.ask("DELETE", "/api/session")
    browser.cookies["__Host-seawall-sign-in"] = kept
    reply = back(browser, where)
    assert (reply.status_code, ledger.kinds.count("session.begun")) == (401, 1)


def test_what_a_browser_keeps_is_sealed_for_its_state_and_its_provider(browser: Browser, issuer: Issuer) -> None:
    where = issuer.authorize(started(browser, "/console/people"))
    kept = browser.cookies["__Host-seawall-sign-in"]
    held = base64.urlsafe_b64decode(kept)
    assert b"/console/people" not in held
    assert dict(parse_qsl(urlsplit(where).query))["state"].encode() not in held
    started(browser)
    assert back(browser, where).status_code == 401, "another state"
    for wrong in ("", "x", "é", kept[:-8], kept[8:], "AAAA" + kept[4:]):
        browser.cookies["__Host-seawall-sign-in"] = wrong.encode("ascii", "ignore").decode()
        assert back(browser, where).status_code == 401, wrong
    browser.cookies["__Host-seawall-sign-in"] = kept
    assert back(browser, where).headers["location"] == "/console/people"


def test_coming_back_is_counted_against_the_address(
    browser: Browser, issuer: Issuer, house: House, ledger: Ledger
) -> None:
    msgspec.structs.force_setattr(house, "pace", Pace(per_minute=1, burst=3))
    for number in range(4):
        given = dict(parse_qsl(urlsplit(started(browser)).query))
        reply = browser.get(
            "/auth/oidc/corp/callback", params={"state": given["state"], "code": "x", "iss": issuer.url}
        )
        assert reply.status_code == (401 if number < 3 else 429)
    assert [each.kind for each in ledger] == ["provider.refused"] * 3


def test_a_code_of_another_sign_in_is_refused(browser: Browser, issuer: Issuer, ledger: Ledger, home: str) -> None:
    other = Browser(home)
    stolen = dict(parse_qsl(urlsplit(issuer.authorize(started(other))).query))["code"]
    other.close()
    mine = dict(parse_qsl(urlsplit(issuer.authorize(started(browser))).query))
    reply = browser.get("/auth/oidc/corp/callback", params=mine | {"code": stolen})
    assert outcome(browser, ledger, reply) == refused("code_refused")


def test_an_answer_of_another_provider_is_refused(browser: Browser, issuer: Issuer, ledger: Ledger) -> None:
    where = issuer.authorize(started(browser))
    assert outcome(browser, ledger, back(browser, where.replace("127.0.0.1", "127.0.0.2"))) == refused("wrong_iss")


def test_an_answer_that_names_no_provider_is_refused_where_it_should(
    browser: Browser, issuer: Issuer, ledger: Ledger
) -> None:
    given = dict(parse_qsl(urlsplit(issuer.authorize(started(browser))).query))
    del given["iss"]
    assert outcome(browser, ledger, browser.get("/auth/oidc/corp/callback", params=given)) == refused("wrong_iss")


def test_who_says_no_there_is_told_so(browser: Browser, issuer: Issuer, ledger: Ledger) -> None:
    given = dict(parse_qsl(urlsplit(issuer.authorize(started(browser))).query))
    given = {"state": given["state"], "iss": given["iss"], "error": "access_denied"}
    assert outcome(browser, ledger, browser.get("/auth/oidc/corp/callback", params=given)) == refused("denied_there")


def test_only_paths_of_this_site_come_after(browser: Browser, issuer: Issuer) -> None:
    for onward in ("https://elsewhere.test/", "//elsewhere.test", "/\\elsewhere.test", "/\t/elsewhere.test", ""):
        reply = back(browser, issuer.authorize(started(browser, onward)))
        assert reply.headers["location"] == "/console", onward


@pytest.mark.parametrize(
    "given",
    [
        "", "x", "https://e.test", "//e.test", "///e.test", "/\\e.test", "\\/e.test", "/\n/e.test", "/a\\b", " /a",
        "/a b", "/\x00", "javascript:alert(1)", "/é", "/" + "a" * 600, "/%0d\r\nx: y", "http:/a", "/\r",
    ],
)  # fmt: skip
def test_what_is_no_path_of_this_site_is_not_gone_to(given: str) -> None:
    assert own_path(given) == "/console"


def test_paths_of_this_site_are_gone_to() -> None:
    for given in ("/", "/console/device?user_code=BCDF-GHJK", "/a//b", "/console#top"):
        assert own_path(given) == given
