"""Signing out at an identity provider ends what it began here, and only that."""

from typing import Any

import httpx
import pytest
from joserfc import jwt

from tests.access.conftest import Ledger
from tests.web.browser import Browser
from tests.web.issuer import Issuer, rsa
from tests.web.sign_in.steps import signed_in


def test_signing_out_there_ends_the_sessions_here_at_once(
    browser: Browser, issuer: Issuer, ledger: Ledger, home: str
) -> None:
    signed_in(browser, issuer)
    token = issuer.logout_token()
    assert httpx.post(f"{home}/auth/oidc/corp/logout", data={"logout_token": token}).status_code == 200
    assert browser.get("/api/session").status_code == 401
    assert ledger.kinds[-1] == "session.revoked"
    replayed = httpx.post(f"{home}/auth/oidc/corp/logout", data={"logout_token": token})
    assert (replayed.status_code, replayed.json()["error"]) == (400, "invalid_request")


def test_signing_out_of_one_session_there_ends_that_one_here(browser: Browser, issuer: Issuer, home: str) -> None:
    issuer.says = {"sid": "s-1"}
    signed_in(browser, issuer)
    issuer.says = {"sid": "s-2"}
    other = Browser(home)
    signed_in(other, issuer)
    for named in ({"sid": "s-1", "sub": None}, {"sid": "s-2", "sub": "u-of-another"}):
        token = issuer.logout_token(**named)
        assert httpx.post(f"{home}/auth/oidc/corp/logout", data={"logout_token": token}).status_code == 200
    assert browser.get("/api/session").status_code == 401
    assert other.get("/api/session").status_code == 200
    other.close()


@pytest.mark.parametrize(
    "says",
    [
        {"events": None}, {"events": {}}, {"events": {"x": {}}}, {"nonce": "n"}, {"sub": None}, {"jti": None},
        {"aud": "another"}, {"iss": "https://elsewhere.test"}, {"exp": 1}, {"iat": 1}, {"iat": None},
    ],
)  # fmt: skip
def test_a_logout_token_that_is_none_ends_nothing(
    browser: Browser, issuer: Issuer, home: str, says: dict[str, Any]
) -> None:
    signed_in(browser, issuer)
    reply = httpx.post(f"{home}/auth/oidc/corp/logout", data={"logout_token": issuer.logout_token(**says)})
    assert reply.status_code == 400
    assert browser.get("/api/session").status_code == 200


def test_an_id_token_ends_nothing_and_a_logout_token_signs_nobody_in(
    browser: Browser, issuer: Issuer, home: str
) -> None:
    signed_in(browser, issuer)
    token = issuer.honestly(issuer.claims("n"))
    assert httpx.post(f"{home}/auth/oidc/corp/logout", data={"logout_token": token}).status_code == 400
    forged = jwt.encode({"alg": "RS256", "kid": "first"}, {"iss": issuer.url}, rsa("first"))
    assert httpx.post(f"{home}/auth/oidc/corp/logout", data={"logout_token": forged}).status_code == 400
    assert httpx.post(f"{home}/auth/oidc/corp/logout").status_code == 400
    assert browser.get("/api/session").status_code == 200
    browser.ask("DELETE", "/api/session")
    issuer.says = {"events": {"x": {}}}
    assert signed_in(browser, issuer).status_code == 401
