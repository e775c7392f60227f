"""Rules about accounts begin to act once others agreed, to exactly these rules, with what they would have done."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import update

from seawall.app.account_rules import account_rule_jobs
from seawall.app.casework import office as cases_office
from seawall.cases import Origin, claims, deciding
from seawall.cases.escalations import CASE_OF_RULE, escalate_for_rule
from seawall.cases.finding import Asked, newest
from seawall.enforce import standing
from seawall.enforce.rules.publishing import NotWatched, RulesDamaged, RulesMoved, in_force, publish
from seawall.enforce.rules.tables import rule_documents, rule_previews
from seawall.policy.accounts.reading import read
from seawall.vocabulary.concerned import Concerned
from seawall.vocabulary.ids import DecisionId, RuleId
from seawall.vocabulary.standing import GOOD, State
from tests.access.conftest import person
from tests.app.office import Office
from tests.cases.conftest import ruling
from tests.enforce.rules import BURST, SOMEBODY, Clerk

ACT = "account_rules.enforce"
WATCHED, ACTING = (BURST.replace("MODE", mode) for mode in ("monitor", "enforce"))


def put(office: Office, text: str) -> None:
    with office.instance.database().begin() as tx:
        publish(tx, read(text), by="pe_pol", record=office.instance.record, clock=office.clock)


def modes(office: Office) -> list[str]:
    with office.instance.database().begin() as tx:
        held = in_force(tx)
    return [] if held is None else [each.mode for each in held[1].document.rules]


def test_rules_act_once_somebody_else_agreed_who_saw_what_they_would_do(office: Office) -> None:
    clerk = Clerk(office.clock, office.instance.record)
    with office.instance.database().begin() as tx:
        for _ in range(3):
            clerk.asks(tx)
    put(office, WATCHED)
    asked = office.ask(ACT, {"file": ACTING}, office.pol)
    parameters, said = office.tell(asked)
    assert set(parameters) == {"digest", "replaces"}
    assert "These act by themselves: jailbreak_burst." in said
    assert f"jailbreak_burst (enforce; restrict, label jailbreaking): 1 times, 1 accounts: {SOMEBODY}" in said
    assert modes(office) == ["monitor"]
    office.agree(asked, office.team.lea)
    assert office.do(asked, office.pol).shown["version"] == 2
    assert modes(office) == ["enforce"]
    assert office.kinds().count("account_rules.published") == 2


def test_rules_that_were_never_watched_cannot_be_asked_for(office: Office) -> None:
    with pytest.raises(NotWatched):
        office.ask(ACT, {"file": ACTING}, office.pol)
    put(office, WATCHED)
    with pytest.raises(NotWatched):
        office.ask(ACT, {"file": ACTING.replace(">= 3", ">= 1")}, office.pol)


def test_other_rules_in_between_make_the_agreement_void(office: Office) -> None:
    put(office, WATCHED)
    asked = office.ask(ACT, {"file": ACTING}, office.pol)
    office.agree(asked, office.team.lea)
    put(office, WATCHED + "bans: rules\n")
    with pytest.raises(RulesMoved):
        office.do(asked, office.pol)


def test_a_preview_that_is_gone_is_not_made_up(office: Office) -> None:
    put(office, WATCHED)
    asked = office.ask(ACT, {"file": ACTING}, office.pol)
    with office.instance.database().begin() as tx:
        tx.execute(rule_previews.delete())
    assert "Tried on" not in office.tell(asked)[1]


def test_a_case_that_a_rule_wants_is_opened_once_and_takes_the_rule_back(office: Office) -> None:
    clerk, instance = Clerk(office.clock, office.instance.record), office.instance
    rule = 'rules: [{name: look, says: x, when: \'count("any", "1h") >= 1\', then: {case: true, warn: {}}, mode: MODE}]'
    with instance.database().begin() as tx:
        clerk.rules(tx, rule)
        seen = clerk.seen()
        (came,) = clerk.about(tx, seen)
        assert standing(tx, SOMEBODY, now=office.clock()).state is State.WARNED
        rita = person(tx, instance.edges(), "rita", "reviewer")
    assert came.decision is not None
    given: dict[str, Any] = {name: getattr(seen, name) for name in ("exchange", "project", "key", "account", "at")}
    about = Concerned(has_end_user=True, zero_retention=False, **given)
    working = cases_office(instance)
    working = msgspec.structs.replace(working, exchanges=lambda _tx, _name: about)
    with instance.database().begin() as tx:
        for _ in range(2):
            case = escalate_for_rule(tx, working, seen.exchange, DecisionId(came.decision), RuleId("account.look"))
        assert [each.id for each in newest(tx, Asked(account=SOMEBODY), reader=rita.id)] == [case.id]
        assert (case.origin, case.about, case.rule) == (Origin.FINDING, came.decision, "account.look")
        claims.claim(tx, working, case.id, by=rita.id)
        deciding.decide(tx, working, case.id, ruling("nothing", about_right=False), by=rita.id)
        assert standing(tx, SOMEBODY, now=office.clock()) == GOOD
    assert CASE_OF_RULE in {each.name for each in account_rule_jobs(instance, working)}


def test_stored_rules_that_were_changed_are_not_asked(office: Office) -> None:
    put(office, WATCHED)
    with office.instance.database().begin() as tx:
        tx.execute(update(rule_documents).values(body=rule_documents.c.body.concat(" ")))
    with pytest.raises(RulesDamaged):
        modes(office)
