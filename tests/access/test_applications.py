"""Applications: identities of their own beside people and service accounts, with an owner, without any right here."""

from pathlib import Path

import pytest

from seawall.access import applications, projects
from seawall.access.keys import create_key, list_keys, revoke_key
from seawall.access.model import BadSetting, NoSuchKey
from seawall.access.people import Edges, Kind, people
from seawall.access.people.model import PersonInactive
from seawall.access.recertify import SOURCES
from seawall.access.rights import ACTIONS, Action, Asked, Principal, Resource, Rights, load
from seawall.access.rights.explain import asker, explained
from seawall.access.rights.schema import schema
from seawall.audit.entry import actor_of, subjects_of
from seawall.store import Transaction
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock

EVERYTHING = Asked(passkey_seconds=0, approved=True)


@pytest.fixture(scope="module")
def rights() -> Rights:
    return load()


def made(tx: Transaction, edges: Edges, owner: str = "") -> str:
    """Make a project and a key of it."""
    projects.create(tx, "demo", by="t", record=edges.record, clock=edges.clock)
    return create_key(tx, "demo", "laptop", owner=owner, by="host:test", record=edges.record, clock=edges.clock)[0]


def test_a_key_is_an_application_of_a_project_that_a_person_answers_for(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    key = made(tx, edges, applications.owned_by(tx, ada.id))
    found = applications.find(tx, key)
    assert (found.id, found.name, found.owner, found.active) == (key, "laptop", ada.id, True)
    assert found.project == projects.find(tx, "demo").id
    assert [(each.key, each.owner) for each in list_keys(tx)] == [(key, ada.id)]
    (asked,) = [each for source in SOURCES for each in source.given(tx, None) if each.thing == key]
    assert asked.owner == ada.id


def test_it_is_active_as_long_as_its_key_and_its_project_are(tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
    key = made(tx, edges)
    other = create_key(tx, "demo", "other", by="t", record=edges.record, clock=clock)[0]
    revoke_key(tx, key, by="t", record=edges.record, clock=clock)
    assert [applications.find(tx, each).active for each in (key, other)] == [False, True]
    projects.archive(tx, "demo", by="t", record=edges.record, clock=clock)
    assert not applications.find(tx, other).active
    with pytest.raises(NoSuchKey, match="'key_none'"):
        applications.find(tx, "key_none")


def test_only_a_person_who_is_active_answers_for_one(tx: Transaction, edges: Edges) -> None:
    ada = person(tx, edges, "ada")
    robot = person(tx, edges, "robot", kind=Kind.SERVICE, human=ada.id)
    with pytest.raises(BadSetting, match="service account"):
        applications.owned_by(tx, robot.id)
    people.deactivate(tx, edges, ada.id, by="t")
    with pytest.raises(PersonInactive):
        applications.owned_by(tx, ada.id)


def test_the_schema_knows_it_as_a_kind_of_principal() -> None:
    assert "entity Application {" in schema()
    assert schema().count("principal: [Person, Application]") == len(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda each: each.name)
def test_it_may_nothing_here_whatever_it_proves_and_whoever_agreed(rights: Rights, action: Action) -> None:
    laptop = Principal(id="key_1", human="pe_1", roles=frozenset(), application=True)
    for readers in (None, frozenset({"key_1", "pe_1"})):
        thing = Resource(kind=action.kind, readers=readers)
        found = rights.may(laptop, action.name, thing, EVERYTHING)
        assert not found.allowed
        assert "guard.application" in found.because


def test_no_policy_of_an_operator_gives_it_a_right(tmp_path: Path) -> None:
    (tmp_path / "all.cedar").write_text('@id("all") permit (principal, action, resource);')
    theirs = load(tmp_path)
    here = Principal(id="key_1", human="pe_1", roles=frozenset({"administrator"}), application=True)
    assert not theirs.may(here, "policy.read", Resource(kind="Policy"), EVERYTHING).allowed
    person = Principal(id="pe_2", human="pe_2", roles=frozenset())
    assert theirs.may(person, "policy.read", Resource(kind="Policy")).allowed


def test_explain_tells_an_application_from_a_person(tx: Transaction, edges: Edges, rights: Rights) -> None:
    ada = person(tx, edges, "ada", "auditor")
    key = made(tx, edges, ada.id)
    who = asker(tx, key)
    assert (who.application, who.human, who.roles) == (True, ada.id, frozenset())
    found = explained(tx, rights, key, "audit.read", "Audit")
    assert (found.allowed, found.because) == (False, ("guard.application",))
    assert "only sends requests to its project's models" in " ".join(found.missing)
    assert explained(tx, rights, ada.id, "audit.read", "Audit").allowed


def test_audit_entries_name_it(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    ada = person(tx, edges, "ada")
    key = made(tx, edges, ada.id)
    told = {"key": key, "project": "pr_x", "owner": ada.id, "by": "host:test"}
    assert (ledger[-1].kind, getattr(ledger[-1], "owner", "")) == ("key.created", ada.id)
    assert set(subjects_of(told)) == {key, ada.id}
    assert actor_of({"application": key, "exchange": "ex_1"}) == key
    assert actor_of({"application": key, "by": "pe_1"}) == "pe_1"
