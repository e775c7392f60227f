"""What follows from each act: safeguards lifted, organisations banned, content disclosed, models given."""

import json
from datetime import timedelta
from typing import Any

import pytest

from seawall.access import AccessBook, Upstream, keys, organisations, projects, testers
from seawall.access.approvals import break_for
from seawall.access.approvals.model import RequestClosed
from seawall.access.model import OrganisationBarred
from seawall.access.testers.engagements import Plan
from seawall.vault import Retention
from seawall.vault.errors import NotDisclosed
from seawall.vocabulary.errors import SeawallError
from tests.app.office import DISCLOSE, Office


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


def test_glass_is_broken_for_one_exact_act_alone(office: Office) -> None:
    item = office.put(b"what was written")
    with office.instance.database().begin() as tx:
        actor = office.team.actor(tx, office.team.bob)
        request = break_for(tx, office.table, actor, DISCLOSE, {"item": item, "to": "the fire brigade"}, reason="fire")
    assert office.do(request).shown["text"] == "what was written"
    with pytest.raises(RequestClosed):
        office.do(request)
    assert office.kinds().count("glass.alarmed") == 1
