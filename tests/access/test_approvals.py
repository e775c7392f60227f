"""Two-party control: who may agree to what, what that binds, and that it is used once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.access.approvals import (
    Actor,
    Desk,
    Request,
    State,
    ask,
    break_glass,
    cancel,
    execute,
    expire,
    review,
    vote,
)
from seawall.access.approvals.glass import Counts, GlassBook, counts, overdue
from seawall.access.approvals.inbox import inbox
from seawall.access.approvals.jobs import jobs
from seawall.access.approvals.model import (
    NotEligible,
    NotEnoughPeople,
    RequestChanged,
    RequestClosed,
    RequestConflicts,
    VotedAlready,
)
from seawall.access.approvals.requests import newest
from seawall.access.people import Edges, Kind, Person, passkeys, people, roles
from seawall.access.people.held_keys import working
from seawall.access.people.links import consume_link, issue_link
from seawall.access.people.proofs import Proof, StepUpNeeded, Way
from seawall.access.rights import NotPermitted, Resource, load
from seawall.store import Database, Transaction
from seawall.store.jobs import queued
from seawall.vocabulary.errors import SeawallError
from tests.access.conftest import Ledger, key_of, person
from tests.conftest import FrozenClock

DISCLOSE, ITEM, SAID = "vault.disclose", Resource(kind="VaultItem", id="it_1"), {"to": "court", "pages": 3}
OTHER = Resource(kind="VaultItem", id="it_2")
RIGHTS = load()


class Team:
    """Bob of security asks; Lea of legal and Sam of security may agree."""

    def __init__(self, tx: Transaction, edges: Edges, clock: FrozenClock) -> None:
        self.edges, self.clock, self.desk = edges, clock, Desk(rights=RIGHTS)
        self.bob, self.lea, self.sam = (
            self.join(tx, name, role) for name, role in (("bob", "security"), ("lea", "legal"), ("sam", "security"))
        )
        clock.advance(hours=73)

    def join(self, tx: Transaction, name: str, *held: str, **given: Any) -> Person:
        made = person(tx, self.edges, name, *held, **given)
        if made.kind is Kind.PERSON:
            key_of(tx, self.edges, made)
        return made

    def actor(self, tx: Transaction, who: Person) -> Actor:
        """Return somebody who has just used their passkey."""
        keys = working(tx, who.id)
        proof = Proof(
            person=who.id, way=Way.PASSKEY, at=self.clock(), factor=keys[-1].id if keys else "", verified=True
        )
        return Actor(person=who.id, proofs=(proof,))

    def ask(self, tx: Transaction, who: Person | None = None, action: str = DISCLOSE, on: Resource = ITEM) -> Request:
        actor = self.actor(tx, who or self.bob)
        return ask(tx, self.edges, self.desk, actor, action, on, SAID, reason="a court asked")

    def vote(self, tx: Transaction, who: Person, request: Request, approves: bool = True) -> Request:
        actor, bound = self.actor(tx, who), request.digest
        return vote(tx, self.edges, self.desk, actor, request.id, bound=bound, approves=approves)

    def execute(self, tx: Transaction, request: Request, who: Person | None = None, said: Any = SAID) -> Request:
        actor = self.actor(tx, who or self.bob)
        on = Resource(kind=request.resource_kind, id=request.resource_id)
        return execute(tx, self.edges, self.desk, actor, request.id, request.action, on, said)


@pytest.fixture
def team(tx: Transaction, edges: Edges, clock: FrozenClock) -> Team:
    return Team(tx, edges, clock)


def test_what_two_agree_to_is_done_once(tx: Transaction, team: Team, ledger: Ledger) -> None:
    request = team.ask(tx)
    assert team.vote(tx, team.lea, request).state is State.APPROVED
    assert team.execute(tx, request).state is State.EXECUTED
    with pytest.raises(RequestClosed, match="executed"):
        team.execute(tx, request)
    assert ledger.kinds[-3:] == ["request.asked", "request.voted", "request.executed"]


def test_nothing_is_done_before_anybody_agreed(tx: Transaction, team: Team) -> None:
    with pytest.raises(RequestClosed, match="waiting"):
        team.execute(tx, team.ask(tx))


@pytest.mark.parametrize("said", [{"to": "press", "pages": 3}, {"to": "court"}, {**SAID, "more": None}])
def test_what_changed_after_the_vote_is_not_done(tx: Transaction, team: Team, said: dict[str, object]) -> None:
    request = team.ask(tx)
    team.vote(tx, team.lea, request)
    with pytest.raises(RequestChanged):
        team.execute(tx, request, said=said)
    assert team.execute(tx, request).state is State.EXECUTED


def test_an_approval_is_for_one_thing_and_one_set_of_rules(tx: Transaction, team: Team, edges: Edges) -> None:
    request = team.ask(tx)
    team.vote(tx, team.lea, request)
    other = msgspec.structs.replace(request, resource_id="it_2")
    with pytest.raises(RequestChanged):
        team.execute(tx, other)
    changed = load()
    changed.digest = "another"
    with pytest.raises(RequestChanged, match="rules"):
        execute(tx, edges, Desk(rights=changed), team.actor(tx, team.bob), request.id, DISCLOSE, ITEM, SAID)


def test_a_vote_on_something_else_does_not_count(tx: Transaction, team: Team, edges: Edges) -> None:
    request = team.ask(tx)
    with pytest.raises(RequestChanged):
        vote(tx, edges, team.desk, team.actor(tx, team.lea), request.id, bound=b"x" * 32, approves=True)


def test_silence_is_a_denial(tx: Transaction, team: Team, ledger: Ledger, edges: Edges, clock: FrozenClock) -> None:
    request = team.ask(tx)
    clock.advance(hours=24)
    with pytest.raises(RequestClosed, match="expired"):
        team.vote(tx, team.lea, request)
    assert expire(tx, edges) == 1
    assert expire(tx, edges) == 0
    assert ledger[-1].state == "expired"  # type: ignore[attr-defined]


def test_an_approval_runs_out_too(tx: Transaction, team: Team, clock: FrozenClock) -> None:
    request = team.ask(tx)
    clock.advance(hours=23, minutes=59)
    team.vote(tx, team.lea, request)
    clock.advance(minutes=1)
    with pytest.raises(RequestClosed, match="expired"):
        team.execute(tx, request)
    assert team.ask(tx).state is State.WAITING


def test_one_denial_ends_it(tx: Transaction, team: Team) -> None:
    request = team.ask(tx)
    assert team.vote(tx, team.lea, request, approves=False).state is State.DENIED
    for step in (lambda: team.vote(tx, team.sam, request), lambda: team.execute(tx, request)):
        with pytest.raises(RequestClosed, match="denied"):
            step()


def test_the_same_is_not_asked_for_twice_at_once(tx: Transaction, team: Team, edges: Edges) -> None:
    request = team.ask(tx)
    with pytest.raises(RequestConflicts):
        team.ask(tx, team.sam)
    with pytest.raises(NotEligible, match="Only whoever asked"):
        cancel(tx, edges, team.actor(tx, team.sam), request.id)
    cancel(tx, edges, team.actor(tx, team.bob), request.id)
    assert team.ask(tx, team.sam).human == team.sam.id


def test_the_requester_does_not_agree_with_any_account(tx: Transaction, team: Team, clock: FrozenClock) -> None:
    second = team.join(tx, "bob2", "legal", human=team.bob.id)
    robot = team.join(tx, "robot", "legal", human=team.lea.id, kind=Kind.SERVICE)
    clock.advance(hours=73)
    request = team.ask(tx)
    for who, told in ((team.bob, "requester"), (second, "another account"), (robot, "service account")):
        with pytest.raises((NotEligible, StepUpNeeded), match=told):
            team.vote(tx, who, request)


@pytest.mark.parametrize(
    "given", [{"by": "bob"}, {"by": "directory:d", "vouched_by": "bob"}], ids=["self", "directory"]
)
def test_whoever_the_requester_brought_in_does_not_agree(
    tx: Transaction, team: Team, clock: FrozenClock, given: dict[str, str]
) -> None:
    ids = {name: team.bob.id if value == "bob" else value for name, value in given.items()}
    brought = team.join(tx, "brought", "legal", **ids)
    clock.advance(days=400)
    with pytest.raises(NotEligible, match="was added by the requester"):
        team.vote(tx, brought, team.ask(tx))


def test_a_new_person_a_new_passkey_and_a_new_role_of_the_requesters_wait(
    tx: Transaction, team: Team, edges: Edges, clock: FrozenClock
) -> None:
    old, helped = person(tx, edges, "old", "legal"), team.join(tx, "helped")
    clock.advance(hours=1)
    fresh = team.join(tx, "fresh", "legal")
    clock.advance(hours=71)
    key_of(tx, edges, old)
    roles.grant(tx, edges, helped.id, "legal", by=team.bob.id)
    request = team.ask(tx)
    for who, told in ((fresh, "known for less"), (old, "no passkey that is"), (helped, "holds no role")):
        with pytest.raises(NotEligible, match=told):
            team.vote(tx, who, request)
    clock.advance(hours=1)
    with pytest.raises(NotEligible):
        team.vote(tx, fresh, request)  # what counts is when it was asked for
    cancel(tx, edges, team.actor(tx, team.bob), request.id)
    assert team.vote(tx, fresh, team.ask(tx)).state is State.APPROVED


def test_a_passkey_that_the_requester_made_does_not_count(
    tx: Transaction, team: Team, edges: Edges, clock: FrozenClock
) -> None:
    old = person(tx, edges, "old", "legal")
    key_of(tx, edges, old, by=team.bob.id)
    clock.advance(days=30)
    with pytest.raises(NotEligible, match="no passkey"):
        team.vote(tx, old, team.ask(tx))


def test_keys_made_since_the_requester_let_somebody_in_do_not_count(
    tx: Transaction, team: Team, edges: Edges, clock: FrozenClock
) -> None:
    old = person(tx, edges, "old", "legal")
    link = issue_link(tx, edges, old.id, by=team.bob.id)
    assert isinstance(consume_link(tx, edges, link.token, from_loopback=False), Proof)
    clock.advance(days=30)
    key_of(tx, edges, old)
    clock.advance(days=30)
    with pytest.raises(NotEligible, match="no passkey"):
        team.vote(tx, old, team.ask(tx))
    # A key from before stays good, whatever links came after it.
    late = issue_link(tx, edges, team.lea.id, by=team.bob.id)
    assert isinstance(consume_link(tx, edges, late.token, from_loopback=False), Proof)
    assert team.vote(tx, team.lea, newest(tx, edges, limit=9)[0]).state is State.APPROVED


def test_being_let_in_again_does_not_hide_who_added_somebody(
    tx: Transaction, team: Team, edges: Edges, clock: FrozenClock
) -> None:
    brought = team.join(tx, "brought", "legal", by=team.bob.id)
    people.deactivate(tx, edges, brought.id, by="host:test")
    people.activate(tx, edges, brought.id, by="host:test")
    clock.advance(days=30)
    with pytest.raises(NotEligible, match="added by the requester"):
        team.vote(tx, brought, team.ask(tx))


def test_a_vote_takes_a_passkey_of_the_moment(tx: Transaction, team: Team, edges: Edges, clock: FrozenClock) -> None:
    request, actor = team.ask(tx), team.actor(tx, team.lea)
    clock.advance(minutes=6)
    for stale in (actor, Actor(person=team.lea.id)):
        with pytest.raises(StepUpNeeded):
            vote(tx, edges, team.desk, stale, request.id, bound=request.digest, approves=True)


def test_who_has_no_role_neither_asks_nor_agrees(tx: Transaction, team: Team, clock: FrozenClock) -> None:
    none, other = team.join(tx, "none"), team.join(tx, "other", "policy_editor")
    clock.advance(hours=73)
    with pytest.raises(NotPermitted):
        team.ask(tx, none)
    request = team.ask(tx)
    for who in (none, other):
        with pytest.raises(NotEligible, match="holds no role"):
            team.vote(tx, who, request)


def test_an_approver_who_is_gone_by_then_no_longer_counts(tx: Transaction, team: Team, edges: Edges) -> None:
    request = team.ask(tx)
    team.vote(tx, team.lea, request)
    lost = (
        lambda: people.deactivate(tx, edges, team.lea.id, by="host:test"),
        lambda: roles.withdraw(tx, edges, team.lea.id, "legal", by="host:test"),
        lambda: passkeys.remove_passkey(tx, edges, working(tx, team.lea.id)[0].id, by="host:test"),
    )
    for lose in lost:
        with tx.begin_nested() as step:
            lose()
            with pytest.raises(NotEligible, match="may not approve any more"):
                team.execute(tx, request)
            step.rollback()
    assert team.execute(tx, request).state is State.EXECUTED


def test_a_requester_who_lost_the_right_does_not_carry_it_out(tx: Transaction, team: Team, edges: Edges) -> None:
    request = team.ask(tx)
    team.vote(tx, team.lea, request)
    with pytest.raises(NotEligible, match="Only whoever asked"):
        team.execute(tx, request, team.sam)
    roles.withdraw(tx, edges, team.bob.id, "security", by="host:test")
    with pytest.raises(NotPermitted):
        team.execute(tx, request)


def test_two_seats_take_two_people_in_different_roles(tx: Transaction, team: Team, clock: FrozenClock) -> None:
    rex, both = team.join(tx, "rex", "release_approver"), team.join(tx, "both", "release_approver", "security")
    clock.advance(hours=73)
    request = team.ask(tx, action="tester.lift_safeguards", on=Resource(kind="Tester", id="te_1"))
    assert team.vote(tx, both, request).state is State.WAITING
    with pytest.raises(VotedAlready):
        team.vote(tx, both, request)
    assert team.vote(tx, rex, request).state is State.APPROVED


def test_without_people_who_could_agree_nobody_may_ask_and_it_says_why(
    tx: Transaction, team: Team, edges: Edges, ledger: Ledger
) -> None:
    for gone in (team.lea, team.sam):
        people.deactivate(tx, edges, gone.id, by="host:test")
    before = list(ledger)
    with pytest.raises(NotEnoughPeople) as caught:
        team.ask(tx)
    assert f"{team.lea.id} is deactivated" in caught.value.hint
    assert ledger == before


def test_an_object_with_readers_takes_approvers_among_them(tx: Transaction, team: Team) -> None:
    mine = Resource(kind="VaultItem", id="it_9", readers=frozenset({team.bob.id, team.sam.id}))
    request = team.ask(tx, on=mine)
    with pytest.raises(NotEligible):
        team.vote(tx, team.lea, request)
    assert team.vote(tx, team.sam, request).state is State.APPROVED


def test_glass_is_broken_alone_for_half_an_hour_and_reviewed_by_two(
    tx: Transaction, team: Team, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    begun = clock()
    with pytest.raises(StepUpNeeded):
        break_glass(tx, edges, team.desk, Actor(person=team.bob.id), DISCLOSE, ITEM, SAID, reason="fire")
    with pytest.raises(NotPermitted):
        break_glass(tx, edges, team.desk, team.actor(tx, team.lea), DISCLOSE, ITEM, SAID, reason="fire")
    broken = break_glass(tx, edges, team.desk, team.actor(tx, team.bob), DISCLOSE, ITEM, SAID, reason="fire")
    assert ledger.kinds[-2:] == ["glass.broken", "glass.alarmed"]
    clock.advance(minutes=29)
    assert team.execute(tx, broken).state is State.EXECUTED
    with pytest.raises(RequestClosed):
        team.execute(tx, broken)
    with pytest.raises(NotPermitted):
        review(tx, edges, team.desk, team.actor(tx, team.bob), broken.id, justified=True)
    assert review(tx, edges, team.desk, team.actor(tx, team.lea), broken.id, justified=True) == 1
    with pytest.raises(VotedAlready):
        review(tx, edges, team.desk, team.actor(tx, team.lea), broken.id, justified=True)
    counted = counts(tx, edges, team.desk, begun, clock())
    assert (counted.broken, counted.executed, counted.reviewed, counted.overdue) == (1, 1, 0, 0)
    clock.advance(hours=72)
    assert counts(tx, edges, team.desk, begun, clock()).overdue == 1


def test_reviews_in_time_by_two_settle_it(tx: Transaction, team: Team, edges: Edges, clock: FrozenClock) -> None:
    begun = clock()
    broken = break_glass(tx, edges, team.desk, team.actor(tx, team.bob), DISCLOSE, ITEM, SAID, reason="fire")
    clock.advance(hours=71)
    for who in (team.lea, team.sam):
        review(tx, edges, team.desk, team.actor(tx, who), broken.id, justified=False)
    clock.advance(hours=2)
    counted = counts(tx, edges, team.desk, begun, clock())
    assert (counted.reviewed, counted.overdue, counted.executed) == (1, 0, 0)


def test_broken_glass_closes_after_half_an_hour(tx: Transaction, team: Team, edges: Edges, clock: FrozenClock) -> None:
    broken = break_glass(tx, edges, team.desk, team.actor(tx, team.bob), DISCLOSE, ITEM, SAID, reason="fire")
    clock.advance(minutes=30)
    with pytest.raises(RequestClosed, match="expired"):
        team.execute(tx, broken)


def test_everybody_who_may_review_is_alarmed_and_again_when_reviews_are_overdue(
    tx: Transaction, team: Team, edges: Edges, ledger: Ledger, clock: FrozenClock
) -> None:
    adm, mine, eve = (
        team.join(tx, name, role, **more)
        for name, role, more in (
            ("adm", "administrator", {}), ("mine", "legal", {"by": team.bob.id}), ("eve", "evaluator", {})
        )
    )  # fmt: skip
    broken = break_glass(tx, edges, team.desk, team.actor(tx, team.bob), DISCLOSE, ITEM, SAID, reason="fire")
    for who in (adm, team.lea, team.sam):
        assert [(each.request, each.what) for each in inbox(tx, edges, team.desk, who.id).alarms] == [
            (broken.id, "broken")
        ]
    for who in (team.bob, mine, eve):
        assert inbox(tx, edges, team.desk, who.id).alarms == ()
    assert (ledger[-1].what, ledger[-1].told) == ("broken", 3)  # type: ignore[attr-defined]
    review(tx, edges, team.desk, team.actor(tx, team.lea), broken.id, justified=True)
    assert inbox(tx, edges, team.desk, team.lea.id).alarms == ()
    clock.advance(hours=71, minutes=59)
    assert overdue(tx, edges, team.desk) == 0
    clock.advance(minutes=1)
    assert [overdue(tx, edges, team.desk) for _ in range(2)] == [1, 0]
    assert [each.what for each in inbox(tx, edges, team.desk, team.bob.id).alarms] == ["overdue"]
    assert [each.what for each in inbox(tx, edges, team.desk, team.sam.id).alarms] == ["overdue", "broken"]


def test_what_was_reviewed_in_time_alarms_nobody(tx: Transaction, team: Team, edges: Edges, clock: FrozenClock) -> None:
    broken = break_glass(tx, edges, team.desk, team.actor(tx, team.bob), DISCLOSE, ITEM, SAID, reason="fire")
    for who in (team.lea, team.sam):
        review(tx, edges, team.desk, team.actor(tx, who), broken.id, justified=True)
    clock.advance(hours=80)
    assert overdue(tx, edges, team.desk) == 0


def test_the_counts_of_a_process_follow_each_notice(tx: Transaction, team: Team, edges: Edges) -> None:
    seen: list[Counts] = []
    book = GlassBook(team.clock, told=seen.append)
    book.load(tx)
    broken = break_glass(tx, edges, team.desk, team.actor(tx, team.bob), DISCLOSE, ITEM, SAID, reason="fire")
    book.notice(tx, broken.id)
    assert [each.broken for each in seen] == [0, 1]


def test_jobs_close_what_nobody_answered_and_alarm(
    database: Database, edges: Edges, clock: FrozenClock, caplog: pytest.LogCaptureFixture
) -> None:
    with database.begin() as tx:
        team = Team(tx, edges, clock)
        team.ask(tx)
        broken = break_glass(tx, edges, team.desk, team.actor(tx, team.bob), DISCLOSE, OTHER, SAID, reason="fire")
        (queued_one,) = [each for each in queued(tx) if each.name == "approvals.alarm"]
    run = {each.name: each for each in jobs(database, edges, team.desk)}
    assert {name: each.every for name, each in run.items()} == {
        "approvals.expire": "* * * * *", "approvals.overdue": "* * * * *", "approvals.alarm": None,
    }  # fmt: skip
    run["approvals.alarm"].run(**queued_one.arguments)
    assert "somebody acts alone" in caplog.text
    clock.advance(hours=73)
    run["approvals.expire"].run()
    run["approvals.overdue"].run()
    with database.begin() as tx:
        assert {each.state for each in newest(tx, edges, limit=9)} == {State.EXPIRED}
        assert [each.arguments["what"] for each in queued(tx) if each.arguments.get("request") == broken.id] == [
            "broken", "overdue",
        ]  # fmt: skip


def test_a_person_finds_in_their_inbox_what_their_vote_would_count_on(
    tx: Transaction, team: Team, edges: Edges, clock: FrozenClock
) -> None:
    request = team.ask(tx)
    assert [each.id for each in inbox(tx, edges, team.desk, team.lea.id).to_vote] == [request.id]
    assert inbox(tx, edges, team.desk, team.bob.id).to_vote == ()
    clock.advance(hours=24)
    assert inbox(tx, edges, team.desk, team.lea.id).to_vote == ()


def test_the_rules_themselves_are_not_changed_by_breaking_glass(tx: Transaction, team: Team, edges: Edges) -> None:
    on = Resource(kind="Rights", id="all")
    with pytest.raises(NotEligible, match="in no emergency"):
        break_glass(tx, edges, team.desk, team.actor(tx, team.bob), "rights.change", on, {}, reason="fire")


def _attempt(step: Any) -> bool:
    try:
        step()
    except SeawallError:
        return False
    return True


def test_of_many_executions_at_once_one_is_done(database: Database, edges: Edges, clock: FrozenClock) -> None:
    with database.begin() as tx:
        team = Team(tx, edges, clock)
        request = team.ask(tx)
        team.vote(tx, team.lea, request)

    def run() -> None:
        with database.begin() as tx:
            team.execute(tx, request)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: _attempt(run), range(4))) == [False, False, False, True]


def test_votes_at_once_follow_each_other(database: Database, edges: Edges, clock: FrozenClock) -> None:
    with database.begin() as tx:
        team = Team(tx, edges, clock)
        request = team.ask(tx)

    def run(who: Person, approves: bool) -> None:
        with database.begin() as tx:
            team.vote(tx, who, request, approves)

    with ThreadPoolExecutor(4) as pool:
        voters = [(team.lea, True), (team.lea, True), (team.sam, False), (team.lea, False)]
        assert sum(pool.map(lambda pair: _attempt(lambda: run(*pair)), voters)) == 1
    with database.begin() as tx:
        assert newest(tx, edges, limit=9)[0].state in (State.APPROVED, State.DENIED)


def test_an_execution_that_fails_is_not_used_up(database: Database, edges: Edges, clock: FrozenClock) -> None:
    with database.begin() as tx:
        team = Team(tx, edges, clock)
        request = team.ask(tx)
        team.vote(tx, team.lea, request)
    with pytest.raises(ZeroDivisionError), database.begin() as tx:
        assert 1 // (team.execute(tx, request).state is not State.EXECUTED)
    with database.begin() as tx:
        assert team.execute(tx, request).state is State.EXECUTED


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("vote"), st.sampled_from(["bob", "lea", "sam", "second", "brought"]), st.booleans()),
        st.tuples(st.just("execute"), st.sampled_from(["bob", "lea", "sam"]), st.booleans()),
        st.tuples(st.just("wait"), st.just(""), st.booleans()),
        st.tuples(st.just("lose"), st.sampled_from(["lea", "sam"]), st.booleans()),
        st.tuples(st.just("cancel"), st.sampled_from(["bob", "lea"]), st.booleans()),
    ),
    max_size=8,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_nothing_is_done_that_was_not_agreed_to(
    tx: Transaction, edges: Edges, clock: FrozenClock, steps: list[tuple[str, str, bool]]
) -> None:
    with tx.begin_nested() as whole:
        for what, holds in _played(tx, Team(tx, edges, clock), steps):
            assert holds, what
        whole.rollback()


def _played(tx: Transaction, team: Team, steps: list[tuple[str, str, bool]]) -> Iterator[tuple[str, bool]]:
    """Give, for each step that was let through, what must hold then and whether it does."""
    who = {"bob": team.bob, "lea": team.lea, "sam": team.sam}
    who["second"] = team.join(tx, "second", "legal", human=team.bob.id)
    who["brought"] = team.join(tx, "brought", "legal", by=team.bob.id)
    team.clock.advance(hours=73)
    request = team.ask(tx)
    agreed: set[str] = set()
    lost: set[str] = set()
    over, done, began = False, 0, team.clock()
    for what, name, flag in steps:
        if what == "vote" and _attempt(lambda: team.vote(tx, who[name], request, flag)):  # noqa: B023
            yield "nobody votes on what is over", not over
            yield "only who may agree votes, and once", name in {"lea", "sam"} - lost - agreed
            agreed |= {name} if flag else set()
            over = not flag
        elif what == "execute" and _attempt(lambda: team.execute(tx, request, who[name], SAID if flag else {})):  # noqa: B023
            yield "who asked carries it out, as asked, once", (name, flag, over, done) == ("bob", True, False, 0)
            yield "somebody who is still here agreed", bool(agreed - lost)
            yield "it is carried out within a day", (team.clock() - began).total_seconds() < 24 * 3600
            done += 1
        elif what == "wait":
            team.clock.advance(hours=13)
        elif what == "lose" and name not in lost:
            people.deactivate(tx, team.edges, who[name].id, by="host:test")
            lost.add(name)
        elif what == "cancel" and _attempt(lambda: cancel(tx, team.edges, team.actor(tx, who[name]), request.id)):  # noqa: B023
            yield "only who asked cancels", name == "bob"
            over = True
