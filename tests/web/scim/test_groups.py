"""Groups of a directory, and the roles that they give: by whom, when, and until when."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from seawall.access.directory import groups
from seawall.access.people import Person, roles
from seawall.access.people.proofs import Proof, Way
from seawall.web import House
from tests.access.conftest import Ledger
from tests.conftest import FrozenClock
from tests.web.browser import Browser
from tests.web.scim.client import GROUP, Caller
from tests.web.scim.conftest import Made


def _roles(house: House, person: str) -> dict[str, str]:
    with house.database.begin() as tx:
        return {each.role: each.granted_by for each in roles.held(tx, person)}


@pytest.fixture
def give(house: House, directory: Made, olga: Person) -> Callable[..., None]:
    """Let a group give roles."""

    def map_roles(group: str, *given: str) -> None:
        with house.database.begin() as tx:
            groups.map_roles(tx, house.edges, house.desk.rights, directory[0], group, given, by=olga.id)

    return map_roles


def _join(person: str) -> dict[str, Any]:
    return {"op": "add", "path": "members", "value": [{"value": person}]}


def _leave(person: str) -> dict[str, Any]:
    return {"op": "remove", "path": f'members[value eq "{person}"]'}


def test_a_group_gives_no_role_until_somebody_here_says_which(
    house: House, corp: Caller, give: Callable[..., None], directory: Made, ledger: Ledger
) -> None:
    ann, bob = corp.add("ann")["id"], corp.add("bob")["id"]
    made = corp.group("reviewer", ann)
    assert _roles(house, ann) == {}
    give("reviewer", "reviewer", "evaluator")
    assert _roles(house, ann) == {"evaluator": directory[0].actor, "reviewer": directory[0].actor}
    assert corp.patch(f"/Groups/{made['id']}", _join(bob), _leave(ann)).status_code == 204
    assert (_roles(house, ann), set(_roles(house, bob))) == ({}, {"evaluator", "reviewer"})
    give(made["id"], "evaluator")
    assert set(_roles(house, bob)) == {"evaluator"}
    assert ledger.kinds.count("group.mapped") == 2
    assert tuple(sorted(set(ledger.kinds) & {"group.joined", "group.left"})) == ("group.joined", "group.left")


def test_the_groups_of_a_person_are_shown_with_them(corp: Caller) -> None:
    ann = corp.add("ann")
    made = corp.group("staff", ann["id"])
    shown = corp.ask("GET", f"/Users/{ann['id']}").json()
    assert shown["groups"] == [
        {"value": made["id"], "$ref": made["meta"]["location"], "display": "staff", "type": "direct"}
    ]
    assert made["members"] == [{"value": ann["id"], "$ref": ann["meta"]["location"], "type": "User"}]
    assert shown["meta"]["version"] != ann["meta"]["version"]
    assert [each["id"] for each in corp.found("/Groups", filter='displayName eq "STAFF"')] == [made["id"]]
    assert "members" not in corp.found("/Groups", excludedAttributes="members")[0]


def test_what_somebody_here_granted_a_group_does_not_take(
    house: House, corp: Caller, give: Callable[..., None], olga: Person
) -> None:
    ann = corp.add("ann")["id"]
    with house.database.begin() as tx:
        roles.grant(tx, house.edges, ann, "reviewer", by=olga.id)
    made = corp.group("g", ann)
    give("g", "reviewer", "legal")
    corp.patch(f"/Groups/{made['id']}", _leave(ann))
    assert _roles(house, ann) == {"reviewer": olga.id}


def test_a_role_of_two_groups_stays_until_the_last_is_left(
    house: House, corp: Caller, give: Callable[..., None]
) -> None:
    ann = corp.add("ann")["id"]
    one, two = corp.group("one", ann), corp.group("two", ann)
    give("one", "reviewer")
    give("two", "reviewer")
    assert corp.ask("DELETE", f"/Groups/{one['id']}").status_code == 204
    assert set(_roles(house, ann)) == {"reviewer"}
    assert corp.ask("PUT", f"/Groups/{two['id']}", {"schemas": [GROUP], "displayName": "two"}).status_code == 200
    assert _roles(house, ann) == {}
    assert corp.ask("DELETE", f"/Groups/{one['id']}").status_code == 404


def test_a_group_made_anew_under_an_old_name_gives_nothing(
    house: House, corp: Caller, give: Callable[..., None]
) -> None:
    ann = corp.add("ann")["id"]
    made = corp.group("admins", ann)
    give("admins", "administrator")
    corp.ask("DELETE", f"/Groups/{made['id']}")
    corp.group("admins", ann)
    assert _roles(house, ann) == {}


def test_a_person_who_is_deleted_leaves_every_group(house: House, corp: Caller, give: Callable[..., None]) -> None:
    ann, bob = corp.add("ann")["id"], corp.add("bob")["id"]
    made = corp.group("g", ann, bob)
    give("g", "reviewer")
    corp.ask("DELETE", f"/Users/{ann}")
    assert [each["value"] for each in corp.ask("GET", f"/Groups/{made['id']}").json()["members"]] == [bob]
    corp.add("ann")
    assert _roles(house, ann) == {}


def test_two_party_control_counts_a_role_as_given_by_whose_act_it_was(
    house: House, corp: Caller, directory: Made, somebody: Callable[..., Person], olga: Person
) -> None:
    ann, bob, mapper = corp.add("ann")["id"], corp.add("bob")["id"], somebody("max", "administrator")
    made = corp.group("g", ann)
    with house.database.begin() as tx:
        groups.map_roles(tx, house.edges, house.desk.rights, directory[0], "g", ["legal"], by=mapper.id)
    corp.patch(f"/Groups/{made['id']}", _join(bob))
    with house.database.begin() as tx:
        granted = {each.person: (each.vouched_by, each.owner) for who in (ann, bob) for each in roles.held(tx, who)}
    assert granted == {ann: (mapper.id, mapper.id), bob: (olga.id, mapper.id)}


def test_many_who_change_one_group_at_once_all_succeed_and_none_is_lost(
    house: House, corp: Caller, give: Callable[..., None]
) -> None:
    people = [corp.add(f"p{number}")["id"] for number in range(12)]
    made = corp.group("g", people[0])
    give("g", "reviewer")
    with ThreadPoolExecutor(6) as pool:
        replies = list(pool.map(lambda who: corp.patch(f"/Groups/{made['id']}", _join(who)), people[1:]))
    assert {each.status_code for each in replies} == {204}
    shown = corp.ask("GET", f"/Groups/{made['id']}").json()
    assert {each["value"] for each in shown["members"]} == set(people)
    assert all(_roles(house, each) for each in people)


def test_of_two_who_hold_to_the_same_version_one_is_refused(corp: Caller) -> None:
    people = [corp.add(f"p{number}")["id"] for number in range(4)]
    made = corp.group("g")
    held = {"if-match": made["meta"]["version"]}
    with ThreadPoolExecutor(4) as pool:
        replies = pool.map(lambda who: corp.patch(f"/Groups/{made['id']}", _join(who), headers=held), people)
        assert sorted(each.status_code for each in replies) == [204, 412, 412, 412]


def test_strangers_groups_and_nonsense_are_no_members(corp: Caller, olga: Person) -> None:
    made = corp.group("g")
    for who in (olga.id, made["id"], "nobody", "x\x00y", "", "é"):
        refused = corp.patch(f"/Groups/{made['id']}", _join(who))
        assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue"), who
    for name in ("", " ", "x" * 201, "a\x00b"):
        said = {"schemas": [GROUP], "displayName": name}
        assert corp.ask("POST", "/Groups", said).status_code == 400
    assert len(corp.found("/Groups")) == 1


def test_staff_set_up_rotate_map_and_end_over_the_api(
    home: str, house: House, olga: Person, signed_in: Callable[[Person], Browser], clock: FrozenClock
) -> None:
    browser = signed_in(olga)
    stale = browser.post("/api/directories", {"name": "corp"})
    assert stale.status_code == 403, "it takes a passkey of the last minutes"
    _prove(house, olga, clock)
    made = browser.post("/api/directories", {"name": "corp"}).json()
    caller = Caller(home, made["token"])
    ann = caller.add("ann")["id"]
    group = caller.group("g", ann)["id"]
    assert browser.get("/api/directories").json()["directories"][0]["people"] == 1
    listed = browser.get("/api/directories/corp/groups").json()
    assert [(each["name"], each["members"], each["roles"]) for each in listed] == [("g", 1, [])]
    put = browser.ask("PUT", f"/api/directories/corp/groups/{group}/roles", json={"roles": ["reviewer"]})
    assert put.json()["roles"] == ["reviewer"]
    assert set(_roles(house, ann)) == {"reviewer"}
    wrong = browser.ask("PUT", f"/api/directories/corp/groups/{group}/roles", json={"roles": ["emperor"]})
    assert (wrong.status_code, wrong.json()["error"]["code"]) == (400, "access.no_such_role")
    rotated = browser.post("/api/directories/corp/token", {"overlap_hours": 0}).json()
    assert caller.ask("GET", "/Users").status_code == 401
    caller.http.close()
    assert browser.post("/api/directories", {"name": "corp"}).status_code == 409
    ended = browser.ask("DELETE", f"/api/directories/{rotated['directory']}")
    assert ended.json()["tokens_end_at"] == []
    assert browser.ask("DELETE", f"/api/directories/{rotated['directory']}").status_code == 404


def _prove(house: House, who: Person, clock: FrozenClock) -> None:
    """Note a fresh passkey in the person's session, as the step-up pages do."""
    import msgspec
    from sqlalchemy import update

    from seawall.access.people.tables import sessions

    proof = Proof(person=who.id, way=Way.PASSKEY, at=clock(), verified=True)
    with house.database.begin() as tx:
        tx.execute(update(sessions).where(sessions.c.person == who.id).values(proofs=msgspec.to_builtins([proof])))
