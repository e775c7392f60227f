"""The dangerous acts of a real instance: exactly what was agreed to is done, once, by whoever asked."""

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from sqlalchemy import text, update

from seawall.access import AccessBook, Upstream, keys, organisations, projects, testers
from seawall.access.approvals import Act, Acts, Request, State, Table, ask_for, break_for, cancel, carry_out, expire
from seawall.access.approvals.acts import (
    ActUnavailable,
    ApprovalNeeded,
    BadParameters,
    Done,
    NoSuchAct,
    needed,
    probe,
    told,
    unwired,
)
from seawall.access.approvals.model import NotEligible, NotEnoughPeople, RequestChanged, RequestClosed, RequestConflicts
from seawall.access.approvals.tables import requests
from seawall.access.model import OrganisationBarred
from seawall.access.people import Person, people, roles
from seawall.access.rights import NotPermitted, follow, put_in_force
from seawall.access.rights.force import RightsMoved, holding
from seawall.access.rights.load import BadRights
from seawall.access.testers.engagements import Plan
from seawall.app.acts import acts
from seawall.app.instance import Instance
from seawall.app.settings import Settings
from seawall.app.voting import voting
from seawall.policy import DEFAULT, publishing
from seawall.policy.problems import PolicyMoved
from seawall.store import Transaction
from seawall.vault import Retention
from seawall.vault.errors import NotDisclosed
from seawall.vocabulary.errors import SeawallError
from tests.access.test_approvals import Team
from tests.conftest import FrozenClock

KEY, PUBLISH, DISCLOSE = "key.create_zero_retention", "policy.publish", "vault.disclose"
INTERN = {"intern.cedar": '@id("i") permit (principal in Role::"intern", action == Action::"policy.read", resource);'}


class Office:
    """An instance, people who may ask and agree, and what they do."""

    def __init__(self, instance: Instance, clock: FrozenClock) -> None:
        self.instance, self.clock = instance, clock
        with instance.database().begin() as tx:
            put_in_force(tx, instance.rights(), by="host:test", record=instance.record, clock=clock)
            publishing.ensure_default(tx, record=instance.record, clock=clock)
            self.project = projects.create(tx, "demo", by="test", record=instance.record, clock=clock).id
            self.team = Team(tx, instance.edges(), clock)
            self.pol, self.rex = (self.team.join(tx, name, role) for name, role in
                                  (("pol", "policy_editor"), ("rex", "release_approver")))  # fmt: skip
        clock.advance(hours=73)
        self.team.desk = voting(instance)
        self.table = Table(edges=instance.edges(), desk=self.team.desk, acts=acts(instance))

    def ask(self, action: str, given: dict[str, Any], who: Person | None = None) -> Request:
        with self.instance.database().begin() as tx:
            actor = self.team.actor(tx, who or self.team.bob)
            return ask_for(tx, self.table, actor, action, given, reason="we need it")

    def agree(self, request: Request, who: Person | None = None, *, approves: bool = True) -> Request:
        with self.instance.database().begin() as tx:
            return self.team.vote(tx, who or self.team.lea, request, approves=approves)

    def do(self, request: Request, who: Person | None = None, **given: Any) -> Done:
        with self.instance.database().begin() as tx:
            return carry_out(tx, self.table, self.team.actor(tx, who or self.team.bob), request.id, **given)

    def tell(self, request: Request) -> tuple[dict[str, Any], str]:
        with self.instance.database().begin() as tx:
            return told(tx, self.table, request)

    def kinds(self) -> list[str]:
        with self.instance.database().begin() as tx:
            return [row[0] for row in tx.exec_driver_sql("SELECT kind FROM ledger_records ORDER BY id")]

    def keys(self) -> int:
        with self.instance.database().begin() as tx:
            return len(keys.list_keys(tx, self.project))

    def put(self, content: bytes, retention: Retention = Retention.CASE) -> str:
        with self.instance.database().begin() as tx:
            return self.instance.vault().put(tx, content, owner="ac_1", retention=retention)


@pytest.fixture
def office(database_url: str, tmp_path: Path, clock: FrozenClock) -> Iterator[Office]:
    instance = Instance(Settings(data_dir=str(tmp_path / "data"), database_url=database_url), clock)
    yield Office(instance, clock)
    instance.close()


def _policy(folder: Path, *more: str) -> dict[str, str]:
    shutil.copytree(DEFAULT, folder)
    (folder / "policy.yaml").write_text((folder / "policy.yaml").read_text() + "".join(more))
    files = [each for each in folder.rglob("*.yaml") if each.is_file()]
    return {each.relative_to(folder).as_posix(): each.read_text() for each in files}


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


def test_safeguards_are_lifted_for_exactly_the_engagement_that_was_agreed_to(office: Office) -> None:
    ours: dict[str, Any] = {"by": "test", "record": office.instance.record}
    with office.instance.database().begin() as tx:
        upstream = Upstream(name="small", api="chat", base_url="https://models.example", model="small")
        projects.set_model(tx, "demo", upstream, seal=office.instance.seal, **ours)
        plan = Plan(
            organisation="Institute", purpose="to compare", project="demo", owner=office.team.bob.id,
            begins=office.clock(), ends=office.clock() + timedelta(days=30), models=("small",),
            addresses=("192.0.2.0/24",),
        )  # fmt: skip
        engagement = testers.make(tx, office.instance.edges(), plan, by="test").id
    request = office.ask("tester.lift_safeguards", {"engagement": engagement})
    assert "Lifts the safeguards for the testers of Institute" in office.tell(request)[1]
    office.agree(request, office.team.sam)
    office.agree(request, office.rex)
    assert office.do(request).shown == {"engagement": engagement, "safeguards": False}
    assert office.kinds()[-2:] == ["request.executed", "tester.safeguards_changed"]
    with pytest.raises(RequestClosed):
        office.do(request)


def test_an_organisation_is_banned_as_agreed_and_let_back_in(office: Office) -> None:
    instance = office.instance
    edges, book = instance.edges(), AccessBook(instance.unseal)
    with instance.database().begin() as tx:
        acme = organisations.add(tx, edges, "Acme", by="test")
        organisations.assign(tx, edges, "demo", "Acme", by="test")
        _, secret = keys.create_key(tx, "demo", "app", by="test", record=instance.record, clock=instance.clock)
        book.load(tx)
    assert book.authenticate(secret).project.name == "demo"
    request = office.ask("organisation.ban", {"organisation": "Acme", "what_it_did": "Sold access on."})
    assert "refuses all keys of its 1 project," in office.tell(request)[1]
    office.agree(request, office.team.sam)
    assert office.do(request).shown == {"organisation": acme.id}
    with instance.database().begin() as tx:
        assert organisations.why(tx, edges, organisations.find(tx, acme.id)) == "Sold access on."
        book.notice(tx, acme.id)
    with pytest.raises(OrganisationBarred):
        book.authenticate(secret)
    with pytest.raises(organisations.OrganisationState, match="banned already"):
        office.ask("organisation.ban", {"organisation": "Acme", "what_it_did": "Again."})
    with instance.database().begin() as tx:
        with pytest.raises(organisations.OrganisationState, match="belongs to an organisation that is banned"):
            organisations.assign(tx, edges, "demo", None, by="test")
        projects.create(tx, "second", by="test", record=instance.record, clock=instance.clock)
        organisations.assign(tx, edges, "second", "Acme", by="test")
        _, later = keys.create_key(tx, "second", "app", by="test", record=instance.record, clock=instance.clock)
        book.load(tx)
        with pytest.raises(OrganisationBarred):
            book.authenticate(later)
        organisations.reinstate(tx, edges, "Acme", by="test")
        book.load(tx)
        assert [book.authenticate(each).project.name for each in (secret, later)] == ["demo", "second"]
        with pytest.raises(organisations.OrganisationState, match="not banned"):
            organisations.reinstate(tx, edges, "Acme", by="test")
    assert [each for each in office.kinds() if each.startswith("organisation")] == [
        "organisation.added", "organisation.banned", "organisation.reinstated",
    ]  # fmt: skip


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


def test_of_many_who_carry_out_at_once_one_does(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(request)
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: _attempt(lambda: office.do(request)), range(4)))
    assert sorted(done) == [False, False, False, True]
    assert office.keys() == 1


def _attempt(step: Any) -> bool:
    try:
        step()
    except SeawallError:
        return False
    return True


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


def test_a_policy_comes_into_force_exactly_as_it_was_agreed_to(office: Office, tmp_path: Path) -> None:
    request = office.ask(PUBLISH, {"files": _policy(tmp_path / "p", "\n# changed\n")}, office.pol)
    parameters, will = office.tell(request)
    with office.instance.database().begin() as tx:
        assert publishing.latest(tx).digest == parameters["replaces"]  # type: ignore[union-attr]
    assert will.endswith("Nothing changes.")
    assert request.resource_id == "usage"
    with pytest.raises(NotEligible):
        office.agree(request, office.team.sam)


def test_a_policy_that_changes_shows_what_and_is_published_by_digest(office: Office, tmp_path: Path) -> None:
    files = _policy(tmp_path / "p")
    files["policy.yaml"] = files["policy.yaml"].replace("name:", "name: other #", 1)
    request = office.ask(PUBLISH, {"files": files}, office.pol)
    parameters, will = office.tell(request)
    assert "changed policy" in will
    office.agree(request)
    done = office.do(request, office.pol)
    assert done.shown == {"version": 2, "digest": parameters["digest"], "changed": True}
    with office.instance.database().begin() as tx:
        assert publishing.load_version(tx).digest == parameters["digest"]
        assert publishing.latest(tx).by == office.pol.id  # type: ignore[union-attr]


def test_a_policy_is_not_published_over_one_that_came_meanwhile(office: Office, tmp_path: Path) -> None:
    request = office.ask(PUBLISH, {"files": _policy(tmp_path / "p")}, office.pol)
    office.agree(request)
    other = _policy(tmp_path / "other")
    (tmp_path / "other" / "policy.yaml").write_text(other["policy.yaml"].replace("name:", "name: other #", 1))
    with office.instance.database().begin() as tx:
        ours = {"record": office.instance.record, "clock": office.clock}
        publishing.publish(tx, tmp_path / "other", by="host:root", **ours)
    with pytest.raises(PolicyMoved):
        office.do(request, office.pol)
    with office.instance.database().begin() as tx:
        assert publishing.latest(tx).version == 2  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["../rules.yaml", "/etc/x.yaml", "rules.txt", "a/b/c.yaml", "..%2fx.yaml"])
def test_files_of_a_policy_stay_in_their_directory(office: Office, name: str) -> None:
    with pytest.raises(BadParameters):
        office.ask(PUBLISH, {"files": {name: "x"}}, office.pol)


def test_a_policy_that_cannot_be_used_is_not_asked_for(office: Office) -> None:
    with pytest.raises(SeawallError) as caught:
        office.ask(PUBLISH, {"files": {"policy.yaml": "name: x\n"}}, office.pol)
    assert caught.value.code == "policy.invalid"


def test_content_is_disclosed_once_and_recorded_and_stays(office: Office) -> None:
    item = office.put(b"what was written")
    request = office.ask(DISCLOSE, {"item": item, "to": "the court"})
    assert "what was written" not in json.dumps(office.tell(request))
    office.agree(request)
    assert office.do(request).shown == {"item": item, "text": "what was written"}
    assert office.kinds()[-1] == "vault.item_disclosed"
    with office.instance.database().begin() as tx:
        assert office.instance.vault().get(tx, item) == b"what was written"  # type: ignore[arg-type]


def test_credentials_and_what_is_not_there_are_not_disclosed(office: Office) -> None:
    with pytest.raises(NotDisclosed):
        office.ask(DISCLOSE, {"item": office.put(b"secret", Retention.CREDENTIAL), "to": "x"})
    with pytest.raises(SeawallError, match="no item"):
        office.ask(DISCLOSE, {"item": "it_none", "to": "x"})


def test_access_to_a_model_is_given_with_a_credential_that_nobody_sees(office: Office) -> None:
    given = {"project": "demo", "name": "small", "api": "chat", "base_url": "https://api.example.com", "model": "m"}
    request = office.ask("model.grant_access", given | {"secret": "canary-secret"})
    parameters, will = office.tell(request)
    assert "canary-secret" not in json.dumps([parameters, will])
    assert "a credential that is sealed" in will
    office.agree(request, office.team.sam)
    office.do(request)
    with office.instance.database().begin() as tx:
        (project,) = projects.every(tx, office.instance.unseal)
    assert project.models["small"].credential == "canary-secret"
    with pytest.raises(SeawallError, match="no item"):
        office.ask(
            "model.grant_access", given | {"name": "other", "credential": office.put(b"x", Retention.CREDENTIAL)}
        )


def test_a_project_that_keeps_nothing_takes_others_too(office: Office) -> None:
    request = office.ask("project.stop_keeping", {"project": "demo"})
    office.agree(request)
    office.do(request)
    with office.instance.database().begin() as tx:
        assert projects.find(tx, "demo").zero_retention


def test_new_rules_hold_everywhere_at_once_and_end_what_was_agreed_under_the_old(office: Office) -> None:
    waiting = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(waiting)
    request = office.ask("rights.change", {"files": INTERN})
    assert "intern may policy.read" in office.tell(request)[1]
    office.agree(request, office.team.sam)
    done = office.do(request)
    assert "intern" in done.shown["roles"]
    with pytest.raises(RequestChanged):
        office.do(waiting)
    with office.instance.database().begin() as tx:
        follow(tx, office.instance.rights())
        assert holding(tx) == office.instance.rights().digest == done.shown["digest"]
    assert "intern" in office.instance.rights().roles
    with pytest.raises(RequestChanged):
        office.do(waiting)
    assert office.keys() == 0


def test_rules_that_were_agreed_on_outlive_a_restart_until_the_hosts_files_change(
    office: Office, tmp_path: Path, database_url: str
) -> None:
    request = office.ask("rights.change", {"files": INTERN})
    office.agree(request, office.team.sam)
    agreed = office.do(request).shown["digest"]
    assert _restarted(office, database_url) == agreed
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "guest.cedar").write_text(INTERN["intern.cedar"].replace("intern", "guest"))
    given = {"rights_dir": str(tmp_path / "rules")}
    assert _restarted(office, database_url, host_recovery=False, **given) == agreed
    assert _restarted(office, database_url, **given) != agreed


def _restarted(office: Office, database_url: str, *, host_recovery: bool = True, rights_dir: str = "") -> str:
    """Return the rules that a process holds after it started."""
    instance = Instance(
        Settings(data_dir=office.instance.settings.data_dir, database_url=database_url, rights_dir=rights_dir),
        office.clock,
    )
    rights = instance.rights()
    with instance.database().begin() as tx:
        given = {"record": instance.record, "clock": office.clock, "takes_over": host_recovery}
        put_in_force(tx, rights, by="host:start", **given)
        follow(tx, rights)
        assert holding(tx) == rights.digest
    instance.close()
    return rights.digest


def test_rules_that_cannot_be_used_or_moved_are_not_put_in_force(office: Office) -> None:
    with pytest.raises(BadRights):
        office.ask("rights.change", {"files": {"guards.cedar": ""}})
    with pytest.raises(BadRights):
        office.ask("rights.change", {"files": {"../x.cedar": ""}})
    request = office.ask("rights.change", {"files": INTERN})
    office.agree(request, office.team.sam)
    with office.instance.database().begin() as tx:
        tx.exec_driver_sql("DELETE FROM access_rights")
    with pytest.raises(RightsMoved):
        office.do(request)


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


def test_an_approver_who_is_removed_while_it_is_carried_out_is_counted_or_not_but_never_both(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(request)

    def remove() -> None:
        with office.instance.database().begin() as tx:
            people.deactivate(tx, office.instance.edges(), office.team.lea.id, by="host:test")

    with ThreadPoolExecutor(2) as pool:
        removing, doing = pool.submit(remove), pool.submit(lambda: _attempt(lambda: office.do(request)))
        removing.result()
        done = doing.result()
    assert office.keys() == int(done)
    assert not _attempt(lambda: office.do(request))


def test_a_request_that_expires_while_it_is_carried_out_is_done_or_expired(office: Office) -> None:
    request = office.ask(KEY, {"project": "demo", "name": "laptop"})
    office.agree(request)
    office.clock.advance(hours=24)

    def close() -> int:
        with office.instance.database().begin() as tx:
            return expire(tx, office.instance.edges())

    with ThreadPoolExecutor(4) as pool:
        closing = [pool.submit(close) for _ in range(2)]
        doing = [pool.submit(lambda: _attempt(lambda: office.do(request))) for _ in range(2)]
        # A row that somebody else has is left to the next minute.
        assert sum(each.result() for each in closing) + close() == 1
        assert not any(each.result() for each in doing)
    assert (office.keys(), office.kinds()[-1]) == (0, "request.ended")


def test_of_the_same_asked_for_twice_at_once_one_stands(office: Office) -> None:
    def run(who: Person) -> bool:
        return _attempt(lambda: office.ask(KEY, {"project": "demo", "name": "laptop"}, who))

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(run, (office.team.bob, office.team.sam))) == [False, True]
    with pytest.raises(RequestConflicts):
        office.ask(KEY, {"project": "demo", "name": "other"})


def test_without_enough_people_an_act_is_unavailable_and_says_why(office: Office) -> None:
    with office.instance.database().begin() as tx:
        for gone in (office.team.lea, office.team.sam):
            people.deactivate(tx, office.instance.edges(), gone.id, by="host:test")
        why = probe(tx, office.table, office.team.actor(tx, office.team.bob), KEY)
    assert f"{office.team.lea.id} is deactivated" in why
    with pytest.raises(NotEnoughPeople):
        office.ask(KEY, {"project": "demo", "name": "laptop"})
    assert "request.asked" not in office.kinds()


def test_glass_is_broken_for_one_exact_act_alone(office: Office) -> None:
    item = office.put(b"what was written")
    with office.instance.database().begin() as tx:
        actor = office.team.actor(tx, office.team.bob)
        request = break_for(tx, office.table, actor, DISCLOSE, {"item": item, "to": "the fire brigade"}, reason="fire")
    assert office.do(request).shown["text"] == "what was written"
    with pytest.raises(RequestClosed):
        office.do(request)
    assert office.kinds().count("glass.alarmed") == 1


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
