"""What an identity provider signs: claims that are not for here, forged signatures, keys that come and go."""

import base64
import hmac
import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey

from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.issuer import CLIENT, SECRET, Issuer, rsa
from tests.web.sign_in.steps import outcome, refused, signed_in


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ({"exp": 1}, "expired"),
        ({"exp": None}, "wrong_exp"),
        ({"exp": float("nan")}, "wrong_exp"),
        ({"iat": 4_000_000_000}, "wrong_iat"),
        ({"iat": 1}, "too_old"),
        ({"nbf": 4_000_000_000}, "wrong_nbf"),
        ({"aud": "another"}, "wrong_aud"),
        ({"aud": []}, "wrong_aud"),
        ({"aud": [CLIENT, "another"]}, "wrong_azp"),
        ({"aud": [CLIENT, "another"], "azp": "another"}, "wrong_azp"),
        ({"azp": "another"}, "wrong_azp"),
        ({"iss": "https://elsewhere.test"}, "wrong_iss"),
        ({"iss": None}, "wrong_iss"),
        ({"sub": None}, "wrong_sub"),
        ({"sub": 7}, "wrong_sub"),
        ({"nonce": "of another"}, "wrong_nonce"),
        ({"nonce": None}, "wrong_nonce"),
        ({"at_hash": "AAAA"}, "wrong_at_hash"),
        ({"email_verified": False}, "address_not_verified"),
        ({"email_verified": "true"}, "address_not_verified"),
        ({"email_verified": None}, "address_not_verified"),
        ({"email": None}, "address_not_verified"),
        ({"email": "ada@elsewhere.test"}, "other_domain"),
        ({"email": "ada@people.test@elsewhere.test"}, "other_domain"),
        ({"email": "ada@sub.people.test"}, "other_domain"),
    ],
)
def test_an_answer_that_is_not_for_here_is_refused(
    browser: Browser, issuer: Issuer, ledger: Ledger, says: dict[str, Any], reason: str
) -> None:
    issuer.says = says
    assert outcome(browser, ledger, signed_in(browser, issuer)) == refused(reason)


def test_what_is_there_beyond_the_usual_and_right_is_taken(browser: Browser, issuer: Issuer) -> None:
    half = _plain(sha256(b"at-1").digest()[:16])
    issuer.says = {"aud": [CLIENT, "another"], "azp": CLIENT, "at_hash": half, "nbf": 1}
    assert signed_in(browser, issuer).status_code == 303


def _other_key(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    other = rsa("first")
    return lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, other)


def _none(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode({"alg": "none"}, claims, OctKey.import_key("x" * 32), algorithms=["none"])


def _public_key_as_secret(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    """Made by hand, as the library refuses to."""
    shared = issuer.keys[0].as_pem(private=False)

    def sign(claims: dict[str, Any]) -> str:
        said = f"{_part({'alg': 'HS256', 'kid': 'first'})}.{_part(claims)}"
        return f"{said}.{_plain(hmac.digest(shared, said.encode(), 'sha256'))}"

    return sign


def _part(given: dict[str, Any]) -> str:
    return _plain(json.dumps(given).encode())


def _plain(given: bytes) -> str:
    return base64.urlsafe_b64encode(given).rstrip(b"=").decode()


def _secret(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def _own_key_in_header(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    other = rsa("mine")
    header = {"alg": "RS256", "jwk": other.as_dict(private=False)}
    registry = jws.JWSRegistry()
    registry.max_header_length = 4096
    return lambda claims: jwt.encode(header, claims, other, registry=registry)


def _tampered(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    def sign(claims: dict[str, Any]) -> str:
        head, _, mark = issuer.honestly(claims).split(".")
        return f"{head}.{issuer.honestly(claims | {'sub': 'u-2'}).split('.')[1]}.{mark}"

    return sign


def _junk(issuer: Issuer) -> Callable[[dict[str, Any]], str]:
    return lambda claims: "no token"


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize(
    ("how", "reason"),
    [
        (_other_key, "wrong_signature"),
        (_none, "wrong_algorithm"),
        (_public_key_as_secret, "wrong_algorithm"),
        (_secret, "wrong_algorithm"),
        (_own_key_in_header, "wrong_signature"),
        (_tampered, "wrong_signature"),
        (_junk, "malformed"),
    ],
)
def test_a_signature_that_is_not_the_providers_is_refused(
    browser: Browser, issuer: Issuer, ledger: Ledger, how: Callable[[Issuer], Any], reason: str
) -> None:
    issuer.sign = how(issuer)
    assert outcome(browser, ledger, signed_in(browser, issuer)) == refused(reason)


def test_a_key_that_is_not_known_is_asked_for_once_a_minute(
    browser: Browser, issuer: Issuer, clock: FrozenClock, ledger: Ledger
) -> None:
    assert signed_in(browser, issuer).status_code == 303
    issuer.keys = [rsa("second")]
    clock.advance(minutes=2)
    assert signed_in(browser, issuer).status_code == 303
    assert issuer.asked.count("/keys") == 2
    other = rsa("third")
    issuer.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "third"}, claims, other)
    for _ in range(3):
        assert signed_in(browser, issuer).status_code == 401
    assert issuer.asked.count("/keys") == 2
    clock.advance(minutes=2)
    assert signed_in(browser, issuer).status_code == 401
    assert issuer.asked.count("/keys") == 3


def test_a_key_that_was_withdrawn_counts_no_more_after_an_hour(
    browser: Browser, issuer: Issuer, clock: FrozenClock
) -> None:
    assert signed_in(browser, issuer).status_code == 303
    old = issuer.keys[0]
    issuer.keys = [rsa("second")]
    clock.advance(minutes=61)
    issuer.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": old.kid}, claims, old)
    assert signed_in(browser, issuer).status_code == 401
