"""Who a directory deactivates or deletes: what ends with them, what stays, and who comes again."""

from collections.abc import Callable

from sqlalchemy import select

from seawall.access.people import Person, people, roles
from seawall.access.people.held_keys import working
from seawall.vault.tables import items
from seawall.web import House
from tests.access.conftest import Ledger, key_of
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.scim.client import Caller, user
from tests.web.scim.conftest import known


def test_deactivation_ends_a_live_session_at_once(
    house: House, corp: Caller, signed_in: Callable[[Person], Browser], ledger: Ledger
) -> None:
    made = corp.add("ann")
    browser = signed_in(known(house, made))
    assert browser.get("/api/session").status_code == 200
    assert corp.patch(f"/Users/{made['id']}", {"op": "replace", "path": "active", "value": False}).status_code == 204
    assert browser.get("/api/session").status_code == 401
    assert ledger.kinds[-2:] == ["session.revoked", "person.deactivated"]
    shown = corp.ask("GET", f"/Users/{made['id']}").json()
    assert shown["active"] is False


def test_the_ways_in_which_directories_say_inactive_all_deactivate(house: House, corp: Caller) -> None:
    for number, operation in enumerate(
        (
            {"op": "Replace", "path": "active", "value": "False"},
            {"op": "replace", "value": {"active": False}},
            {"op": "add", "path": "urn:ietf:params:scim:schemas:core:2.0:User:active", "value": False},
        )
    ):
        made = corp.add(f"ann{number}")
        assert corp.patch(f"/Users/{made['id']}", operation).status_code == 204
        assert not known(house, made).active
    put = corp.add("bob")
    assert corp.ask("PUT", f"/Users/{put['id']}", user("bob", active=False)).json()["active"] is False
    assert not known(house, put).active
    assert not known(house, corp.add("cyd", active=False)).active


def test_a_hold_on_what_is_kept_of_a_person_keeps_nobody_in(
    house: House, corp: Caller, signed_in: Callable[[Person], Browser]
) -> None:
    made = corp.add("ann")
    browser, vault = signed_in(known(house, made)), house.edges.vault
    with house.database.begin() as tx:
        held = list(tx.scalars(select(items.c.id).where(items.c.owner == made["id"])))
        for item in held:
            vault.hold(tx, item, reason="a court asked", by="host:test")
    said = user("ann", active=False, displayName="Ann B.")
    assert corp.ask("PUT", f"/Users/{made['id']}", said).status_code == 200
    assert browser.get("/api/session").status_code == 401
    with house.database.begin() as tx:
        assert set(held) <= set(tx.scalars(select(items.c.id).where(items.c.owner == made["id"])))
        assert people.profile_of(tx, house.edges, made["id"]).name == "Ann B."


def test_a_change_erases_what_was_known_before_and_a_mere_deactivation_rewrites_nothing(
    house: House, corp: Caller
) -> None:
    def kept() -> set[str]:
        with house.database.begin() as tx:
            return set(tx.scalars(select(items.c.id).where(items.c.owner == made["id"])))

    made = corp.add("ann")
    before = kept()
    corp.patch(f"/Users/{made['id']}", {"op": "replace", "path": "active", "value": False})
    assert kept() == before
    corp.patch(f"/Users/{made['id']}", {"op": "replace", "path": "displayName", "value": "Ann B."})
    assert len(kept()) == len(before) == 2
    assert not kept() & before


def test_a_replacement_that_says_nothing_of_active_lets_nobody_in_again(house: House, corp: Caller) -> None:
    made = corp.add("ann", active=False)
    said = user("ann", displayName="Ann B.")
    del said["active"]
    assert corp.ask("PUT", f"/Users/{made['id']}", said).status_code == 200
    assert not known(house, made).active
    assert corp.ask("PUT", f"/Users/{made['id']}", user("ann")).json()["active"] is True
    assert known(house, made).active


def test_a_directory_does_not_let_in_whom_somebody_here_deactivated(house: House, corp: Caller, olga: Person) -> None:
    made = corp.add("ann")
    with house.database.begin() as tx:
        people.deactivate(tx, house.edges, made["id"], by=olga.id)
    assert corp.ask("PUT", f"/Users/{made['id']}", user("ann", displayName="A")).json()["active"] is False
    assert corp.ask("DELETE", f"/Users/{made['id']}").status_code == 204
    assert corp.add("ann")["id"] == made["id"]
    assert not known(house, made).active


def test_a_deleted_person_is_gone_holds_nothing_and_is_not_deleted_twice(
    house: House, corp: Caller, signed_in: Callable[[Person], Browser], olga: Person
) -> None:
    made = corp.add("ann")
    browser = signed_in(known(house, made))
    with house.database.begin() as tx:
        key_of(tx, house.edges, people.find(tx, made["id"]))
        roles.grant(tx, house.edges, made["id"], "reviewer", by=olga.id)
    assert corp.ask("DELETE", f"/Users/{made['id']}").status_code == 204
    assert browser.get("/api/session").status_code == 401
    with house.database.begin() as tx:
        assert working(tx, made["id"]) == []
        assert roles.held(tx, made["id"]) == ()
    for method in ("DELETE", "GET", "PUT", "PATCH"):
        assert corp.ask(method, f"/Users/{made['id']}", user("ann")).status_code in (400, 404)
    assert corp.ask("DELETE", f"/Users/{made['id']}").status_code == 404
    assert corp.found("/Users") == []


def test_who_comes_again_is_the_same_person_with_nothing_of_before(
    house: House, corp: Caller, clock: FrozenClock, ledger: Ledger
) -> None:
    made = corp.add("ann")
    with house.database.begin() as tx:
        key_of(tx, house.edges, people.find(tx, made["id"]))
    corp.ask("DELETE", f"/Users/{made['id']}")
    clock.advance(days=1)
    again = corp.add("ann.married", externalId="x-ann", displayName="Ann M")
    assert again["id"] == made["id"]
    assert known(house, made).active_since == clock()
    assert "directory.person_returned" in ledger.kinds
    with house.database.begin() as tx:
        assert working(tx, made["id"]) == []


def test_a_user_name_that_somebody_else_was_given_is_another_person(house: House, corp: Caller) -> None:
    made = corp.add("ann")
    corp.ask("DELETE", f"/Users/{made['id']}")
    other = corp.add("ann", externalId="x-another-ann")
    assert other["id"] != made["id"]
    with house.database.begin() as tx:
        found = people.find_by_address(tx, house.edges, "ann@corp.test")
        assert found is not None
        assert found.id == other["id"]
    assert corp.ask("POST", "/Users", user("third", externalId="x-another-ann")).status_code == 409
