"""What a stranger, another site or a thief of a cookie tries against every page: each a test."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
from fastapi.routing import APIRoute
from starlette.routing import Mount

from seawall.access.people import Person, links, passwords
from seawall.store import Database
from seawall.web import House, application
from seawall.web.application import inner
from seawall.web.csrf import SAFE
from seawall.web.pace import Pace, TooManyAttempts
from seawall.web.routes import Need
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.web.browser import Browser

SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]
PASSWORD = "a long enough password"


def _mutating(house: House) -> Iterator[tuple[str, str, Need]]:
    for route in inner(house).routes:
        if isinstance(route, Mount):
            # What directories call takes their token alone: tests/web/scim.
            continue
        assert isinstance(route, APIRoute)
        need = next(each.dependency for each in route.dependencies if isinstance(each.dependency, Need))
        for method in sorted(set(route.methods) - SAFE):
            yield method, re.sub(r"\{(\w+)(?::\w+)?\}", r"\1", route.path), need


def _count(database: Database) -> list[int]:
    tables = ("access_people", "access_grants", "access_keys", "access_requests", "access_links")
    with database.begin() as tx:
        return [tx.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables]  # noqa: S608


def _is_refused(reply: httpx.Response) -> bool:
    code = reply.json()["error"]["code"]
    return (reply.status_code, code) == (403, "web.foreign_request") or reply.status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-csrf-token": ""},
        {"x-csrf-token": "0" * 64},
        {"origin": "https://elsewhere.test"},
        {"origin": "null"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
    ],
    ids=str,
)
def test_no_other_site_changes_anything_by_any_route(
    house: House, signed_in: SignIn, somebody: Make, ledger: Ledger, headers: dict[str, str]
) -> None:
    browser = signed_in(somebody("ada", *sorted(house.desk.rights.roles)))
    right = browser.form
    before, recorded = _count(house.database), list(ledger)
    # Only what is said of the origin is wrong, or only the token.
    browser.form = right if {"origin", "sec-fetch-site"} & set(headers) else ""
    tried = 0
    for method, path, need in _mutating(house):
        if need.who in ("program", "key", "portal"):
            # No cookie is considered there, so there is nothing that another site could borrow. What it could make a
            # browser send to the portal is refused: tests/web/portal.
            continue
        for kind in ("json", "form"):
            given: dict[str, Any] = (
                {"json": {}} if kind == "json" else {"data": {"csrf": headers.get("x-csrf-token", "")}}
            )
            reply = browser.ask(method, path, headers=dict(headers), **given)
            assert _is_refused(reply), (method, path, kind, reply.text)
            tried += 1
        assert _is_refused(browser.ask(method, path, headers=dict(headers))), (method, path)
    assert tried > 10
    assert (_count(house.database), list(ledger)) == (before, recorded)


def test_the_token_of_another_session_opens_nothing(house: House, signed_in: SignIn, somebody: Make) -> None:
    ada, bob = signed_in(somebody("ada")), signed_in(somebody("bob"))
    ada.form = bob.form
    refused = ada.ask("DELETE", "/api/session")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "web.foreign_request")


@pytest.mark.parametrize(
    "path",
    [
        "//elsewhere.test/", "/\\elsewhere.test", "/%2f%2felsewhere.test", "/api/session?next=//elsewhere.test",
        "/%0d%0alocation:%20https://elsewhere.test", "/console/sign-in?next=https://elsewhere.test",
        "/console/sign-in?next=//elsewhere.test", "/console/sign-in?next=/\\elsewhere.test",
    ],
)  # fmt: skip
@pytest.mark.parametrize("host", ["home", "here"])
def test_no_answer_sends_a_browser_elsewhere(browser: Browser, path: str, host: str) -> None:
    headers = {"accept": "text/html"} | ({"host": "127.0.0.1"} if host == "here" else {})
    reply = browser.ask("GET", path, headers=headers)
    where = reply.headers.get("location", browser.home)
    assert where.startswith((f"{browser.home}/", "/")) or where == browser.home
    assert not where.startswith(("//", "/\\"))


def test_a_session_begins_under_a_token_that_nobody_could_have_planted(
    house: House, browser: Browser, somebody: Make
) -> None:
    for planted in ("chosen", "0" * 43):
        browser.cookies["__Host-seawall"] = planted
        browser.begin()
        with house.database.begin() as tx:
            token = links.issue_link(tx, house.edges, somebody(f"ada{planted[:1]}").id, by="host:test").token
        assert browser.post("/api/session/link", {"token": token}).status_code == 200
        assert browser.cookies["__Host-seawall"] not in ("chosen", "0" * 43)
        old = Browser(browser.home)
        old.cookies["__Host-seawall"] = planted
        assert old.get("/api/session").status_code == 401
        old.close()
        browser.cookies.pop("__Host-seawall")


def _shape(reply: httpx.Response) -> tuple[int, str, list[str]]:
    return reply.status_code, reply.text, sorted(set(reply.headers) - {"date", "set-cookie"})


def test_nobody_learns_whether_a_link_ever_was(
    house: House, browser: Browser, somebody: Make, clock: FrozenClock
) -> None:
    with house.database.begin() as tx:
        used = links.issue_link(tx, house.edges, somebody("ada").id, by="host:test").token
        late = links.issue_link(tx, house.edges, somebody("bob").id, by="host:test").token
    stranger = Browser(browser.home)
    stranger.begin()
    assert stranger.post("/api/session/link", {"token": used}).status_code == 200
    stranger.close()
    clock.advance(minutes=11)
    told = [_shape(browser.post("/api/session/link", {"token": each})) for each in (used, late, "never", "", "x" * 199)]
    assert [told[0]] * 5 == told
    assert told[0][0] == 401


def test_nobody_learns_who_there_is_by_trying_passwords(house: House, browser: Browser, somebody: Make) -> None:
    ada = somebody("ada")
    somebody("bob")
    with house.database.begin() as tx:
        passwords.set_password(tx, house.edges, ada.id, PASSWORD, by=ada.id)

    def tried(address: str, password: str) -> tuple[int, str, list[str]]:
        return _shape(browser.post("/api/session/password", {"address": address, "password": password}))

    wrong, unknown, without = (
        tried("ada@people.test", "wrong"),
        tried("eve@people.test", "x"),
        tried("bob@people.test", "x"),
    )
    assert wrong == unknown == without
    for _ in range(6):
        tried("ada@people.test", "wrong")
    assert tried("ada@people.test", "wrong") == tried("ada@people.test", PASSWORD) == unknown


def test_nobody_unsigned_learns_which_people_there_are(house: House, browser: Browser, somebody: Make) -> None:
    known = somebody("ada").id
    assert _shape(browser.get(f"/api/people/{known}")) == _shape(browser.get("/api/people/pe_nobody"))


@pytest.mark.parametrize("path", ["/api/session", "/api/session/form", "/nothing", "/api/people", "/console/x", "/"])
def test_every_answer_carries_every_header(browser: Browser, path: str) -> None:
    headers = browser.get(path).headers
    policy = dict(each.partition(" ")[::2] for each in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert (policy["frame-ancestors"], policy["base-uri"], policy["form-action"]) == ("'none'", "'none'", "'self'")
    assert not any("unsafe" in each or "*" in each or "http:" in each for each in policy.values())
    wanted = {"x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "same-origin"}
    wanted |= {"cross-origin-opener-policy": "same-origin", "cross-origin-resource-policy": "same-origin"}
    wanted |= {"cache-control": "no-store"}
    assert {name: headers[name] for name in wanted} == wanted
    assert "server" not in headers
    assert "strict-transport-security" not in headers, "this site is not reached by HTTPS"


async def test_a_site_that_is_reached_by_https_says_so_in_every_answer(house: House) -> None:
    safe = msgspec.structs.replace(house, site=msgspec.structs.replace(house.site, origins=("https://site.test",)))
    transport = httpx.ASGITransport(application(safe))
    async with httpx.AsyncClient(transport=transport, base_url="https://localhost") as client:
        for path in ("/api/session", "/nothing"):
            told = (await client.get(path)).headers["strict-transport-security"]
            assert told == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    "host", ["evil.test", "localhost.evil.test", "evil.test:80", "localhost@evil.test", "localhost.", "", "local host"]
)
def test_a_host_that_is_not_ours_is_refused_whatever_is_asked(browser: Browser, host: str) -> None:
    for method, path in (("GET", "/api/session"), ("POST", "/api/session/link"), ("GET", "/console")):
        assert browser.ask(method, path, headers={"host": host}).status_code in (400, 421)


@pytest.mark.parametrize("path", ["/api/people/%00", "/api/audit?actor=%00", "/api/session/form?x=%00"])
def test_a_zero_byte_is_refused_before_anything_reads_it(browser: Browser, path: str) -> None:
    reply = browser.get(path)
    assert (reply.status_code, reply.json()["error"]["code"]) == (400, "web.malformed_request")


def test_a_forwarded_host_is_not_believed(browser: Browser) -> None:
    for name in ("x-forwarded-host", "x-host", "forwarded", "x-original-url", "x-rewrite-url"):
        moved = browser.get("/api/session", headers={"host": "127.0.0.1", name: "evil.test"})
        assert moved.headers["location"] == f"{browser.home}/api/session"


def test_a_link_for_this_machine_does_not_pass_a_proxy_on_it(house: House, browser: Browser, somebody: Make) -> None:
    with house.database.begin() as tx:
        token = links.issue_link(tx, house.edges, somebody("ada").id, by="host:test", loopback_only=True).token
    for name in ("x-forwarded-for", "forwarded", "x-real-ip", "via"):
        reply = browser.post("/api/session/link", {"token": token}, headers={name: "203.0.113.9"})
        assert reply.status_code == 401
    assert browser.post("/api/session/link", {"token": token}).status_code == 200


class Hands:
    """A clock of seconds that a test moves."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_an_address_that_tries_too_often_waits_and_others_do_not() -> None:
    hands = Hands()
    pace = Pace(per_minute=6, burst=3, now=hands)
    for _ in range(3):
        pace.take("203.0.113.9")
    with pytest.raises(TooManyAttempts) as refused:
        pace.take("203.0.113.9")
    assert refused.value.wait_s == 10
    pace.take("203.0.113.10")
    hands.at = 10
    pace.take("203.0.113.9")
    with pytest.raises(TooManyAttempts):
        pace.take("203.0.113.9")


def test_one_subscriber_is_one_address_and_the_memory_is_bounded() -> None:
    pace = Pace(per_minute=1, burst=2, now=Hands(), most=100)
    pace.take("2001:db8:1:2::1")
    pace.take("2001:db8:1:2:ffff::9")
    with pytest.raises(TooManyAttempts):
        pace.take("2001:db8:1:2::77")
    pace.take("2001:db8:1:3::1")
    for number in range(1000):
        pace.take(f"host-{number}")
    assert len(pace._buckets) == 100


@pytest.fixture
def hands() -> Hands:
    return Hands()


class TestPaced:
    """The application with a pace of three attempts."""

    @pytest.fixture
    def house(self, house: House, hands: Hands) -> House:
        return msgspec.structs.replace(house, pace=Pace(per_minute=6, burst=3, now=hands))

    def test_sign_in_attempts_of_an_address_are_counted_over_all_ways(
        self, house: House, browser: Browser, hands: Hands, somebody: Make
    ) -> None:
        with house.database.begin() as tx:
            token = links.issue_link(tx, house.edges, somebody("ada").id, by="host:test").token
        for path, body in (
            ("link", {"token": "x"}),
            ("password", {"address": "a@b.test", "password": "x"}),
            ("passkey/begin", {}),
        ):
            assert browser.post(f"/api/session/{path}", body).status_code != 429
        for way in ("link", "password", "passkey", "passkey/begin"):
            body = {"token": token, "address": "a@b.test", "password": "x", "challenge": "x", "answer": {}}
            refused = browser.post(f"/api/session/{way}", body)
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "10")
            assert refused.json()["error"]["code"] == "web.too_many_attempts"
        assert browser.get("/api/session/form").status_code == 200, "reading is not counted"
        hands.at = 10
        assert browser.post("/api/session/link", {"token": token}).status_code == 200
