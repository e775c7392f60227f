"""A request: what an agreement binds, that it is used once, and when it ends."""

import msgspec
import pytest

from seawall.access.approvals import Desk, State, cancel, execute, expire, vote
from seawall.access.approvals.model import NotEligible, RequestChanged, RequestClosed, RequestConflicts
from seawall.access.people import Edges
from seawall.access.rights import load
from seawall.store import Transaction
from tests.access.conftest import Ledger
from tests.access.team import DISCLOSE, ITEM, SAID, Team
from tests.conftest import FrozenClock


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
