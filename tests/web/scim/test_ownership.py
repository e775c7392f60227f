"""A directory reaches its own people alone, and whom it brought does not agree to what its owner asks."""

from collections.abc import Callable

from seawall.access.approvals import Desk, ask
from seawall.access.approvals.eligible import enough, objection
from seawall.access.people import Person, people, roles
from seawall.access.rights import Resource
from seawall.web import House
from tests.access.conftest import key_of
from tests.access.team import Team
from tests.conftest import FrozenClock
from tests.web.scim.client import Caller, user
from tests.web.scim.conftest import SetUp, known


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
    assert known(house, ann).active


def test_a_local_person_whose_address_a_directory_claims_is_left_as_they_are(
    house: House, corp: Caller, somebody: Callable[..., Person]
) -> None:
    lou = somebody("lou", "security")
    assert corp.ask("POST", "/Users", user("lou", emails=[{"value": "lou@people.test"}])).status_code == 409
    with house.database.begin() as tx:
        assert people.find(tx, lou.id) == lou
        assert [each.role for each in roles.held(tx, lou.id)] == ["security"]


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
