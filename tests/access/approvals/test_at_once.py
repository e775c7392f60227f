"""Two-party control when many act at once, and in whatever order."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.access.approvals import State, cancel
from seawall.access.approvals.requests import newest
from seawall.access.people import Edges, Person, people
from seawall.store import Database, Transaction
from tests.access.team import SAID, Team, let_through
from tests.conftest import FrozenClock


def test_of_many_executions_at_once_one_is_done(database: Database, edges: Edges, clock: FrozenClock) -> None:
    with database.begin() as tx:
        team = Team(tx, edges, clock)
        request = team.ask(tx)
        team.vote(tx, team.lea, request)

    def run() -> None:
        with database.begin() as tx:
            team.execute(tx, request)

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(lambda _: let_through(run), range(4))) == [False, False, False, True]


def test_votes_at_once_follow_each_other(database: Database, edges: Edges, clock: FrozenClock) -> None:
    with database.begin() as tx:
        team = Team(tx, edges, clock)
        request = team.ask(tx)

    def run(who: Person, approves: bool) -> None:
        with database.begin() as tx:
            team.vote(tx, who, request, approves)

    with ThreadPoolExecutor(4) as pool:
        voters = [(team.lea, True), (team.lea, True), (team.sam, False), (team.lea, False)]
        assert sum(pool.map(lambda pair: let_through(lambda: run(*pair)), voters)) == 1
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


AGREED = st.tuples(st.just("vote"), st.sampled_from(["lea", "sam"]), st.just(True))
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


# What fails is shown with its arguments, and one of them is long.
@pytest.mark.filterwarnings("ignore::hypothesis.errors.HypothesisWarning")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(AGREED, max_size=1), steps=STEPS)
def test_whatever_happens_nothing_is_done_that_was_not_agreed_to(
    tx: Transaction,
    edges: Edges,
    clock: FrozenClock,
    first: list[tuple[str, str, bool]],
    steps: list[tuple[str, str, bool]],
) -> None:
    # Half of the runs begin agreed to: what follows then is what must not go wrong.
    with tx.begin_nested() as whole:
        for what, holds in _played(tx, Team(tx, edges, clock), [*first, *steps]):
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
        if what == "vote" and let_through(lambda: team.vote(tx, who[name], request, flag)):  # noqa: B023
            yield "nobody votes on what is over", not over
            yield "only who may agree votes, and once", name in {"lea", "sam"} - lost - agreed
            agreed |= {name} if flag else set()
            over = not flag
        elif what == "execute" and let_through(lambda: team.execute(tx, request, who[name], SAID if flag else {})):  # noqa: B023
            yield "who asked carries it out, as asked, once", (name, flag, over, done) == ("bob", True, False, 0)
            yield "somebody who is still here agreed", bool(agreed - lost)
            yield "it is carried out within a day", (team.clock() - began).total_seconds() < 24 * 3600
            done += 1
        elif what == "wait":
            team.clock.advance(hours=13)
        elif what == "lose" and name not in lost:
            people.deactivate(tx, team.edges, who[name].id, by="host:test")
            lost.add(name)
        elif what == "cancel" and let_through(lambda: cancel(tx, team.edges, team.actor(tx, who[name]), request.id)):  # noqa: B023
            yield "only who asked cancels", name == "bob"
            over = True
