"""The dangerous acts of a real instance: exactly what was agreed to is done, once, by whoever asked."""

import json
from typing import Any

import msgspec
import pytest
from sqlalchemy import text, update

from seawall.access.approvals import Act, Acts, State, cancel
from seawall.access.approvals.acts import (
    ActUnavailable,
    ApprovalNeeded,
    BadParameters,
    NoSuchAct,
    needed,
    probe,
    unwired,
)
from seawall.access.approvals.model import NotEligible, NotEnoughPeople, RequestChanged, RequestClosed
from seawall.access.approvals.tables import requests
from seawall.access.people import people, roles
from seawall.access.rights import NotPermitted
from seawall.store import Transaction
from seawall.vault import Retention
from tests.app.office import KEY, Office


def test_every_action_that_asks_for_others_is_an_act_or_says_why_not(office: Office) -> None:
    with office.instance.database().begin() as tx:
        actor = office.team.actor(tx, office.team.bob)
        assert not office.table.acts.unavailable
        assert [name for name in office.table.acts.every() if probe(tx, office.table, actor, name) == ""] == [
            "account_rules.enforce", "audit.stream_add", "child_safety.export", "document.publish",
            "key.create_zero_retention", "legal.produce", "metrics.close", "model.grant_access", "organisation.ban",
            "policy.publish", "project.stop_keeping", "release.sign_off", "report.publish", "rights.change",
            "tester.begin", "tester.lift_safeguards", "vault.disclose",
        ]  # fmt: skip
    with pytest.raises(RuntimeError, match="every action that asks for others is an act"):
        Acts((), {})


def test_what_is_unavailable_is_refused_with_its_reason_and_only_to_whoever_may(office: Office) -> None:
    office.table = msgspec.structs.replace(office.table, acts=unwired("this process carries nothing out."))
    with pytest.raises(ActUnavailable, match="carries nothing out"):
        office.ask("release.sign_off", {}, office.rex)
    with pytest.raises(NotPermitted):
        office.ask("release.sign_off", {}, office.pol)
    with pytest.raises(NoSuchAct):
        office.ask("policy.read", {})
    assert "request.asked" not in office.kinds()


def test_a_key_is_made_once_for_whoever_asked_and_its_secret_is_kept_nowhere(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    parameters, will = office.tell(request)
    assert parameters == {"project": "demo", "name": "laptop"}
    assert "Nothing that comes with it is kept" in will
    with pytest.raises(RequestClosed, match="waiting"):
        office.do(request)
    office.agree(request)
    with pytest.raises(NotEligible):
        office.do(request, office.team.sam)
    done = office.do(request)
    assert done.request.state is State.EXECUTED
    assert done.shown["secret"].startswith("sw_")
    with pytest.raises(RequestClosed, match="executed"):
        office.do(request)
    assert office.keys() == 1
    assert office.tell(request)[0] == parameters
    assert office.kinds()[-2:] == ["request.executed", "key.created"]


def test_what_is_about_to_be_done_must_be_what_was_agreed_to(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(request)
    for action, given in (
        (KEY, {"project": "demo", "name": "another"}),
        (KEY, {"project": office.project, "name": "laptop"}),
        ("project.stop_keeping", {"project": "demo"}),
    ):
        with pytest.raises(RequestChanged):
            office.do(request, action=action, given=given)
    assert office.keys() == 0
    office.do(request, action=KEY, given={"project": "demo", "name": "laptop"})


def test_without_an_approval_the_refusal_says_which_request_to_make(office: Office) -> None:
    given = {"project": "demo", "name": "laptop"}
    with office.instance.database().begin() as tx:
        refusal = needed(tx, office.table, office.team.actor(tx, office.team.bob), KEY, given)
    assert isinstance(refusal, ApprovalNeeded)
    assert json.dumps({"act": KEY, "parameters": given}, separators=(",", ":"), sort_keys=True) in refusal.hint
    with office.instance.database().begin() as tx, pytest.raises(NotPermitted):
        needed(tx, office.table, office.team.actor(tx, office.pol), KEY, given)


def test_parameters_that_were_exchanged_under_a_request_are_noticed(office: Office) -> None:
    first, second = (office.ask(KEY, {"project": "demo", "name": "laptop"}), None)
    office.agree(first)
    second = office.ask("project.stop_keeping", {"project": "demo"})
    with office.instance.database().begin() as tx:
        tx.execute(update(requests).where(requests.c.id == first.id).values(parameters=second.parameters))
    with pytest.raises(RequestChanged):
        office.do(first)
    assert office.keys() == 0


def test_what_is_asked_for_is_held_as_evidence(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    with office.instance.database().begin() as tx:
        found = tx.execute(text("SELECT retention FROM vault_items WHERE id = :id"), {"id": request.parameters})
        assert found.scalar_one() == Retention.EVIDENCE


@pytest.mark.parametrize(
    "given", [{}, {"project": "demo"}, {"project": "demo", "name": 1}, {"project": "demo", "name": "x", "by": "pe_1"}]
)
def test_parameters_that_do_not_fit_are_refused_by_name(office: Office, given: dict[str, Any]) -> None:
    with pytest.raises(BadParameters):
        office.ask(KEY, given)


def test_an_approver_or_requester_who_lost_their_role_stops_it(office: Office) -> None:
    edges = office.instance.edges()
    for who, role, error in ((office.team.lea, "legal", NotEligible), (office.team.bob, "security", NotPermitted)):
        request = office.ask(KEY, {"project": "demo", "name": "laptop"})
        office.agree(request)
        with office.instance.database().begin() as tx:
            roles.withdraw(tx, edges, who.id, role, by="host:test")
        with pytest.raises(error):
            office.do(request)
        with office.instance.database().begin() as tx:
            cancel(tx, edges, office.team.actor(tx, office.team.bob), request.id)
            roles.grant(tx, edges, who.id, role, by="host:test")
        office.clock.advance(hours=73)
    assert office.keys() == 0


def test_without_enough_people_an_act_is_unavailable_and_says_why(office: Office) -> None:
    with office.instance.database().begin() as tx:
        for gone in (office.team.lea, office.team.sam):
            people.deactivate(tx, office.instance.edges(), gone.id, by="host:test")
        why = probe(tx, office.table, office.team.actor(tx, office.team.bob), KEY)
    assert f"{office.team.lea.id} is deactivated" in why
    with pytest.raises(NotEnoughPeople):
        office.ask(KEY, {"project": "demo", "name": "laptop"})
    assert "request.asked" not in office.kinds()


def test_an_act_that_fails_is_not_used_up(office: Office) -> None:
    def fails(tx: Transaction, by: str, given: Any) -> dict[str, Any]:
        raise ZeroDivisionError

    made = office.table.acts.get(KEY)
    broken = Acts(
        [msgspec.structs.replace(made, carry_out=fails)],
        {name: "not here" for name in office.table.acts.every() if name != KEY},
    )
    assert isinstance(made, Act)
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(request)
    working, office.table = office.table, msgspec.structs.replace(office.table, acts=broken)
    with pytest.raises(ZeroDivisionError):
        office.do(request)
    office.table = working
    assert office.do(request).request.state is State.EXECUTED
