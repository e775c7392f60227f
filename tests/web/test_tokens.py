"""Tokens of service accounts: made by whoever may, with a passkey; shown once; ended at once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from seawall.access.people import Kind, Person, people, roles, tokens
from seawall.access.people.model import BadPerson, PersonInactive, Profile
from seawall.access.people.tokens import BadToken
from seawall.web.house import House
from tests.access.conftest import Ledger, key_at
from tests.conftest import FrozenClock
from tests.web.browser import Browser, proven

Make = Callable[..., Person]
SignIn = Callable[[Person], Browser]


@pytest.fixture
def ada(somebody: Make) -> Person:
    return somebody("ada", "administrator")


@pytest.fixture
def robot(house: House, ada: Person) -> Person:
    with house.database.begin() as tx:
        made = people.add(tx, house.edges, Profile(name="Robot"), by=ada.id, kind=Kind.SERVICE, human=ada.id)
        roles.grant(tx, house.edges, made.id, "auditor", by="host:test")
        return made


@pytest.fixture
def browser(house: House, ada: Person, signed_in: SignIn) -> Browser:
    """An administrator's, who has just used a passkey."""
    with house.database.begin() as tx:
        device = key_at(tx, house.edges, ada, house.site)
    made = signed_in(ada)
    proven(made, device)
    return made


def called(home: str, secret: str, path: str = "/api/session", method: str = "GET") -> httpx.Response:
    return httpx.request(method, home + path, headers={"authorization": f"Bearer {secret}"})


def test_a_token_is_made_used_listed_and_ended(
    browser: Browser, robot: Person, ada: Person, home: str, ledger: Ledger
) -> None:
    made = browser.post("/api/tokens", {"person": robot.id, "name": "nightly"}).json()
    assert (made["owner"], made["made_by"], made["secret"][:4]) == (ada.id, ada.id, "swt_")
    good_for = datetime.fromisoformat(made["ends_at"]) - datetime.fromisoformat(made["made_at"])
    assert good_for == timedelta(days=90)
    shown = called(home, made["secret"]).json()
    assert (shown["person"], shown["roles"], shown["ways"]) == (robot.id, ["auditor"], ["token"])
    (listed,) = browser.get("/api/tokens", params={"person": robot.id}).json()["tokens"]
    assert "secret" not in listed
    assert listed["used_at"] is not None
    assert browser.ask("DELETE", f"/api/tokens/{made['id']}").status_code == 200
    assert called(home, made["secret"]).status_code == 401
    assert browser.ask("DELETE", f"/api/tokens/{made['id']}").status_code == 404
    assert ledger.kinds[-2:] == ["token.created", "token.ended"]


def test_a_secret_is_stored_hashed(browser: Browser, robot: Person, house: House) -> None:
    secret = browser.post("/api/tokens", {"person": robot.id, "name": "n"}).json()["secret"]
    with house.database.begin() as tx:
        assert secret not in tx.exec_driver_sql("SELECT t::text FROM access_tokens t").scalar_one()


def test_a_token_needs_a_passkey_and_a_role(
    signed_in: SignIn, somebody: Make, robot: Person, ada: Person, ledger: Ledger
) -> None:
    for who in (ada, somebody("bob"), somebody("cleo", "reviewer")):
        browser = signed_in(who)
        assert browser.post("/api/tokens", {"person": robot.id, "name": "n"}).status_code == 403
        assert browser.ask("DELETE", "/api/tokens/tk_x").status_code == 403
    assert "token.created" not in ledger.kinds


@pytest.mark.parametrize("wrong", [{"days": 366}, {"days": 0}, {"name": ""}, {"name": "a\nb"}, {"person": "pe_x"}])
def test_a_token_that_cannot_be_is_refused_and_leaves_no_trace(
    browser: Browser, robot: Person, ledger: Ledger, wrong: dict[str, object]
) -> None:
    reply = browser.post("/api/tokens", {"person": robot.id, "name": "n"} | wrong)
    assert reply.status_code in (400, 404, 422)
    assert "token.created" not in ledger.kinds


def test_people_have_no_tokens_and_only_people_answer_for_one(
    house: House, robot: Person, ada: Person, ledger: Ledger
) -> None:
    with house.database.begin() as tx:
        for service, owner in ((ada, ada), (robot, robot)):
            with pytest.raises(BadPerson):
                tokens.make(tx, house.edges, service, "n", owner=owner, by=ada.id)
        with pytest.raises(BadToken):
            tokens.make(tx, house.edges, robot, "n", owner=ada, by=ada.id, good_for=timedelta(days=366))
        people.deactivate(tx, house.edges, robot.id, by=ada.id)
        with pytest.raises(PersonInactive):
            tokens.make(tx, house.edges, people.find(tx, robot.id), "n", owner=ada, by=ada.id)
    assert "token.created" not in ledger.kinds


@pytest.fixture
def secret(house: House, robot: Person, ada: Person, somebody: Make) -> str:
    """One for which somebody else answers."""
    with house.database.begin() as tx:
        return tokens.make(tx, house.edges, robot, "n", owner=ada, by="host:test")[1]


def test_a_token_runs_out(secret: str, home: str, clock: FrozenClock) -> None:
    clock.advance(days=89, hours=23)
    assert called(home, secret).status_code == 200
    clock.advance(hours=1)
    assert called(home, secret).status_code == 401


def test_a_token_is_no_cookie_and_no_other_thing(secret: str, home: str) -> None:
    assert httpx.get(f"{home}/api/session", headers={"cookie": f"__Host-seawall={secret}"}).status_code == 401
    for other in ("swt_", "swt_x", secret[:-1], secret.upper(), secret + "x"):
        assert called(home, other).status_code == 401


def test_tokens_end_with_their_account_for_good(
    secret: str, home: str, house: House, robot: Person, ledger: Ledger
) -> None:
    with house.database.begin() as tx:
        people.deactivate(tx, house.edges, robot.id, by="host:test")
        people.activate(tx, house.edges, robot.id, by="host:test")
    assert called(home, secret).status_code == 401
    assert "token.ended" in ledger.kinds


def test_tokens_rest_while_their_owner_is_deactivated(secret: str, home: str, house: House, ada: Person) -> None:
    with house.database.begin() as tx:
        people.deactivate(tx, house.edges, ada.id, by="host:test")
    assert called(home, secret).status_code == 401


def test_a_token_takes_no_dangerous_action_and_ends_itself(secret: str, home: str, house: House, robot: Person) -> None:
    with house.database.begin() as tx:
        roles.grant(tx, house.edges, robot.id, "administrator", by="host:test")
    body = {"person": robot.id, "name": "more"}
    refused = httpx.post(f"{home}/api/tokens", json=body, headers={"authorization": f"Bearer {secret}"})
    assert (refused.status_code, "passkey" in refused.text) == (403, True)
    assert called(home, secret, method="DELETE").status_code == 200
    assert called(home, secret).status_code == 401
