"""Who may ask, agree and carry out: nobody who is, or was let in by, the requester, and nobody new or gone."""

import pytest

from seawall.access.approvals import Actor, State, cancel, vote
from seawall.access.approvals.inbox import inbox
from seawall.access.approvals.model import NotEligible, NotEnoughPeople, VotedAlready
from seawall.access.approvals.requests import newest
from seawall.access.people import Edges, Kind, passkeys, people, roles
from seawall.access.people.held_keys import working
from seawall.access.people.links import consume_link, issue_link
from seawall.access.people.proofs import Proof, StepUpNeeded
from seawall.access.rights import NotPermitted, Resource
from seawall.store import Transaction
from tests.access.conftest import Ledger, key_of, person
from tests.access.team import Team
from tests.conftest import FrozenClock


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


def test_a_person_finds_in_their_inbox_what_their_vote_would_count_on(
    tx: Transaction, team: Team, edges: Edges, clock: FrozenClock
) -> None:
    request = team.ask(tx)
    assert [each.id for each in inbox(tx, edges, team.desk, team.lea.id).to_vote] == [request.id]
    assert inbox(tx, edges, team.desk, team.bob.id).to_vote == ()
    clock.advance(hours=24)
    assert inbox(tx, edges, team.desk, team.lea.id).to_vote == ()
