"""The device flow: a program shows a code, a person decides in a browser, the program has a session of its own."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from seawall.access.people import Kind, Person, people, sessions, tokens
from seawall.access.people.model import Profile
from seawall.access.sign_in.devices import MOST_FROM_ONE
from seawall.web.house import House
from tests.access.conftest import Ledger, key_at
from tests.conftest import FrozenClock
from tests.web.browser import Browser, proven

Make = Callable[..., Person]
SignIn = Callable[[Person], Browser]
GRANT = "urn:ietf:params:oauth:grant-type:device_code"


class Program:
    """A program without a browser."""

    def __init__(self, home: str, name: str = "program/1") -> None:
        self.client = httpx.Client(base_url=home, headers={"user-agent": name}, timeout=20)
        self.codes: dict[str, Any] = {}

    def ask(self) -> str:
        self.codes = self.client.post("/api/device").json()
        return str(self.codes["user_code"])

    def poll(self) -> Any:
        fields = {"grant_type": GRANT, "device_code": self.codes["device_code"], "client_id": "x"}
        return self.client.post("/api/device/token", data=fields).json()

    def ask_to_prove(self, token: str) -> str:
        reply = self.client.post("/api/device/prove", headers={"authorization": f"Bearer {token}"})
        assert reply.status_code == 200, reply.text
        self.codes = reply.json()
        return str(self.codes["user_code"])

    def whoami(self, token: str) -> httpx.Response:
        return self.client.get("/api/session", headers={"authorization": f"Bearer {token}"})


@pytest.fixture
def program(home: str) -> Iterator[Program]:
    made = Program(home)
    yield made
    made.client.close()


@pytest.fixture
def ada(somebody: Make) -> Person:
    return somebody("ada", "administrator")


def decided(browser: Browser, code: str, approve: bool = True) -> httpx.Response:
    return browser.post("/api/device/approve", {"user_code": code, "approve": approve})


def test_an_approved_program_has_a_session_of_that_person_once(
    program: Program, signed_in: SignIn, ada: Person, ledger: Ledger, house: House, clock: FrozenClock
) -> None:
    code = program.ask()
    assert program.codes["verification_uri"].endswith("/console/device")
    browser = signed_in(ada)
    shown = browser.post("/api/device/waiting", {"user_code": code})
    assert shown.json()["program"] == "program/1"
    assert decided(browser, code.lower().replace("-", " ")).status_code == 200
    found = program.poll()
    assert (found["person"], found["token_type"]) == (ada.id, "Bearer")
    assert program.whoami(found["access_token"]).json()["ways"] == ["device"]
    assert program.poll()["error"] == "expired_token"
    assert ledger.kinds[-2:] == ["device.decided", "session.begun"]
    with house.database.begin() as tx:
        live = {session.id for session in sessions.live(tx, clock(), person=ada.id)}
        assert found["session"] in live
        sessions.revoke(tx, house.edges, found["session"], by=ada.id, reason_code="asked")
    assert program.whoami(found["access_token"]).status_code == 401
    assert browser.get("/api/session").status_code == 200


def test_a_session_of_a_program_is_bound_to_it(program: Program, signed_in: SignIn, ada: Person, home: str) -> None:
    decided(signed_in(ada), program.ask())
    thief = Program(home, "another/1")
    thief.codes = program.codes
    assert thief.poll()["error"] == "expired_token"
    token = program.poll()["access_token"]
    assert thief.whoami(token).status_code == 401
    assert program.whoami(token).status_code == 200
    thief.client.close()


def test_a_program_waits_and_is_told_to_be_slower(program: Program, clock: FrozenClock) -> None:
    program.ask()
    assert program.poll()["error"] == "authorization_pending"
    clock.advance(seconds=4)
    assert program.poll()["error"] == "slow_down"
    clock.advance(seconds=6)
    assert program.poll()["error"] == "slow_down"
    clock.advance(seconds=15)
    assert program.poll()["error"] == "authorization_pending"


def test_a_refused_program_is_told_so(program: Program, signed_in: SignIn, ada: Person, ledger: Ledger) -> None:
    code, browser = program.ask(), signed_in(ada)
    ledger.clear()
    assert decided(browser, code, approve=False).status_code == 200
    assert decided(browser, code).status_code == 401
    assert program.poll()["error"] == "access_denied"
    assert ledger.kinds == ["device.decided", "sign_in.refused"]


def test_codes_run_out_after_ten_minutes(
    program: Program, signed_in: SignIn, ada: Person, clock: FrozenClock, ledger: Ledger
) -> None:
    code, browser = program.ask(), signed_in(ada)
    clock.advance(minutes=10)
    browser.begin()
    assert decided(browser, code).status_code == 401
    assert program.poll()["error"] == "expired_token"
    assert "device.decided" not in ledger.kinds


def test_codes_are_stored_hashed(program: Program, house: House) -> None:
    code = program.ask()
    with house.database.begin() as tx:
        kept = tx.exec_driver_sql("SELECT d::text FROM access_devices d").scalar_one()
    assert program.codes["device_code"] not in kept
    assert code not in kept
    assert code.replace("-", "") not in kept


def test_guesses_are_counted_and_close_the_way(program: Program, signed_in: SignIn, ada: Person) -> None:
    code, browser = program.ask(), signed_in(ada)
    for route in ("waiting", "approve", "approve", "waiting", "approve"):
        wrong = browser.post(f"/api/device/{route}", {"user_code": "BBBB-BBBB"})
        assert (wrong.status_code, wrong.json()["error"]["code"]) == (401, "access.sign_in_refused")
    assert "Too many failures" in decided(browser, code).text
    assert program.poll()["error"] == "authorization_pending"


def test_a_person_who_was_deactivated_meanwhile_lets_nothing_in(
    program: Program, signed_in: SignIn, ada: Person, house: House
) -> None:
    decided(signed_in(ada), program.ask())
    with house.database.begin() as tx:
        people.deactivate(tx, house.edges, ada.id, by="host:test")
    assert program.poll()["error"] == "access_denied"


def test_programs_and_service_accounts_let_no_program_in(
    program: Program, signed_in: SignIn, ada: Person, house: House
) -> None:
    decided(signed_in(ada), program.ask())
    mine = program.poll()["access_token"]
    with house.database.begin() as tx:
        robot = people.add(tx, house.edges, Profile(name="Robot"), by=ada.id, kind=Kind.SERVICE, human=ada.id)
        _, secret = tokens.make(tx, house.edges, robot, "t", owner=ada, by=ada.id)
    code = program.ask()
    for token in (mine, secret):
        headers = {"authorization": f"Bearer {token}"}
        reply = program.client.post("/api/device/approve", json={"user_code": code}, headers=headers)
        assert (reply.status_code, reply.json()["error"]["code"]) == (409, "sign_in.not_from_here")
    assert program.poll()["error"] == "authorization_pending"


def test_another_site_approves_nothing(program: Program, signed_in: SignIn, ada: Person) -> None:
    code, browser = program.ask(), signed_in(ada)
    for headers in ({"origin": "https://elsewhere.test"}, {"x-csrf-token": "0" * 64}):
        reply = browser.post("/api/device/approve", {"user_code": code}, headers=headers)
        assert reply.status_code == 403
    assert program.poll()["error"] == "authorization_pending"


def test_a_program_does_nothing_that_takes_a_passkey(program: Program, signed_in: SignIn, ada: Person) -> None:
    decided(signed_in(ada), program.ask())
    headers = {"authorization": f"Bearer {program.poll()['access_token']}"}
    body = {"person": ada.id, "name": "x"}
    assert program.client.get("/api/tokens", headers=headers).status_code == 200
    assert program.client.post("/api/tokens", json=body, headers=headers).status_code == 403


def test_a_cookie_counts_for_nothing_where_programs_call(program: Program, signed_in: SignIn, ada: Person) -> None:
    browser = signed_in(ada)
    browser.form = ""
    assert browser.post("/api/device", headers={"origin": "https://elsewhere.test"}).status_code == 200
    assert browser.get("/api/session").status_code == 200


def test_only_so_many_programs_wait_from_one_place(program: Program, clock: FrozenClock) -> None:
    for _ in range(MOST_FROM_ONE):
        assert program.client.post("/api/device").status_code == 200
    full = program.client.post("/api/device")
    assert (full.status_code, full.json()["error"]["code"]) == (429, "sign_in.too_many_waiting")
    clock.advance(minutes=11)
    assert program.client.post("/api/device").status_code == 200


def test_another_grant_is_told_so(program: Program) -> None:
    reply = program.client.post("/api/device/token", data={"grant_type": "password"})
    assert (reply.status_code, reply.json()["error"]) == (400, "unsupported_grant_type")


def test_a_program_is_proven_by_a_passkey_of_its_person_for_as_long_as_that_holds(
    program: Program, signed_in: SignIn, ada: Person, house: House, clock: FrozenClock, ledger: Ledger
) -> None:
    with house.database.begin() as tx:
        device = key_at(tx, house.edges, ada, house.site)
    browser = signed_in(ada)
    decided(browser, program.ask())
    old = program.poll()["access_token"]
    code = program.ask_to_prove(old)
    assert browser.post("/api/device/waiting", {"user_code": code}).json()["proves"]
    refused = decided(browser, code)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "access.step_up_needed")
    proven(browser, device)
    clock.advance(minutes=4)
    assert decided(browser, code).status_code == 200
    found = program.poll()
    assert program.whoami(found["access_token"]).json()["ways"] == ["device", "passkey"]
    assert ledger.kinds[-2:] == ["device.decided", "session.proven"]
    headers = {"authorization": f"Bearer {found['access_token']}"}
    body = {"person": ada.id, "name": "x"}
    assert program.client.post("/api/tokens", json=body, headers=headers).json()["error"]["code"] == "access.bad_person"
    clock.advance(minutes=2)
    assert program.client.post("/api/tokens", json=body, headers=headers).status_code == 403


def test_nobody_proves_a_program_of_another_and_no_program_proves_itself(
    program: Program, signed_in: SignIn, ada: Person, somebody: Make, house: House
) -> None:
    bob = somebody("bob")
    with house.database.begin() as tx:
        device = key_at(tx, house.edges, bob, house.site)
    decided(signed_in(ada), program.ask())
    token = program.poll()["access_token"]
    code = program.ask_to_prove(token)
    browser = signed_in(bob)
    proven(browser, device)
    assert decided(browser, code).json()["error"]["code"] == "access.wrong_person"
    headers = {"authorization": f"Bearer {token}"}
    own = program.client.post("/api/device/approve", json={"user_code": code}, headers=headers)
    assert own.json()["error"]["code"] == "sign_in.not_from_here"
    assert browser.post("/api/device/prove").status_code == 409
    assert program.poll()["error"] == "authorization_pending"
