"""A browser that goes to an identity provider and comes back, and what that led to."""

from typing import NamedTuple
from urllib.parse import urlsplit

import httpx

from tests.access.conftest import Ledger
from tests.web.browser import Browser
from tests.web.issuer import Issuer


def started(browser: Browser, onward: str = "/console") -> str:
    reply = browser.get("/auth/oidc/corp/start", params={"next": onward})
    assert reply.status_code == 303, reply.text
    return reply.headers["location"]


def signed_in(browser: Browser, issuer: Issuer) -> httpx.Response:
    return back(browser, issuer.authorize(started(browser)))


def back(browser: Browser, where: str) -> httpx.Response:
    parts = urlsplit(where)
    # A browser says where it comes from, which is another site.
    return browser.get(f"{parts.path}?{parts.query}", headers={"sec-fetch-site": "cross-site"})


class Outcome(NamedTuple):
    """What coming back led to: for the browser, and on record."""

    status: int
    cookie: bool
    reasons: list[str]
    signed_in: bool


def outcome(browser: Browser, ledger: Ledger, reply: httpx.Response) -> Outcome:
    return Outcome(
        reply.status_code,
        "__Host-seawall" in browser.cookies,
        [each.reason_code for each in ledger if each.kind == "provider.refused"],  # type: ignore[attr-defined]
        bool({"session.begun", "person.added"} & set(ledger.kinds)),
    )


def refused(reason: str) -> Outcome:
    """Return what coming back leads to where it is refused: the reason is on record, and nothing else happened."""
    return Outcome(401, False, [reason], False)


def browser_person(browser: Browser) -> str:
    return str(browser.get("/api/session").json()["person"])
