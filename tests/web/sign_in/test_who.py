"""Who signs in through an identity provider: added, tied, given roles, or refused."""

from collections.abc import Callable

from seawall.access.people import Person, Source, people, roles, sessions
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.web.browser import Browser
from tests.web.issuer import Issuer
from tests.web.sign_in.steps import back, browser_person, outcome, refused, signed_in, started

Make = Callable[..., Person]


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


def test_a_deactivated_person_is_refused(browser: Browser, issuer: Issuer, house: House) -> None:
    signed_in(browser, issuer)
    with house.database.begin() as tx:
        people.deactivate(tx, house.edges, browser_person(browser), by="host:test")
    assert browser.get("/api/session").status_code == 401
    assert signed_in(browser, issuer).status_code == 401


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
