"""Pages of people: added, named, given roles, deactivated, with what is wrong told in its place."""

from collections.abc import Callable

import pytest

from seawall.access.people import Person, people, roles
from seawall.web.house import House
from tests.web.console.conftest import Make, text_of


def test_somebody_is_added_named_and_let_in(staff: Make, house: House) -> None:
    ada = staff("ada", "administrator")
    made = ada.send("/people/add", name="Zoe", address="zoe@people.test", kind="person")
    assert made.status_code == 303
    path = made.headers["location"].removeprefix("/console").split("?")[0]
    assert "Zoe" in ada.see(path).text
    link = ada.send(f"{path}/link")
    assert "/console/link?token=" in link.text
    assert link.headers["cache-control"] == "no-store"
    assert ada.send(f"{path}/change", name="Zoe Example", address="").status_code == 303
    assert "Zoe Example" in ada.see(path).text


@pytest.mark.parametrize(
    ("fields", "told", "place"),
    [
        ({"name": "", "kind": "person"}, "A person needs a name.", "f-name"),
        ({"name": "Zoe", "address": "zoe", "kind": "person"}, "The address has no @.", "f-address"),
        ({"name": "Zoe", "kind": "service"}, "A service account needs somebody", ""),
        ({"name": "Zoe", "kind": "king"}, "kind: Input should be", "f-kind"),
        ({"name": "Zoe", "kind": "service", "human": "pe_none"}, "Nobody is known as", ""),
        ({"name": "x" * 300, "kind": "person"}, "name: String should have at most 200", "f-name"),
    ],
)
def test_a_wrong_field_is_told_in_its_place_and_the_rest_is_kept(
    staff: Make, fields: dict[str, str], told: str, place: str
) -> None:
    ada = staff("ada", "administrator")
    reply = ada.send("/people/add", **fields)
    assert reply.status_code in (400, 404, 422)
    assert told in text_of(reply)
    assert (f'href="#{place}"' in reply.text) is bool(place)
    assert f'value="{fields["name"]}"' in reply.text


def test_roles_are_given_confirmed_and_withdrawn(staff: Make, house: House, somebody: Callable[..., Person]) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben")
    path = f"/people/{ben.id}/roles"
    assert ada.send(f"{path}/change", give="legal", owner=ada.person.id, review_days="30").status_code == 303
    assert ada.send(f"{path}/change", give="legal", owner=ada.person.id, review_days="30").status_code == 409
    assert ada.send(f"{path}/change", give="king", owner="", review_days="30").status_code == 400
    assert ada.send(f"{path}/change", give="auditor", owner="", review_days="many").status_code == 422
    assert ada.send(f"{path}/legal/confirm").status_code == 303
    assert "legal" in ada.see(f"{path}/legal/withdraw").text
    assert ada.send(f"{path}/legal/withdraw").status_code == 303
    with house.database.begin() as tx:
        assert roles.held(tx, ben.id) == ()


def test_deactivating_says_what_will_happen_and_does_it_once(
    staff: Make, house: House, somebody: Callable[..., Person]
) -> None:
    ada, ben = staff("ada", "administrator"), somebody("ben")
    assert "signed out everywhere" in ada.see(f"/people/{ben.id}/deactivate").text
    assert ada.send(f"/people/{ben.id}/deactivate").status_code == 303
    again = ada.send(f"/people/{ben.id}/deactivate")
    assert (again.status_code, "is deactivated" in text_of(again)) == (409, True)
    assert ada.send(f"/people/{ben.id}/activate").status_code == 303
    with house.database.begin() as tx:
        assert people.find(tx, ben.id).active


def test_sessions_of_somebody_end_at_once(staff: Make) -> None:
    ada, ben = staff("ada", "administrator"), staff("ben")
    assert ada.send(f"/people/{ben.person.id}/end-sessions").status_code == 303
    assert ben.see("/profile").headers["location"].startswith("/console/sign-in")


def test_something_dangerous_leads_to_the_passkey_and_changes_nothing(
    staff: Make, house: House, somebody: Callable[..., Person]
) -> None:
    ada, ben = staff("ada", "administrator", proven=False), somebody("ben")
    path = f"/people/{ben.id}/deactivate"
    for reply in (ada.see(path), ada.send(path)):
        assert reply.headers["location"] == f"/console/step-up?next=%2Fconsole%2Fpeople%2F{ben.id}%2Fdeactivate"
    with house.database.begin() as tx:
        assert people.find(tx, ben.id).active
    ada.prove()
    assert ada.send(path).status_code == 303
