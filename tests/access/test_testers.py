"""Engagements of outside testers on a real database: who is let in, what ends them, what is on record."""

from datetime import timedelta
from typing import Any

import pytest

from seawall.access import AccessBook, KeyRefused, Upstream, projects, testers
from seawall.access.approvals import Desk, State, ask, execute, vote
from seawall.access.conditions import Use
from seawall.access.limits import Allowance, BudgetSpent, OutsideConditions
from seawall.access.people import Edges, Kind, Person, people, totp
from seawall.access.rights import Resource, load
from seawall.access.testers import Check
from seawall.access.testers.model import (
    BadEngagement,
    EngagementOver,
    NoSuchEngagement,
    NoSuchTester,
    NotApproved,
    SelfValidated,
)
from seawall.access.testers.safeguards import ACTION, over_time
from seawall.gateway import testing
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId, ProjectId
from seawall.vocabulary.records.testers import StatementIssued
from tests.access.conftest import Ledger, person
from tests.access.engagement import engage, plan, proven
from tests.access.team import Team
from tests.conftest import FrozenClock


def _seal(tx: Transaction, credential: str, project: ProjectId) -> ItemId:
    return ItemId("it_none")


@pytest.fixture(autouse=True)
def demo(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    """A project with two models."""
    ours: Any = {"by": "t", "record": edges.record}
    projects.create(tx, "demo", clock=edges.clock, **ours)
    for name in ("gpt", "claude"):
        up = Upstream(name=name, api="chat", base_url="https://up.test", model=f"{name}-up")
        projects.set_model(tx, "demo", up, seal=_seal, **ours)
    ledger.clear()


def book(tx: Transaction, edges: Edges) -> AccessBook:
    made = AccessBook(lambda tx, item: "credential", edges.clock)
    made.load(tx)
    return made


def test_a_tester_reaches_the_models_of_the_engagement_and_nothing_is_kept(
    tx: Transaction, edges: Edges, ledger: Ledger
) -> None:
    engaged = engage(tx, edges)
    caller = book(tx, edges).authenticate(engaged.secret, "127.0.0.1")
    assert (set(caller.project.models), caller.zero_retention, caller.lifted) == ({"gpt"}, True, False)
    told = [kind for kind in ledger.kinds if kind.startswith(("tester", "key"))]
    assert told == ["tester.engagement_created", "tester.validated", "key.created", "tester.key_created"]


@pytest.mark.parametrize(
    ("address", "passes"),
    [
        ("192.0.2.9", True), ("::ffff:192.0.2.9", True), ("2001:db8::1", True), ("192.0.3.1", False),
        ("2001:db9::1", False), (None, False), ("", False), ("not one", False),
    ],
)  # fmt: skip
def test_a_key_works_from_listed_addresses_alone(
    tx: Transaction, edges: Edges, address: str | None, passes: bool
) -> None:
    engaged = engage(tx, edges, addresses=("192.0.2.7/24", "2001:db8::/32"))
    assert engaged.engagement.addresses == ("192.0.2.0/24", "2001:db8::/32")
    if passes:
        assert book(tx, edges).authenticate(engaged.secret, address)
        return
    with pytest.raises(OutsideConditions, match="from listed addresses"):
        book(tx, edges).authenticate(engaged.secret, address)


def test_a_key_works_from_its_beginning_to_its_end_by_the_clock(
    tx: Transaction, edges: Edges, clock: FrozenClock
) -> None:
    soon = clock() + timedelta(hours=1)
    engaged = engage(tx, edges, begins=soon, ends=soon + timedelta(hours=1))
    known = book(tx, edges)
    with pytest.raises(OutsideConditions, match="begins on 01 January 2026, 13:00"):
        known.authenticate(engaged.secret, "127.0.0.1")
    clock.advance(hours=1)
    assert known.authenticate(engaged.secret, "127.0.0.1")
    clock.advance(hours=1)
    with pytest.raises(OutsideConditions, match="ended on 01 January 2026, 14:00"):
        known.authenticate(engaged.secret, "127.0.0.1")


def test_without_a_second_factor_no_key_works_and_its_removal_ends_that(tx: Transaction, edges: Edges) -> None:
    engaged = engage(tx, edges, factor=False)
    with pytest.raises(OutsideConditions, match="passkey or an authenticator app"):
        book(tx, edges).authenticate(engaged.secret, "127.0.0.1")
    proven(tx, edges, engaged.tester)
    assert book(tx, edges).authenticate(engaged.secret, "127.0.0.1")
    totp.remove_totp(tx, edges, engaged.tester.id, by=engaged.tester.id)
    with pytest.raises(OutsideConditions, match="passkey"):
        book(tx, edges).authenticate(engaged.secret, "127.0.0.1")


def test_a_tester_who_is_deactivated_or_taken_out_is_refused(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    engaged, other = engage(tx, edges), engage(tx, edges)
    people.deactivate(tx, edges, engaged.tester.id, by="t")
    assert testers.remove(tx, edges, other.engagement.id, other.tester.id, by="t") == 1
    for each in (engaged, other):
        with pytest.raises(OutsideConditions, match="no tester any more"):
            book(tx, edges).authenticate(each.secret, "127.0.0.1")
    assert ledger.kinds[-2:] == ["key.revoked", "tester.removed"]
    with pytest.raises(NoSuchTester):
        testers.make_key(tx, edges, other.engagement.id, other.tester.id, "again", by="t")


def test_somebody_else_must_look_at_a_tester_who_is_a_person(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    engaged = engage(tx, edges)
    second = person(tx, edges, "second", human=engaged.tester.id)
    robot = person(tx, edges, "robot", human=engaged.owner.id, kind=Kind.SERVICE)
    ledger.clear()
    for by in (engaged.tester.id, second.id):
        with pytest.raises(SelfValidated):
            testers.validate(tx, edges, engaged.engagement.id, engaged.tester.id, checked=Check.EMPLOYER, by=by)
    with pytest.raises(BadEngagement, match="service account"):
        testers.validate(tx, edges, engaged.engagement.id, robot.id, checked=Check.EMPLOYER, by="t")
    assert ledger == []


def test_a_key_is_given_to_validated_testers_only(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    engaged, stranger = engage(tx, edges), person(tx, edges, "stranger")
    ledger.clear()
    with pytest.raises(NoSuchTester, match=stranger.id):
        testers.make_key(tx, edges, engaged.engagement.id, stranger.id, "k", by="t")
    assert ledger == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"models": ("gpt", "other")}, "no model 'other'"),
        ({"models": ()}, "No model"),
        ({"addresses": ()}, "No address"),
        ({"addresses": ("home",)}, "'home' is no network"),
        ({"request_budget": 0}, "budget of 0 requests"),
        ({"organisation": " "}, "organisation"),
        ({"purpose": ""}, "purpose"),
    ],
)
def test_what_is_wrong_with_a_plan_is_named_and_leaves_no_trace(
    tx: Transaction, edges: Edges, ledger: Ledger, given: dict[str, Any], said: str
) -> None:
    owner = person(tx, edges, "owner")
    ledger.clear()
    with pytest.raises(BadEngagement, match=said):
        testers.make(tx, edges, plan(edges, owner.id, **given), by="t")
    now = edges.clock()
    for times in ({"ends": now}, {"begins": now + timedelta(days=9)}, {"ends": now.replace(tzinfo=None)}):
        with pytest.raises(BadEngagement):
            testers.make(tx, edges, plan(edges, owner.id, **times), by="t")
    assert (ledger, testers.every(tx)) == ([], [])


def test_an_ended_engagement_lets_nobody_in_and_changes_no_more(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    engaged = engage(tx, edges)
    ended = testers.end(tx, edges, engaged.engagement.id, by="t")
    assert ended.state(edges.clock()) is testers.State.ENDED
    with pytest.raises(OutsideConditions, match="This engagement ended"):
        book(tx, edges).authenticate(engaged.secret, "127.0.0.1")
    assert ledger.kinds[-2:] == ["key.revoked", "tester.engagement_ended"]
    ledger.clear()
    for act in (
        lambda: testers.end(tx, edges, ended.id, by="t"),
        lambda: testers.make_key(tx, edges, ended.id, engaged.tester.id, "k", by="t"),
        lambda: testers.validate(tx, edges, ended.id, engaged.tester.id, checked=Check.EMPLOYER, by="t"),
    ):
        with pytest.raises(EngagementOver):
            act()
    assert ledger == []
    with pytest.raises(NoSuchEngagement, match="en_none"):
        testers.end(tx, edges, "en_none", by="t")


def test_what_is_over_is_ended_by_the_worker_once(
    tx: Transaction, edges: Edges, clock: FrozenClock, ledger: Ledger
) -> None:
    engaged = engage(tx, edges)
    assert testers.end_due(tx, edges) == 0
    clock.advance(days=8)
    assert (testers.end_due(tx, edges), testers.end_due(tx, edges)) == (1, 0)
    assert testers.find(tx, engaged.engagement.id).ended_why == "time_over"
    assert ledger.kinds[-1] == "tester.engagement_ended"


def test_a_key_that_was_revoked_by_itself_says_so(tx: Transaction, edges: Edges) -> None:
    from seawall.access.keys import revoke_key

    engaged = engage(tx, edges)
    revoke_key(tx, engaged.key, by="t", record=edges.record, clock=edges.clock)
    with pytest.raises(KeyRefused, match="revoked"):
        book(tx, edges).authenticate(engaged.secret, "127.0.0.1")


def test_budgets_of_key_and_engagement_both_hold_and_are_remembered(tx: Transaction, edges: Edges) -> None:
    engaged = engage(tx, edges, request_budget=3, token_budget=100, key={"request_budget": 2})
    known = book(tx, edges)
    limits = known.authenticate(engaged.secret, "127.0.0.1").limits
    assert limits is not None
    held = [limits.reserve(), limits.reserve()]
    with pytest.raises(BudgetSpent, match="budget of this key, 2 requests"):
        limits.reserve()
    for each in held:
        each.release()
        each.release()
    known.meter.counted(known.meter.count(tx, [Use(scopes=limits.scopes, requests=1, tokens=99)]))
    limits.reserve().release()
    known.meter.counted(known.meter.count(tx, [Use(scopes=limits.scopes, tokens=1)]))
    with pytest.raises(BudgetSpent, match="engagement, 100 tokens"):
        limits.reserve()
    anew = book(tx, edges).authenticate(engaged.secret, "127.0.0.1").limits
    assert anew is not None
    with pytest.raises(BudgetSpent):
        anew.reserve()
    assert testers.used(tx, engaged.engagement.id) == (1, 100)
    assert [(key.requests, key.tokens) for key in testers.keys_of(tx, engaged.engagement.id)] == [(1, 100)]


def test_a_refused_reservation_takes_nothing(tx: Transaction) -> None:
    from seawall.access.limits import Reservation

    wide, narrow = Allowance("en_1"), Allowance("key_1")
    wide.request_budget, narrow.request_budget = 1, 1
    narrow.told(1, 0)
    with pytest.raises(BudgetSpent):
        Reservation((wide, narrow))
    wide.take()


class Lifting(Team):
    """Sam of security asks; Sue of security and Rob of the releases agree."""

    def __init__(self, tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
        self.edges, self.clock, self.desk = edges, clock, Desk(rights=load())
        self.sam, self.sue = self.join(tx, "sam", "security"), self.join(tx, "sue", "security")
        self.rob: Person = self.join(tx, "rob", "release_approver")
        clock.advance(hours=73)

    def agreed(self, tx: Transaction, engagement: str) -> str:
        actor, thing = self.actor(tx, self.sam), Resource(kind="Tester", id=engagement)
        asked = ask(tx, self.edges, self.desk, actor, ACTION, thing, {}, reason="to compare")
        for each in (self.sue, self.rob):
            voter = self.actor(tx, each)
            vote(tx, self.edges, self.desk, voter, asked.id, bound=asked.digest, approves=True)
        return asked.id

    def executed(self, tx: Transaction, engagement: str) -> str:
        request, thing = self.agreed(tx, engagement), Resource(kind="Tester", id=engagement)
        done = execute(tx, self.edges, self.desk, self.actor(tx, self.sam), request, ACTION, thing, {})
        assert done.state is State.EXECUTED
        return request


def test_safeguards_are_lifted_by_an_approval_for_exactly_this_once(
    tx: Transaction, edges: Edges, clock: FrozenClock, ledger: Ledger
) -> None:
    team = Lifting(tx, edges, clock)
    engaged, other = engage(tx, edges), engage(tx, edges)
    name = engaged.engagement.id
    approval, foreign = team.executed(tx, name), team.executed(tx, other.engagement.id)
    ledger.clear()
    for wrong in ("rq_none", foreign):
        with pytest.raises(NotApproved, match="no executed approval"):
            testers.lift_safeguards(tx, edges, name, by=team.sam.id, approval=wrong)
    assert testers.lift_safeguards(tx, edges, name, by=team.sam.id, approval=approval).safeguards is False
    assert book(tx, edges).authenticate(engaged.secret, "127.0.0.1").lifted
    assert not book(tx, edges).authenticate(other.secret, "127.0.0.1").lifted
    assert testers.restore_safeguards(tx, edges, name, by=team.sam.id).safeguards
    with pytest.raises(NotApproved, match="once already"):
        testers.lift_safeguards(tx, edges, name, by=team.sam.id, approval=approval)
    assert [(each.safeguards, each.approval) for each in over_time(tx, name)] == [
        (True, None), (False, approval), (True, None),
    ]  # fmt: skip
    assert ledger.kinds == ["tester.safeguards_changed"] * 2


def test_an_approval_that_was_not_executed_or_long_ago_lifts_nothing(
    tx: Transaction, edges: Edges, clock: FrozenClock
) -> None:
    team, engaged = Lifting(tx, edges, clock), engage(tx, edges)
    agreed = team.agreed(tx, engaged.engagement.id)
    with pytest.raises(NotApproved):
        testers.lift_safeguards(tx, edges, engaged.engagement.id, by=team.sam.id, approval=agreed)
    thing = Resource(kind="Tester", id=engaged.engagement.id)
    execute(tx, edges, team.desk, team.actor(tx, team.sam), agreed, ACTION, thing, {})
    clock.advance(minutes=6)
    with pytest.raises(NotApproved, match="before"):
        testers.lift_safeguards(tx, edges, engaged.engagement.id, by=team.sam.id, approval=agreed)
    assert testers.find(tx, engaged.engagement.id).safeguards


def test_a_statement_names_the_conditions_and_nobody(tx: Transaction, edges: Edges, ledger: Ledger) -> None:
    engaged = engage(tx, edges, request_budget=5)
    _, stated = testers.issue(tx, edges, engaged.engagement.id, testing.tested, by="t")
    recorded = ledger[-1]
    assert isinstance(recorded, StatementIssued)
    assert recorded.conditions == stated
    assert [(each.name, each.upstream) for each in stated.models] == [("gpt", "gpt-up")]
    assert (stated.testers, stated.keys, stated.counts.exchanges, stated.request_budget) == (1, 1, 0, 5)
    assert engaged.tester.id not in str(stated)
