"""What each role may do, walked over every action; guards that no role passes; an operator's own rules."""

from pathlib import Path
from typing import Any

import cedarpy
import pytest

from seawall.access.rights import ACTIONS, Action, Asked, BadRights, NotPermitted, Principal, Resource, Rights, load
from seawall.access.rights.__main__ import main
from seawall.access.rights.actions import KINDS
from seawall.access.rights.load import OURS
from seawall.access.rights.rights import NoSuchAction
from seawall.access.rights.schema import schema
from tests.access.matrix import FILE, table

ALL = Asked(passkey_seconds=0, approved=True)
ROLES = frozenset({
    "reviewer", "senior_reviewer", "child_safety_reviewer", "policy_editor", "evaluator", "release_approver", "legal",
    "security", "publisher", "auditor", "administrator",
})  # fmt: skip
# Who reaches what may not change without this table.
SPECIAL = {
    "child_safety.read": {"child_safety_reviewer"},
    "child_safety.export": {"child_safety_reviewer"},
    "role.grant": {"administrator"},
    "rights.change": {"administrator", "security"},
    "vault.disclose": {"legal", "security"},
    "release.sign_off": {"release_approver"},
    "policy.publish": {"policy_editor"},
    "legal.produce": {"legal"},
    "privacy.answer": {"legal"},
    "privacy.read": {"legal", "administrator", "auditor"},
    "organisation.ban": {"senior_reviewer", "legal", "security"},
    "audit.export": {"auditor", "security"},
    "report.publish": {"publisher"},
    "document.publish": {"publisher"},
    "approval.vote": {
        "senior_reviewer", "child_safety_reviewer", "policy_editor", "release_approver", "legal", "security",
        "administrator", "publisher",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def rights() -> Rights:
    return load()


def who(*roles: str, **fields: bool) -> Principal:
    return Principal(id="pe_1", human="pe_1", roles=frozenset(roles), **fields)


def thing(action: Action, **fields: object) -> Resource:
    return Resource(kind=action.kind, **fields)  # type: ignore[arg-type]


def named(name: str) -> Action:
    return next(action for action in ACTIONS if action.name == name)


def test_the_policies_hold_to_the_schema_and_the_roles_are_those_promised(rights: Rights) -> None:
    assert rights.roles == ROLES
    assert cedarpy.Schema.from_str(schema())


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_is_reached_by_a_role_and_by_nobody_without(rights: Rights, action: Action) -> None:
    reached = rights.roles_for(action.name, thing(action))
    assert reached
    assert set(reached) == SPECIAL.get(action.name, set(reached))
    for role in sorted(ROLES):
        assert rights.may(who(role), action.name, thing(action), ALL).allowed is (role in reached), role
    nobody = rights.may(who(), action.name, thing(action), ALL)
    assert not nobody.allowed
    assert nobody.missing == (f"one of the roles {', '.join(reached)}",)


def test_the_reviewed_table_of_who_may_do_what_is_what_the_policies_say(rights: Rights) -> None:
    assert table(rights) == FILE.read_text(), "look at the difference, then: python -m tests.access.matrix"


@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_a_role_may_do_to_one_kind_of_thing_it_may_do_to_no_other(rights: Rights, role: str) -> None:
    for action in ACTIONS:
        for kind in KINDS:
            if kind == action.kind:
                continue
            with pytest.raises(NoSuchAction, match=action.name):
                rights.may(who(role), action.name, Resource(kind=kind), ALL)


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_what_slices_of_the_policies_decide_is_what_all_of_them_decide(rights: Rights, action: Action) -> None:
    whole = cedarpy.PolicySet.from_str("\n".join(path.read_text() for path in sorted(OURS.glob("*.cedar"))))
    asked_for = {
        "principal": 'Person::"pe_1"',
        "action": f'Action::"{action.name}"',
        "resource": f'{action.kind}::"any"',
    }
    for role in (*sorted(ROLES), "nobody"):
        for given in (Asked(), ALL):
            context = {"passkey_seconds": given.passkey_seconds, "approved": given.approved}
            direct = cedarpy.is_authorized(asked_for | {"context": context}, whole, _entities(role, action))
            assert rights.may(who(role), action.name, thing(action), given).allowed is direct.allowed


def _entities(role: str, action: Action) -> list[dict[str, Any]]:
    person = {"uid": {"type": "Person", "id": "pe_1"}, "parents": [{"type": "Role", "id": role}]}
    groups = [{"type": "Action", "id": name} for name in action.groups]
    made = {"uid": {"type": "Action", "id": action.name}, "attrs": {}, "parents": groups}
    thing = {"uid": {"type": action.kind, "id": "any"}, "attrs": {"requester": "pe_2"}, "parents": []}
    person["attrs"] = {"active": True, "service": False, "human": "pe_1"}  # type: ignore[assignment]
    return [person, made, *([thing] if action.kind == "Approval" else [])]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_guards_hold_against_all_roles_together(rights: Rights, action: Action) -> None:
    everything = who(*ROLES)
    assert not rights.may(who(*ROLES, active=False), action.name, thing(action), ALL).allowed
    assert rights.may(everything, action.name, thing(action), Asked(approved=True)).allowed is not action.fresh
    alone = rights.may(everything, action.name, thing(action), Asked(passkey_seconds=0))
    assert alone.allowed is not action.two_party


@pytest.mark.parametrize("action", [a for a in ACTIONS if a.kind != "Person"], ids=lambda action: action.name)
def test_no_role_reaches_past_the_readers_of_an_object(rights: Rights, action: Action) -> None:
    for readers in (frozenset(), frozenset({"pe_2"})):
        refused = rights.may(who(*ROLES), action.name, thing(action, readers=readers), ALL)
        assert refused.because == ("guard.readers",)
    assert rights.may(who(*ROLES), action.name, thing(action, readers=frozenset({"pe_1"})), ALL).allowed
    assert not rights.may(who(), action.name, thing(action, readers=frozenset({"pe_1"})), ALL).allowed


def test_nobody_votes_on_their_own_request_nor_does_a_service_account(rights: Rights) -> None:
    vote = named("approval.vote")
    assert rights.may(who("legal"), vote.name, thing(vote, requester="pe_1"), ALL).because == ("guard.own_request",)
    assert rights.may(who("legal", service=True), vote.name, thing(vote), ALL).because == ("guard.service",)


def test_a_refusal_says_all_that_is_missing(rights: Rights) -> None:
    refused = rights.may(who("legal"), "vault.disclose", Resource(kind="VaultItem"))
    assert refused.because == ("guard.fresh", "guard.two_party")
    assert len(refused.missing) == 2
    with pytest.raises(NotPermitted) as caught:
        refused.required()
    assert "a passkey used in the last 300 s" in caught.value.hint
    assert rights.may(who("legal"), "vault.disclose", Resource(kind="VaultItem"), ALL).because == ("legal",)


@pytest.mark.parametrize(("action", "kind"), [("nothing", "Case"), ("case.read", "Policy")])
def test_an_action_that_is_none_is_an_error_not_a_refusal(rights: Rights, action: str, kind: str) -> None:
    with pytest.raises(NoSuchAction, match=action):
        rights.may(who("reviewer"), action, Resource(kind=kind))


def test_an_operator_replaces_a_role_adds_one_and_takes_one_away(tmp_path: Path, rights: Rights) -> None:
    (tmp_path / "reviewer.cedar").write_text(
        '@id("r") permit (principal in Role::"reviewer", action == Action::"audit.read", resource);'
    )
    (tmp_path / "intern.cedar").write_text(
        '@id("i") permit (principal in Role::"intern", action == Action::"policy.read", resource);'
    )
    (tmp_path / "publisher.cedar").write_text("// nobody publishes here\n")
    theirs = load(tmp_path)
    assert theirs.roles == ROLES - {"publisher"} | {"intern"}
    assert theirs.digest != rights.digest
    assert not theirs.may(who("reviewer"), "case.read", Resource(kind="Case")).allowed
    assert theirs.may(who("reviewer"), "audit.read", Resource(kind="Audit")).because == ("r",)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("guards.cedar", "", "cannot replace the guards"),
        ("x.cedar", "permit (", "x.cedar"),
        ("x.cedar", '@id("x") permit (principal, action == Action::"nothing", resource);', "x.cedar"),
        ("x.cedar", '@id("x") permit (principal, action, resource) when { principal.colour == 1 };', "x.cedar"),
        ("x.cedar", "permit (principal, action, resource);", "an @id of its own"),
        ("x.cedar", '@id("legal") permit (principal, action, resource);', "an @id of its own"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_by_name(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(BadRights, match=told):
        load(tmp_path)


def test_a_directory_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadRights, match="cannot be read"):
        load(tmp_path / "missing")


def test_the_check_of_make_fails_for_a_broken_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    (tmp_path / "reviewer.cedar").write_text('@id("r") permit (principal, action == Action::"case.admire", resource);')
    assert main([str(tmp_path)]) == 1
    assert "reviewer.cedar" in capsys.readouterr().err
