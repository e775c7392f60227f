"""What waits for whom, and the daily record of it, in numbers."""

from datetime import timedelta

import pytest

from seawall.access import privacy
from seawall.access.approvals import break_glass
from seawall.access.people import Edges, Kind, Person, people, roles
from seawall.access.privacy import Whose, Wish
from seawall.access.recertify import SOURCES, begin
from seawall.access.rights import Resource
from seawall.access.waiting import Waiting, reminding, waiting
from seawall.access.waiting import remind as remind_all
from seawall.store import Transaction
from seawall.vocabulary.records.people import PersonReminded
from tests.access.conftest import Ledger, person
from tests.access.team import ITEM, SAID, Team
from tests.conftest import FrozenClock

ACCOUNT = "ac_00000000000000000000000000"


@pytest.fixture
def team(tx: Transaction, edges: Edges, clock: FrozenClock) -> Team:
    return Team(tx, edges, clock)


def of(tx: Transaction, edges: Edges, team: Team, who: Person) -> Waiting:
    return waiting(tx, edges, team.desk, people.find(tx, who.id))


def counts(tx: Transaction, edges: Edges, team: Team, who: Person) -> dict[str, int]:
    """Return what waits, without what does not."""
    return {name: number for name, number in of(tx, edges, team, who).counts.items() if number}


def test_votes_approvals_and_alarms_wait_for_whom_they_concern(tx: Transaction, edges: Edges, team: Team) -> None:
    request = team.ask(tx)
    assert counts(tx, edges, team, team.lea) == {"to_vote": 1}
    assert counts(tx, edges, team, team.bob) == {}
    team.vote(tx, team.lea, request)
    assert counts(tx, edges, team, team.lea) == {}
    assert counts(tx, edges, team, team.bob) == {"approved": 1}
    other = Resource(kind="VaultItem", id="it_2")
    break_glass(tx, edges, team.desk, team.actor(tx, team.bob), "vault.disclose", other, SAID, reason="fire")
    assert counts(tx, edges, team, team.sam) == {"alarms": 1}
    assert ITEM.id != other.id


def test_grants_wait_for_their_owner_before_they_are_due_and_once(
    tx: Transaction, edges: Edges, team: Team, clock: FrozenClock
) -> None:
    owner, holder = person(tx, edges, "owner"), person(tx, edges, "holder")
    roles.grant(tx, edges, holder.id, "reviewer", by=owner.id, review=timedelta(days=30))
    roles.grant(tx, edges, owner.id, "auditor", by=owner.id, review=timedelta(days=1))
    clock.advance(days=15, hours=23)
    assert counts(tx, edges, team, owner) == {}
    clock.advance(hours=1)
    (grant,) = of(tx, edges, team, owner).grants
    assert (grant.person, grant.role) == (holder.id, "reviewer")
    begin(tx, edges, SOURCES, by="host:test")
    assert counts(tx, edges, team, owner) == {"items": 1}


def test_what_is_asked_of_administrators_waits_for_them(tx: Transaction, edges: Edges, team: Team) -> None:
    boss, holder = person(tx, edges, "boss", "administrator"), person(tx, edges, "holder")
    roles.grant(tx, edges, holder.id, "reviewer", by="host:test", review=timedelta(days=1))
    begin(tx, edges, SOURCES, by="host:test")
    assert counts(tx, edges, team, boss) == {"items": 1}
    assert counts(tx, edges, team, team.lea) == {}


def test_privacy_requests_wait_for_whoever_may_answer_a_week_before_they_are_due(
    tx: Transaction, edges: Edges, team: Team, clock: FrozenClock
) -> None:
    made = privacy.take(tx, edges, Wish.EXPORT, Whose.ACCOUNT, [ACCOUNT], by="host:a")
    eve = person(tx, edges, "eve", "evaluator")
    clock.advance(days=22)
    assert counts(tx, edges, team, team.lea) == {}
    clock.advance(days=1)
    assert [each.id for each in of(tx, edges, team, team.lea).privacy] == [made.id]
    assert counts(tx, edges, team, eve) == {}
    privacy.refuse(tx, edges, made.id, reason_code="not_who_they_say", by="host:a")
    assert counts(tx, edges, team, team.lea) == {}


def test_a_reminder_is_a_record_of_numbers_for_each_for_whom_something_waits(
    tx: Transaction, edges: Edges, team: Team, ledger: Ledger
) -> None:
    people.add(tx, edges, people.Profile(name="robot"), by="host:test", kind=Kind.SERVICE, human=team.lea.id)
    team.ask(tx)
    assert remind_all(tx, edges, team.desk) == 2
    made = [each for each in ledger if isinstance(each, PersonReminded)]
    assert [each.person for each in made] == sorted((team.lea.id, team.sam.id))
    assert all((each.to_vote, each.alarms, each.items) == (1, 0, 0) for each in made)
    people.deactivate(tx, edges, team.sam.id, by="host:test")
    assert remind_all(tx, edges, team.desk) == 1


def test_nothing_is_recorded_where_nothing_waits(tx: Transaction, edges: Edges, team: Team, ledger: Ledger) -> None:
    assert remind_all(tx, edges, team.desk) == 0
    assert "person.reminded" not in ledger.kinds


def test_the_reminder_runs_once_a_day() -> None:
    job = reminding(lambda: None)
    assert (job.name, job.every) == ("access.remind", "0 6 * * *")
