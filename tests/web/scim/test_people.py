"""People as a directory provisions them: what is kept of them, what is refused, and versions."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import msgspec
import pytest
from scim2_models import SearchRequest
from sqlalchemy import select

from seawall.access.directory.schemas import PROVIDER, Group, User
from seawall.access.directory.storage import Storage
from seawall.access.directory.tables import groups, members
from seawall.access.people import Person, people
from seawall.access.people.tables import people as all_people
from seawall.vault.tables import items
from seawall.web import House
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.scim.client import Caller, user
from tests.web.scim.conftest import Made


def test_a_person_is_added_with_name_and_address_and_who_vouches(house: House, corp: Caller, olga: Person) -> None:
    made = corp.add("ann", name={"givenName": "Ann", "familyName": "Example"})
    with house.database.begin() as tx:
        found = people.find_by_address(tx, house.edges, "ANN@corp.test")
        assert found is not None
        assert (found.id, found.vouched_by, found.source.value) == (made["id"], olga.id, "directory")
        assert people.profile_of(tx, house.edges, found.id).name == "Ann"
    assert made["emails"] == [{"value": "ann@corp.test", "type": "work", "primary": True}]


def test_what_nobody_needs_is_dropped(house: House, corp: Caller) -> None:
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    made = corp.add("ann", locale="de", password="hunter2hunter2", title="Dr", **{enterprise: {"department": "x"}})
    assert not {"locale", "password", "title", enterprise} & made.keys()
    patched = corp.patch(
        f"/Users/{made['id']}",
        {"op": "replace", "path": "title", "value": "Prof"},
        {"op": "Add", "path": f"{enterprise}:department", "value": "y"},
        {"op": "Replace", "path": "displayName", "value": "Ann E."},
    )
    assert patched.status_code == 204
    assert corp.found("/Users")[0]["displayName"] == "Ann E."


def test_nothing_of_a_person_stands_in_a_column_or_a_record(house: House, corp: Caller, ledger: Ledger) -> None:
    corp.add("zebulon", name={"givenName": "Zebulon", "familyName": "Quagga"})
    with house.database.begin() as tx:
        rows = "".join(repr(tx.execute(select(table)).all()) for table in (all_people, members, groups, items))
    for text in (rows.casefold(), repr(ledger).casefold()):
        assert "pe_" in text
        assert not any(word in text for word in ("zebulon", "quagga"))


def test_names_and_addresses_that_are_taken_conflict(corp: Caller) -> None:
    corp.add("ann")
    for said in (user("ANN"), user("bob", externalId="x-ann"), user("bob", emails=[{"value": "Ann@corp.test"}])):
        refused = corp.ask("POST", "/Users", said)
        assert (refused.status_code, refused.json()["scimType"]) == (409, "uniqueness")
    bob = corp.add("bob")
    assert corp.ask("PUT", f"/Users/{bob['id']}", user("ann", externalId="x")).status_code == 409
    assert [each["userName"] for each in corp.found("/Users")] == ["ann", "bob"]


@pytest.mark.parametrize(
    "said",
    [
        {"userName": ""}, {"userName": None}, {"userName": "x" * 5000, "displayName": ""}, {"displayName": "a\nb"},
        {"emails": [{"value": "nowhere"}]}, {"displayName": "x" * 201}, {"userName": ["a"]}, {"active": "perhaps"},
        {"userName": "a\x00b", "displayName": ""}, {"name": {"middleName": "x" * 20_000}}, {"userName": " "},
    ],
)  # fmt: skip
def test_what_is_no_person_is_refused_and_leaves_no_trace(
    house: House, corp: Caller, ledger: Ledger, said: dict[str, Any]
) -> None:
    before = len(ledger)
    refused = corp.ask("POST", "/Users", user("ann") | said)
    assert refused.status_code == 400, refused.text
    assert len(ledger) == before
    assert corp.found("/Users") == []


def test_who_was_never_changed_was_last_changed_when_they_were_added(
    house: House, corp: Caller, directory: Made, clock: FrozenClock
) -> None:
    def ticking() -> datetime:
        clock.advance(seconds=1)
        return clock()

    storage = Storage(house.database, msgspec.structs.replace(house.edges, clock=ticking), directory[0])
    added: list[tuple[str, Any]] = [("User", User(user_name="ann")), ("Group", Group(display_name="g"))]
    for each, made in (*added, added[0]):
        (kind,) = (one for one in PROVIDER.resource_types if one.name == each)
        meta = storage.create(kind, made).meta
        assert meta is not None
        assert meta.created == meta.last_modified
        if each == "User":
            storage.delete(kind, storage.search([kind], SearchRequest[User]()).resources[0].id or "")


def test_a_version_that_is_not_the_present_one_changes_nothing(corp: Caller) -> None:
    made = corp.add("ann")
    tag = made["meta"]["version"]
    path, change = f"/Users/{made['id']}", {"op": "replace", "path": "displayName", "value": "Ann B."}
    assert corp.ask("GET", path, headers={"if-none-match": tag}).status_code == 304
    assert corp.patch(path, change, headers={"if-match": tag}).status_code == 204
    for refused in (
        corp.patch(path, change | {"value": "C"}, headers={"if-match": tag}),
        corp.ask("PUT", path, user("ann", displayName="C"), headers={"if-match": tag}),
        corp.ask("DELETE", path, headers={"if-match": tag}),
    ):
        assert (refused.status_code, refused.json()["status"]) == (412, "412")
    assert corp.ask("GET", path).json()["displayName"] == "Ann B."
    assert corp.ask("GET", path).headers["etag"] != tag


def test_a_change_by_somebody_here_is_a_new_version(house: House, corp: Caller, olga: Person) -> None:
    made = corp.add("ann")
    with house.database.begin() as tx:
        people.deactivate(tx, house.edges, made["id"], by=olga.id)
    reply = corp.ask("GET", f"/Users/{made['id']}", headers={"if-none-match": made["meta"]["version"]})
    assert (reply.status_code, reply.json()["active"]) == (200, False)


def test_of_two_who_add_the_same_person_at_once_one_does(corp: Caller) -> None:
    with ThreadPoolExecutor(4) as pool:
        statuses = list(pool.map(lambda _: corp.ask("POST", "/Users", user("ann")).status_code, range(4)))
    assert sorted(statuses) == [201, 409, 409, 409]


def test_many_who_wait_for_each_other_leave_the_pages_their_connections(
    corp: Caller, signed_in: Callable[[Person], Browser], olga: Person
) -> None:
    browser = signed_in(olga)
    with ThreadPoolExecutor(24) as pool:
        adding = pool.map(lambda number: corp.ask("POST", "/Users", user(f"p{number}")).status_code, range(24))
        shown = [browser.get("/api/session").status_code for _ in range(5)]
        assert set(adding) == {201}
    assert set(shown) == {200}


def test_errors_show_nothing_of_what_is_inside(corp: Caller) -> None:
    deep = json.dumps({"Operations": [{"op": "replace", "path": "emails[" + "(" * 500, "value": 1}]})
    for method, path, body in (
        ("POST", "/Users", "[]"), ("POST", "/Users", "{"), ("POST", "/Users", "[" * 5000), ("PATCH", "/Users/x", deep),
        ("POST", "/Bulk", '{"Operations": 1}'), ("POST", "/Users", '{"userName": {"a": {"b": 1}}}'),
        ("PATCH", "/Users/x", "null"), ("POST", "/Users", '{"userName": "\\ud800"}'), ("POST", "/Users", "\ufeff{}"),
    ):  # fmt: skip
        reply = corp.http.request(method, path, content=body, headers={"content-type": "application/scim+json"})
        assert reply.status_code in (400, 404), (body[:40], reply.text)
        assert reply.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
        assert "Traceback" not in reply.text
    assert corp.http.post("/Users", content="x", headers={"content-type": "text/plain"}).status_code == 415
