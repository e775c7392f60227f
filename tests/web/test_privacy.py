"""`/api/privacy`: anyone sees how long content is kept; legal answers, with a passkey, and another than who checked."""

from collections.abc import Callable

import msgspec
import pytest

from seawall.access import privacy
from seawall.access.people import Person, Proof, Way, sessions
from seawall.access.privacy import Archive, PeopleHolder, VaultHolder, Whose, Wish
from seawall.vault import Retention
from seawall.web.house import House
from tests.access.conftest import Ledger
from tests.web.browser import Browser

SignIn = Callable[[Person], Browser]
Make = Callable[..., Person]
ACCOUNT = "ac_00000000000000000000000000"


@pytest.fixture
def house(house: House) -> House:
    """A house with something to answer from."""
    edges = house.edges
    made = Archive(holders=(PeopleHolder(edges), VaultHolder(edges.vault)), backups_kept_days=9)
    return msgspec.structs.replace(house, archive=made)


def fresh(house: House, browser: Browser, who: Person) -> Browser:
    """Have somebody use their passkey within their session."""
    with house.database.begin() as tx:
        (session,) = sessions.live(tx, house.edges.clock(), person=who.id)
        proof = Proof(person=who.id, way=Way.PASSKEY, at=house.edges.clock(), verified=True)
        browser.cookies["__Host-seawall"] = sessions.prove(tx, house.edges, session, proof)
    browser.begin()
    return browser


def test_anyone_sees_for_how_long_what_is_kept(browser: Browser) -> None:
    shown = browser.get("/api/privacy/retention").json()
    assert shown["backups_kept_days"] == 9
    assert {each["name"]: each["days"] for each in shown["classes"]} == {
        "exchange": 30, "case": 730, "evidence": 2192, "credential": None, "person": None,
    }  # fmt: skip


def test_one_checks_and_another_answers(house: House, somebody: Make, signed_in: SignIn, ledger: Ledger) -> None:
    lea, leo, ada = somebody("lea", "legal"), somebody("leo", "legal"), somebody("ada")
    first, second = (fresh(house, signed_in(each), each) for each in (lea, leo))
    made = first.post("/api/privacy/requests", {"wish": "export", "kind": "person", "subjects": [ada.id]})
    assert made.status_code == 200, made.text
    at = f"/api/privacy/requests/{made.json()['id']}"
    assert second.post(f"{at}/export").json()["error"]["code"] == "access.identity_unchecked"
    assert first.post(f"{at}/check", {"how": "in_person"}).json()["checked_by"] == lea.id
    assert first.post(f"{at}/export").json()["error"]["code"] == "access.same_hand"
    assert first.get(at).json()["held"]["person"] > 0
    exported = second.post(f"{at}/export")
    assert exported.headers["content-type"] == "application/x-ndjson"
    assert "ada@people.test" in exported.text
    assert second.post(f"{at}/export").status_code == 409
    assert first.get("/api/privacy/requests").json()["requests"][0]["state"] == "answered"
    assert ledger.kinds[-1] == "privacy.answered"


@pytest.mark.parametrize(
    ("wish", "kind", "path", "body"),
    [
        ("delete", "account", "delete", None),
        ("correct", "account", "correct", {"note": "That was my brother."}),
        ("correct", "person", "correct", {"name": "Ada Lovelace"}),
        ("opt_out", "account", "opt-out", None),
        ("delete", "account", "refuse", {"reason_code": "not_who_they_say"}),
    ],
)
def test_every_wish_has_its_answer(
    house: House, somebody: Make, signed_in: SignIn, wish: str, kind: str, path: str, body: dict[str, str] | None
) -> None:
    lea, leo, ada = somebody("lea", "legal"), somebody("leo", "legal"), somebody("ada")
    first, second = (fresh(house, signed_in(each), each) for each in (lea, leo))
    subjects = [ada.id if kind == "person" else ACCOUNT]
    made = first.post("/api/privacy/requests", {"wish": wish, "kind": kind, "subjects": subjects}).json()
    at = f"/api/privacy/requests/{made['id']}"
    first.post(f"{at}/check", {"how": "in_person"})
    answered = second.post(f"{at}/{path}", body)
    assert answered.status_code == 200, answered.text
    assert answered.json()["state"] == ("refused" if path == "refuse" else "answered")


def test_without_a_passkey_or_the_role_nobody_answers(
    house: House, somebody: Make, signed_in: SignIn, ledger: Ledger
) -> None:
    lea, adam = somebody("lea", "legal"), somebody("adam", "administrator")
    stale, admin = signed_in(lea), fresh(house, signed_in(adam), adam)
    before = len(ledger)
    body = {"wish": "delete", "kind": "account", "subjects": [ACCOUNT]}
    for each in (stale, admin):
        assert each.post("/api/privacy/requests", body).status_code == 403
        assert each.get("/api/privacy/requests").status_code == 200
    assert ledger.kinds[before:] == []


def test_holds_are_listed_and_why_is_for_whoever_may_hold(house: House, somebody: Make, signed_in: SignIn) -> None:
    lea, abe = somebody("lea", "legal"), somebody("abe", "auditor")
    vault = house.edges.vault
    with house.database.begin() as tx:
        item = vault.put(tx, b"a note", owner=ACCOUNT, retention=Retention.CASE)
        hold = vault.hold(tx, item, reason="Order 12", by=lea.id).hold
        made = privacy.take(tx, house.edges, Wish.DELETE, Whose.ACCOUNT, [ACCOUNT], by="host:mail")
    at = f"/api/privacy/requests/{made.id}"
    (shown,) = signed_in(lea).get(f"{at}/holds").json()
    assert (shown["hold"], shown["item"], shown["by"], shown["reason"]) == (hold, item, lea.id, "Order 12")
    (told,) = signed_in(abe).get(f"{at}/holds").json()
    assert (told["hold"], told["reason"]) == (hold, "")
    stock = signed_in(abe).get(at).json()
    assert (stock["held"]["content"], stock["on_hold"]["content"], stock["opted_out"]) == (1, 1, [])
    with house.database.begin() as tx:
        vault.release(tx, item, by=lea.id)
    assert signed_in(lea).get(f"{at}/holds").json() == []
