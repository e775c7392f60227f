"""Acting alone in an emergency: for how long, who is told, who reviews it, and what is counted."""

import pytest

from seawall.access.approvals import Actor, State, break_glass, review
from seawall.access.approvals.glass import Counts, GlassBook, counts, overdue
from seawall.access.approvals.inbox import inbox
from seawall.access.approvals.jobs import jobs
from seawall.access.approvals.model import NotEligible, RequestClosed, VotedAlready
from seawall.access.approvals.requests import newest
from seawall.access.people import Edges
from seawall.access.people.proofs import StepUpNeeded
from seawall.access.rights import NotPermitted, Resource
from seawall.store import Database, Transaction
from seawall.store.jobs import queued
from tests.access.conftest import Ledger
from tests.access.team import DISCLOSE, ITEM, SAID, Team
from tests.conftest import FrozenClock

OTHER = Resource(kind="VaultItem", id="it_2")


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


def test_the_rules_themselves_are_not_changed_by_breaking_glass(tx: Transaction, team: Team, edges: Edges) -> None:
    on = Resource(kind="Rights", id="all")
    with pytest.raises(NotEligible, match="in no emergency"):
        break_glass(tx, edges, team.desk, team.actor(tx, team.bob), "rights.change", on, {}, reason="fire")
