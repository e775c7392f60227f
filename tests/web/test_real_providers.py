"""Sign-in against identity providers of others: oidc-provider-mock, and npm oidc-provider where it is installed.

The latter wants Node: npm install --prefix .bench/oidc oidc-provider@9.13.3
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import msgspec
import pytest

from seawall.access.sign_in import Provider, Providers
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.app.running import until
from tests.conftest import FrozenClock
from tests.pages import ROOT
from tests.web.browser import Browser
from tests.web.issuer import CLIENT, SECRET

# The mock uses what Authlib is about to drop.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
MODULES = ROOT / ".bench" / "oidc" / "node_modules"


@pytest.fixture
def clock(clock: FrozenClock) -> FrozenClock:
    """The hour of the machine, which is that of these providers, but standing still."""
    clock.now = datetime.now(UTC)
    return clock


def known(house: House, issuer: str) -> None:
    """Let a house that is served already believe an issuer."""
    made = Provider(
        name="corp", label="Corp", issuer=issuer, client_id=CLIENT, client_secret=SECRET, adds_unknown=True,
        roles={"staff": ("reviewer",)}, email_domains=("people.test",), private=True,
    )  # fmt: skip
    house.providers.__init__((made,))  # type: ignore[misc]


@pytest.fixture
def house(house: House) -> House:
    return msgspec.structs.replace(house, providers=Providers())


@pytest.fixture
def mock(house: House) -> Iterator[str]:
    """The address of oidc-provider-mock."""
    from oidc_provider_mock import User, run_server_in_thread

    ada = User(sub="u-1", claims={"email": "ada@people.test", "email_verified": True, "groups": ["staff"]})
    bob = User(sub="u-2", claims={"email": "bob@people.test", "email_verified": False})
    with run_server_in_thread(user_claims=(ada, bob), require_nonce=True) as server:
        issuer = f"http://localhost:{server.server_port}"
        known(house, issuer)
        yield issuer


def through_mock(browser: Browser, sub: str) -> tuple[str, httpx.Response]:
    where = browser.get("/auth/oidc/corp/start").headers["location"]
    back = httpx.post(where, data={"sub": sub}).headers["location"]
    return back, browser.get(back.removeprefix(browser.home))


def test_the_code_flow_works_with_the_mock(browser: Browser, mock: str, ledger: Ledger) -> None:
    back, reply = through_mock(browser, "u-1")
    assert (reply.status_code, reply.headers["location"]) == (303, "/console"), reply.text
    shown = browser.get("/api/session").json()
    assert (shown["ways"], shown["roles"]) == (["provider"], ["reviewer"])
    assert browser.get(back.removeprefix(browser.home)).status_code == 401
    assert "provider.refused" not in ledger.kinds


def test_an_address_that_the_mock_did_not_verify_is_refused(browser: Browser, mock: str, ledger: Ledger) -> None:
    assert through_mock(browser, "u-2")[1].status_code == 401
    assert ledger.kinds == ["provider.refused"]


def test_a_code_that_the_mock_gave_is_not_taken_twice(browser: Browser, mock: str, home: str) -> None:
    back, _ = through_mock(browser, "u-1")
    code = dict(httpx.URL(back).params)["code"]
    other = Browser(home)
    where = httpx.URL(other.get("/auth/oidc/corp/start").headers["location"])
    reply = other.get("/auth/oidc/corp/callback", params={"code": code, "state": where.params["state"]})
    assert (reply.status_code, reply.json()["error"]["code"]) == (401, "sign_in.refused")
    other.close()


@pytest.fixture
def certified(house: House, home: str) -> Iterator[str]:
    """The address of npm oidc-provider."""
    node = shutil.which("node")
    if node is None or not (MODULES / "oidc-provider").exists():
        pytest.skip("Node or npm oidc-provider is not there: npm install --prefix .bench/oidc oidc-provider@9.13.3")
    script = ROOT / "tests" / "web" / "oidc_provider.mjs"
    words = [node, str(script), str(MODULES), f"{home}/auth/oidc/corp/callback", f"{home}/auth/oidc/corp/logout"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        issuer = process.stdout.readline().strip()
        known(house, issuer)
        yield issuer
        process.terminate()


class Visitor:
    """A browser at the provider."""

    def __init__(self, issuer: str) -> None:
        self.client = httpx.Client(base_url=issuer, timeout=20)

    def __enter__(self) -> "Visitor":
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()

    def sign_in(self, where: str, login: str, home: str) -> str:
        """Go where one is sent, sign in and agree; return the address of the callback."""
        reply = self.client.get(where)
        for _ in range(12):
            place = reply.headers.get("location", "")
            if place.startswith(home):
                return place
            reply = self.client.get(place) if place else self._filled(reply, login)
        raise AssertionError(f"the provider did not send back: {reply.text}")

    def sign_out(self) -> None:
        page = self.client.get("/session/end").text
        fields = {"xsrf": _field("xsrf", page), "logout": "yes"}
        assert self.client.post("/session/end/confirm", data=fields).status_code == 303

    def _filled(self, page: httpx.Response, login: str) -> httpx.Response:
        prompt = _field("prompt", page.text)
        given: dict[str, Any] = {"prompt": prompt} | ({"login": login, "password": "x"} if prompt == "login" else {})
        return self.client.post(str(page.url), data=given)


def _field(name: str, page: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def test_the_code_flow_and_signing_out_work_with_a_certified_provider(
    browser: Browser, certified: str, home: str, ledger: Ledger
) -> None:
    with Visitor(certified) as visitor:
        back = visitor.sign_in(browser.get("/auth/oidc/corp/start").headers["location"], "ada", home)
        assert "iss=" in back
        assert browser.get(back.removeprefix(home)).status_code == 303
        shown = browser.get("/api/session").json()
        assert (shown["ways"], shown["roles"]) == (["provider"], ["reviewer"])
        assert browser.get(back.removeprefix(home)).status_code == 401
        visitor.sign_out()
        until(lambda: browser.get("/api/session").status_code == 401, "the end of the session")
        assert ledger.kinds[-1] == "session.revoked"


def test_an_address_that_the_certified_provider_did_not_verify_is_refused(
    browser: Browser, certified: str, home: str, ledger: Ledger
) -> None:
    with Visitor(certified) as visitor:
        back = visitor.sign_in(browser.get("/auth/oidc/corp/start").headers["location"], "unverified", home)
    assert browser.get(back.removeprefix(home)).status_code == 401
    assert ledger.kinds == ["provider.refused"]
