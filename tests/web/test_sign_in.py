"""Sign-in through an identity provider, from a browser's first request to the session, and all that is refused."""

import base64
import hmac
import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import httpx
import msgspec
import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey

from seawall.access.people import Person, Source, people, roles, sessions
from seawall.access.sign_in import Provider, Providers
from seawall.web.house import House
from seawall.web.pace import Pace
from seawall.web.returning import own_path
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.issuer import CLIENT, SECRET, Issuer, issuing, rsa

Make = Callable[..., Person]


@pytest.fixture
def issuer(clock: FrozenClock) -> Iterator[Issuer]:
    with issuing(clock) as made:
        yield made


@pytest.fixture
def provider(issuer: Issuer) -> Provider:
    """What the operator says of it."""
    return Provider(
        name="corp",
        label="Corp",
        issuer=issuer.url,
        client_id=CLIENT,
        client_secret=SECRET,
        roles={"staff": ("reviewer",), "chiefs": ("legal", "security")},
        email_domains=("people.test",),
        adds_unknown=True,
        private=True,
    )


@pytest.fixture
def house(house: House, provider: Provider) -> House:
    return msgspec.structs.replace(house, providers=Providers((provider,)))


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


def test_who_is_unknown_is_added_and_signed_in(browser: Browser, issuer: Issuer, house: House, ledger: Ledger) -> None:
    reply = back(browser, issuer.authorize(started(browser, "/console/cases?open=1")))
    assert (reply.status_code, reply.headers["location"]) == (303, "/console/cases?open=1")
    shown = browser.get("/api/session").json()
    assert shown["ways"] == ["provider"]
    with house.database.begin() as tx:
        person = people.find(tx, shown["person"])
        assert (person.source, person.vouched_by, person.added_by) == (Source.PROVIDER, None, "provider:corp")
        assert people.profile_of(tx, house.edges, person.id).address == "ada@people.test"
        kept = "".join(str(row) for row in tx.exec_driver_sql("SELECT i::text FROM access_identities i"))
    assert "u-1" not in kept
    assert ledger.kinds == ["person.added", "identity.tied", "session.begun"]


def test_who_comes_again_is_the_same_person(browser: Browser, issuer: Issuer) -> None:
    signed_in(browser, issuer)
    first = browser.get("/api/session").json()["person"]
    signed_in(browser, issuer)
    assert browser.get("/api/session").json()["person"] == first


def test_groups_lead_to_roles_at_each_sign_in(browser: Browser, issuer: Issuer, house: House, ledger: Ledger) -> None:
    issuer.person["groups"] = ["staff", "chiefs", "others"]
    signed_in(browser, issuer)
    shown = browser.get("/api/session").json()
    assert shown["roles"] == ["legal", "reviewer", "security"]
    with house.database.begin() as tx:
        roles.grant(tx, house.edges, shown["person"], "auditor", by="host:test")
    issuer.person["groups"] = "staff"
    signed_in(browser, issuer)
    assert browser.get("/api/session").json()["roles"] == ["auditor", "reviewer"]
    del issuer.person["groups"]
    signed_in(browser, issuer)
    assert browser.get("/api/session").json()["roles"] == ["auditor"]
    assert ledger.kinds.count("role.withdrawn") == 3


def test_what_is_not_in_the_token_is_asked_for_and_must_be_of_the_same_person(
    browser: Browser, issuer: Issuer, ledger: Ledger
) -> None:
    issuer.info = {"sub": "u-1", "email": "ada@people.test", "email_verified": True, "groups": ["staff"]}
    issuer.says = {"email": None, "email_verified": None}
    signed_in(browser, issuer)
    assert browser.get("/api/session").json()["roles"] == ["reviewer"]
    issuer.info["sub"] = "u-2"
    assert signed_in(browser, issuer).status_code == 401
    assert ledger.kinds[-1] == "provider.refused"


def test_a_verified_mark_does_not_pass_from_one_address_to_another(
    browser: Browser, issuer: Issuer, ledger: Ledger
) -> None:
    issuer.info = {"sub": "u-1", "email": "mallory@people.test", "email_verified": True, "groups": []}
    issuer.says = {"email_verified": None}
    assert outcome(browser, ledger, signed_in(browser, issuer)) == refused("address_not_verified")


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


def test_a_deactivated_person_is_refused(browser: Browser, issuer: Issuer, house: House) -> None:
    signed_in(browser, issuer)
    with house.database.begin() as tx:
        people.deactivate(tx, house.edges, browser_person(browser), by="host:test")
    assert browser.get("/api/session").status_code == 401
    assert signed_in(browser, issuer).status_code == 401


def browser_person(browser: Browser) -> str:
    return str(browser.get("/api/session").json()["person"])


def test_a_local_person_is_not_taken_over_by_their_address(
    browser: Browser, issuer: Issuer, somebody: Make, ledger: Ledger
) -> None:
    somebody("ada")
    ledger.clear()
    assert outcome(browser, ledger, signed_in(browser, issuer)) == refused("nobody_known")


def test_a_person_of_the_directory_is_tied_by_address_once(
    browser: Browser, issuer: Issuer, house: House, ledger: Ledger
) -> None:
    with house.database.begin() as tx:
        made = people.add(
            tx, house.edges, people.Profile(name="Ada", address="Ada@people.test"), by="host:test",
            source=Source.DIRECTORY,
        )  # fmt: skip
    signed_in(browser, issuer)
    assert browser_person(browser) == made.id
    issuer.person["sub"] = "u-of-somebody-who-has-the-address-now"
    ledger.clear()
    browser.cookies.clear()
    assert outcome(browser, ledger, signed_in(browser, issuer)) == refused("nobody_known")


def test_a_passkey_is_still_asked_for(browser: Browser, issuer: Issuer, house: House, somebody: Make) -> None:
    signed_in(browser, issuer)
    browser.begin()
    with house.database.begin() as tx:
        roles.grant(tx, house.edges, browser_person(browser), "administrator", by="host:test")
    reply = browser.post("/api/tokens", {"person": "pe_x", "name": "x"})
    assert (reply.status_code, "passkey" in reply.text) == (403, True)


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


def test_a_provider_that_calls_itself_by_another_name_is_not_asked_further(browser: Browser, issuer: Issuer) -> None:
    issuer.metadata = {"issuer": "https://elsewhere.test"}
    reply = browser.get("/auth/oidc/corp/start")
    assert (reply.status_code, reply.json()["error"]["code"]) == (502, "sign_in.provider_away")
    assert issuer.asked == ["/.well-known/openid-configuration"]


def test_providers_are_listed_and_unknown_ones_told(browser: Browser) -> None:
    assert browser.get("/auth/oidc").json() == [{"name": "corp", "label": "Corp", "start": "/auth/oidc/corp/start"}]
    for method, path in (("GET", "start"), ("GET", "callback"), ("POST", "logout")):
        assert browser.ask(method, f"/auth/oidc/other/{path}").status_code == 404


def test_a_session_of_a_provider_is_among_the_persons_sessions(browser: Browser, issuer: Issuer, house: House) -> None:
    signed_in(browser, issuer)
    with house.database.begin() as tx:
        (live,) = sessions.live(tx, house.edges.clock(), person=browser_person(browser))
    assert [proof.way.value for proof in live.proofs] == ["provider"]
