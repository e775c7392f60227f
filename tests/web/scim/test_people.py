"""People as a directory provisions them: whose they are, what ends with them, what is found, what stays theirs."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import msgspec
import pytest
from scim2_models import SearchRequest, TooManyException
from sqlalchemy import select

from seawall.access.approvals import Desk, ask
from seawall.access.approvals.eligible import enough, objection
from seawall.access.directory import Directory
from seawall.access.directory.schemas import PROVIDER, Group, User
from seawall.access.directory.storage import Storage
from seawall.access.directory.tables import groups, members
from seawall.access.people import Person, people, roles
from seawall.access.people.held_keys import working
from seawall.access.people.tables import people as all_people
from seawall.access.rights import Resource
from seawall.vault.tables import items
from seawall.web import House
from tests.access.conftest import Ledger, key_of
from tests.access.team import Team
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.scim.client import Caller, user

Made = tuple[Directory, str]
SetUp = Callable[..., Made]


def _known(house: House, made: dict[str, Any]) -> Person:
    with house.database.begin() as tx:
        return people.find(tx, made["id"])


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


def test_deactivation_ends_a_live_session_at_once(
    house: House, corp: Caller, signed_in: Callable[[Person], Browser], ledger: Ledger
) -> None:
    made = corp.add("ann")
    browser = signed_in(_known(house, made))
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
        assert not _known(house, made).active
    put = corp.add("bob")
    assert corp.ask("PUT", f"/Users/{put['id']}", user("bob", active=False)).json()["active"] is False
    assert not _known(house, put).active
    assert not _known(house, corp.add("cyd", active=False)).active


def test_a_hold_on_what_is_kept_of_a_person_keeps_nobody_in(
    house: House, corp: Caller, signed_in: Callable[[Person], Browser]
) -> None:
    made = corp.add("ann")
    browser, vault = signed_in(_known(house, made)), house.edges.vault
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
    assert not _known(house, made).active
    assert corp.ask("PUT", f"/Users/{made['id']}", user("ann")).json()["active"] is True
    assert _known(house, made).active


def test_a_directory_does_not_let_in_whom_somebody_here_deactivated(house: House, corp: Caller, olga: Person) -> None:
    made = corp.add("ann")
    with house.database.begin() as tx:
        people.deactivate(tx, house.edges, made["id"], by=olga.id)
    assert corp.ask("PUT", f"/Users/{made['id']}", user("ann", displayName="A")).json()["active"] is False
    assert corp.ask("DELETE", f"/Users/{made['id']}").status_code == 204
    assert corp.add("ann")["id"] == made["id"]
    assert not _known(house, made).active


def test_a_deleted_person_is_gone_holds_nothing_and_is_not_deleted_twice(
    house: House, corp: Caller, signed_in: Callable[[Person], Browser], olga: Person
) -> None:
    made = corp.add("ann")
    browser = signed_in(_known(house, made))
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
    assert _known(house, made).active_since == clock()
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


def test_a_directory_sees_and_changes_its_own_people_alone(
    home: str, house: House, corp: Caller, olga: Person, set_up: SetUp, somebody: Callable[..., Person]
) -> None:
    local = somebody("lou", "reviewer")
    ann = corp.add("ann")
    other = Caller(home, set_up("other", olga)[1])
    for one in (local.id, ann["id"], olga.id):
        for method, body in (("GET", None), ("PUT", user("taken")), ("DELETE", None)):
            assert other.ask(method, f"/Users/{one}", body).status_code == 404
        assert other.patch(f"/Users/{one}", {"op": "replace", "path": "active", "value": False}).status_code == 404
        refused = other.ask("POST", "/Groups", {"displayName": "g", "members": [{"value": one}], "schemas": []})
        assert refused.status_code == 400
    assert other.found("/Users") == other.found("/Groups") == other.found("/Users", filter="id pr") == []
    assert other.add("ann", emails=[])["id"] != ann["id"]
    for address in ("ann@corp.test", "lou@people.test"):
        refused = other.ask("POST", "/Users", user("thief", emails=[{"value": address}]))
        assert refused.status_code == 409
    other.http.close()
    assert _known(house, ann).active


def test_a_local_person_whose_address_a_directory_claims_is_left_as_they_are(
    house: House, corp: Caller, somebody: Callable[..., Person]
) -> None:
    lou = somebody("lou", "security")
    assert corp.ask("POST", "/Users", user("lou", emails=[{"value": "lou@people.test"}])).status_code == 409
    with house.database.begin() as tx:
        assert people.find(tx, lou.id) == lou
        assert [each.role for each in roles.held(tx, lou.id)] == ["security"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ('userName eq "ANN"', ["ann"]),
        ('externalId eq "x-bob"', ["bob"]),
        ('externalId eq "X-BOB"', []),
        ('emails.value co "@corp"', ["ann", "bob", "cyd"]),
        ('emails[type eq "work" and value sw "cyd"]', ["cyd"]),
        ("active eq false", ["cyd"]),
        ('not (userName eq "ann")', ["bob", "cyd"]),
        ('userName eq "ann" or (displayName eq "Bob" and active eq true)', ["ann", "bob"]),
        ('meta.created gt "2000-01-01T00:00:00Z"', ["ann", "bob", "cyd"]),
        ('userName eq "x\' OR 1=1 --"', []),
        ('userName eq "ann\\u0000"', []),
        ('userName eq "%"', []),
        ('userName co "%"', []),
        ('userName eq "ann\'; DROP TABLE access_people; --"', []),
        ('externalId eq ""', []),
    ],
)
def test_filters_find_what_they_say_and_nothing_more(corp: Caller, wanted: str, found: list[str]) -> None:
    for name in ("ann", "bob"):
        corp.add(name)
    corp.add("cyd", active=False)
    assert [each["userName"] for each in corp.found("/Users", filter=wanted)] == found
    searched = corp.ask("POST", "/Users/.search", {"filter": wanted}).json()
    assert searched["totalResults"] == len(found)


@pytest.mark.parametrize(
    "wanted",
    [
        "userName eq", "1=1", "' OR ''='", 'userName eq "a" OR 1=1', "(" * 900, "not (" * 300 + "id pr" + ")" * 300,
        'userName like "a"', 'password eq "x"', 'userName eq "a"; DROP TABLE access_people', "x" * 3000, 'a.b.c eq "1"',
        'userName eq "a" and', "${jndi}", 'profile eq "x"',
    ],
)  # fmt: skip
def test_a_filter_that_is_none_is_refused_and_told_so(corp: Caller, wanted: str) -> None:
    corp.add("ann")
    for reply in (
        corp.ask("GET", "/Users", params={"filter": wanted}),
        corp.ask("POST", "/.search", {"filter": wanted}),
    ):
        told = reply.json()
        assert reply.status_code == 400 or told.get("totalResults") == 1, (wanted, reply.text)
        assert "Traceback" not in reply.text
        assert "access_" not in reply.text
    assert len(corp.found("/Users")) == 1


def test_a_search_that_would_read_too_many_is_refused_and_a_narrow_one_is_not(
    house: House, corp: Caller, directory: Made
) -> None:
    for name in ("ann", "bob", "cyd"):
        corp.add(name)
    storage = Storage(house.database, house.edges, directory[0], most_read=2)
    (user_type,) = (each for each in PROVIDER.resource_types if each.name == "User")
    request = SearchRequest[User]
    with pytest.raises(TooManyException):
        storage.search([user_type], request(filter="active eq true"))
    with pytest.raises(TooManyException):
        storage.search([user_type], request(sort_by="userName"))
    assert storage.search([user_type], request(filter='userName eq "bob"')).total == 1
    assert storage.search([user_type], request(count=2)).total == 3


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


def test_lists_are_sorted_and_paged_by_index_and_by_cursor(corp: Caller) -> None:
    for name in ("dee", "ann", "cyd", "bob", "eve"):
        corp.add(name)
    page = corp.ask("GET", "/Users", params={"sortBy": "userName", "startIndex": 2, "count": 2}).json()
    assert [each["userName"] for each in page["Resources"]] == ["bob", "cyd"]
    assert (page["totalResults"], page["itemsPerPage"], page["startIndex"]) == (5, 2, 2)
    down = corp.found("/Users", sortBy="userName", sortOrder="descending")
    assert [each["userName"] for each in down] == ["eve", "dee", "cyd", "bob", "ann"]
    seen, cursor = [], ""
    while True:
        page = corp.ask("GET", "/Users", params={"cursor": cursor, "count": 2, "sortBy": "userName"}).json()
        seen += [each["userName"] for each in page["Resources"]]
        cursor = page.get("nextCursor")
        if not cursor:
            break
    assert seen == ["ann", "bob", "cyd", "dee", "eve"]
    forged = corp.ask("GET", "/Users", params={"cursor": "AAAA", "count": 2})
    assert (forged.status_code, forged.json()["scimType"]) == (400, "invalidCursor")


def test_a_cursor_of_one_directory_shows_nothing_of_it_to_another(
    home: str, corp: Caller, olga: Person, set_up: SetUp
) -> None:
    for name in ("ann", "bob", "cyd"):
        corp.add(name)
    cursor = corp.ask("GET", "/Users", params={"cursor": "", "count": 1}).json()["nextCursor"]
    other = Caller(home, set_up("other", olga)[1])
    assert other.ask("GET", "/Users", params={"cursor": cursor, "count": 1}).json().get("Resources", []) == []
    other.http.close()


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


def test_who_comes_by_the_requesters_directory_cannot_agree_to_what_they_ask(
    home: str,
    house: House,
    corp: Caller,
    olga: Person,
    set_up: SetUp,
    clock: FrozenClock,
    somebody: Callable[..., Person],
) -> None:
    """Olga, who owns the directory, asks; whom it added may not agree, though they agree to what others ask."""
    made, bob = corp.add("ann"), somebody("bob", "legal")
    edges = house.edges
    with house.database.begin() as tx:
        for role in ("legal", "security"):
            roles.grant(tx, edges, made["id"], role, by="host:test")
        roles.grant(tx, edges, olga.id, "security", by="host:test")
        for each in (made["id"], bob.id):
            key_of(tx, edges, people.find(tx, each))
    clock.advance(hours=80)
    desk = Desk(rights=house.desk.rights)
    item = Resource(kind="VaultItem", id="it_1")
    with house.database.begin() as tx:
        team = object.__new__(Team)
        team.edges, team.clock, team.desk = edges, clock, desk
        ann = people.find(tx, made["id"])
        hers = ask(tx, edges, desk, team.actor(tx, olga), "vault.disclose", item, {}, reason="r")
        assert objection(tx, desk, hers, ann) == "was added by the requester, directly or through a directory"
        assert any(ann.id in line for line in enough(tx, desk, hers)[1])
        other = Resource(kind="VaultItem", id="it_2")
        his = ask(tx, edges, desk, team.actor(tx, bob), "vault.disclose", other, {}, reason="r")
        assert objection(tx, desk, his, ann) is None


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
