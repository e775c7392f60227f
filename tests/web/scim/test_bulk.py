"""Many operations in one request: each stands for itself, in order, until there were too many failures."""

from typing import Any

from seawall.web import House
from tests.access.conftest import Ledger
from tests.web.scim.client import BULK, Caller, ops, user


def _bulk(corp: Caller, *operations: dict[str, Any], **more: Any) -> list[dict[str, Any]]:
    reply = corp.ask("POST", "/Bulk", {"schemas": [BULK], "Operations": operations} | more)
    assert reply.status_code == 200, reply.text
    return reply.json()["Operations"]  # type: ignore[no-any-return]


def _add(name: str) -> dict[str, Any]:
    return {"method": "POST", "path": "/Users", "bulkId": name, "data": user(name)}


def test_a_hundred_people_and_their_group_are_added_in_one_request(corp: Caller, ledger: Ledger) -> None:
    names = [f"p{number:03}" for number in range(100)]
    members = [{"value": f"bulkId:{name}"} for name in names]
    group = {"method": "POST", "path": "/Groups", "bulkId": "g", "data": {"displayName": "all", "members": members}}
    done = _bulk(corp, group, *map(_add, names))
    assert {each["status"] for each in done} == {"201"}
    assert len(done) == 101
    assert corp.ask("GET", "/Users", params={"count": 1}).json()["totalResults"] == 100
    assert len(corp.found("/Groups")[0]["members"]) == 100
    assert ledger.kinds.count("person.added") == 101  # and who set the directory up


def test_what_fails_in_the_middle_leaves_the_others_as_they_are(house: House, corp: Caller) -> None:
    corp.add("ann")
    done = _bulk(corp, _add("bob"), _add("ann"), _add("cyd"))
    assert [each["status"] for each in done] == ["201", "409", "201"]
    assert done[1]["response"]["scimType"] == "uniqueness"
    assert {each["userName"] for each in corp.found("/Users")} == {"ann", "bob", "cyd"}


def test_it_stops_after_as_many_failures_as_the_caller_bears(corp: Caller) -> None:
    corp.add("ann")
    wrong = [_add("ann") | {"bulkId": f"w{number}"} for number in range(3)]
    done = _bulk(corp, _add("bob"), *wrong, _add("cyd"), failOnErrors=2)
    assert [each["status"] for each in done] == ["201", "409", "409"]
    assert {each["userName"] for each in corp.found("/Users")} == {"ann", "bob"}


def test_every_kind_of_operation_works_and_holds_to_versions(corp: Caller) -> None:
    ann, bob, cyd = (corp.add(name) for name in ("ann", "bob", "cyd"))
    off = ops({"op": "replace", "path": "active", "value": False})
    done = _bulk(
        corp,
        {"method": "PATCH", "path": f"/Users/{ann['id']}", "data": off, "version": ann["meta"]["version"]},
        {"method": "PATCH", "path": f"/Users/{ann['id']}", "data": off, "version": ann["meta"]["version"]},
        {"method": "PUT", "path": f"/Users/{bob['id']}", "data": user("bob", displayName="B")},
        {"method": "DELETE", "path": f"/Users/{cyd['id']}"},
        {"method": "DELETE", "path": f"/Users/{cyd['id']}"},
        {"method": "GET", "path": "/Users"},
    )
    assert [each["status"] for each in done] == ["200", "412", "200", "204", "404", "400"]
    shown = {each["userName"]: each for each in corp.found("/Users")}
    assert (shown["ann"]["active"], shown["bob"]["displayName"], "cyd" in shown) == (False, "B", False)


def test_more_than_what_is_announced_is_refused_whole(corp: Caller) -> None:
    operations = [_add(f"p{number}") for number in range(201)]
    assert corp.ask("POST", "/Bulk", {"schemas": [BULK], "Operations": operations}).status_code == 413
    assert corp.found("/Users") == []
