"""People and roles on a real database."""

from datetime import timedelta

import pytest

from seawall.access.people import Edges, Kind, people, roles, sessions
from seawall.access.people.model import (
    AddressTaken,
    BadPerson,
    NoSuchGrant,
    NoSuchPerson,
    PersonInactive,
    Profile,
    RoleHeld,
)
from seawall.access.people.proofs import Proof, Way
from seawall.store import Transaction
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock


def test_names_and_addresses_stand_in_no_table_and_no_record(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    ada = person(tx, edges, "ada")
    rows = tx.exec_driver_sql("SELECT p::text FROM access_people p").scalar_one()
    assert "ada" not in rows
    assert "ada" not in repr(ledger)
    assert people.profile_of(tx, edges, ada.id) == Profile(name="ada", address="ada@people.test")
    assert people.find_by_address(tx, edges, " ADA@people.test ") == ada
    assert people.find_by_address(tx, edges, "") is None


def test_an_address_belongs_to_one_person(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    person(tx, edges, "ada")
    with pytest.raises(AddressTaken):
        person(tx, edges, "ada")
    assert ledger.kinds == ["person.added"]


@pytest.mark.parametrize("profile", [Profile(name=" "), Profile(name="a\n"), Profile(name="a", address="nowhere")])
def test_what_is_no_person_is_refused_and_leaves_no_trace(
    tx: Transaction, edges: Edges, ledger: Ledger, profile: Profile
) -> None:
    with pytest.raises(BadPerson):
        people.add(tx, edges, profile, by="host:test")
    assert not ledger


def test_a_second_account_and_a_service_account_are_of_the_same_human(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    second = person(tx, edges, "second", human=ada.id)
    robot = person(tx, edges, "robot", human=second.id, kind=Kind.SERVICE)
    assert {second.human, robot.human} == {ada.id}
    with pytest.raises(BadPerson, match="answers for it"):
        person(tx, edges, "stray", kind=Kind.SERVICE)
    with pytest.raises(NoSuchPerson):
        person(tx, edges, "stray", human="pe_none")


def test_whoever_adds_vouches_as_the_human_that_they_are(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    second = person(tx, edges, "second", human=ada.id)
    assert person(tx, edges, "bob", by=second.id).vouched_by == ada.id
    assert person(tx, edges, "cyd", by="directory:main", vouched_by=second.id).vouched_by == ada.id


def test_deactivation_ends_sessions_and_is_recorded(
    tx: Transaction, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    ada = person(tx, edges, "ada")
    sessions.begin(tx, edges, (Proof(person=ada.id, way=Way.LINK, at=clock()),), bound_to="b")
    assert people.deactivate(tx, edges, ada.id, by="host:test") == 1
    assert ledger.kinds[-2:] == ["session.revoked", "person.deactivated"]
    with pytest.raises(PersonInactive):
        people.deactivate(tx, edges, ada.id, by="host:test")
    clock.advance(days=1)
    assert people.activate(tx, edges, ada.id, by="host:test").active_since == clock()


def test_a_changed_name_erases_the_old_one(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    ada = person(tx, edges, "ada")
    people.change(tx, edges, ada.id, Profile(name="Ada L", address="ada@people.test"), by=ada.id)
    assert people.profile_of(tx, edges, ada.id).name == "Ada L"
    assert tx.exec_driver_sql("SELECT count(*) FROM vault_items").scalar_one() == 1
    assert ledger[-1].fields == ("name",)  # type: ignore[attr-defined]


def test_roles_are_granted_confirmed_and_withdrawn(
    tx: Transaction, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    ada = person(tx, edges, "ada")
    roles.grant(tx, edges, ada.id, "reviewer", by="host:test", review=timedelta(days=10))
    with pytest.raises(RoleHeld):
        roles.grant(tx, edges, ada.id, "reviewer", by="host:test")
    assert roles.due(tx, clock()) == ()
    clock.advance(days=10)
    assert [each.role for each in roles.due(tx, clock())] == ["reviewer"]
    roles.confirm(tx, edges, ada.id, "reviewer", by="host:test")
    assert roles.due(tx, clock()) == ()
    roles.withdraw(tx, edges, ada.id, "reviewer", by="host:test")
    with pytest.raises(NoSuchGrant):
        roles.withdraw(tx, edges, ada.id, "reviewer", by="host:test")
    assert roles.held(tx, ada.id) == ()
    assert ledger.kinds[1:] == ["role.granted", "role.confirmed", "role.withdrawn"]
