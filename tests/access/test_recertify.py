"""Everything that was given is confirmed by somebody else than its holder, or taken away at the deadline."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from threading import Thread

import pytest

from seawall.access import keys, projects
from seawall.access.people import Edges, Person, people, roles
from seawall.access.people.model import Kind
from seawall.access.recertify import (
    SOURCES,
    Due,
    Item,
    Source,
    Standing,
    begin,
    close_due,
    confirm,
    inbox,
    remind,
    report,
)
from seawall.access.recertify.campaigns import withdraw
from seawall.access.recertify.model import BadDeadline, ItemDecided, NoSuchCampaign, NoSuchItem, NothingDue, NotYours
from seawall.store import Database, Transaction
from tests.access.conftest import Ledger, person
from tests.conftest import FrozenClock


def nobody(_: str) -> bool:
    return False


class Office:
    """An administrator who owns grants, and two who hold them."""

    def __init__(self, tx: Transaction, edges: Edges) -> None:
        self.tx, self.edges = tx, edges
        self.boss = person(tx, edges, "boss", "administrator")
        self.other = person(tx, edges, "other", "administrator")
        self.ada, self.bob = person(tx, edges, "ada"), person(tx, edges, "bob")
        for who in (self.ada, self.bob):
            roles.grant(tx, edges, who.id, "reviewer", by=self.boss.id, review=timedelta(days=20))

    def administers(self, who: str) -> bool:
        return who in (self.boss.id, self.other.id) and people.find(self.tx, who).active

    def begin(self, **given: object) -> tuple[Item, ...]:
        return report(self.tx, begin(self.tx, self.edges, SOURCES, by=self.boss.id, **given).id).items  # type: ignore[arg-type]

    def confirm(self, item: Item, by: Person) -> Item:
        return confirm(self.tx, self.edges, SOURCES, item.id, by=by.id, administers=self.administers)

    def withdraw(self, item: Item, by: Person) -> Item:
        return withdraw(self.tx, self.edges, SOURCES, item.id, by=by.id, administers=self.administers)

    def close(self) -> tuple[Item, ...]:
        (closed,) = close_due(self.tx, self.edges, SOURCES)
        return closed.items

    def holds(self, who: Person) -> set[str]:
        return {grant.role for grant in roles.held(self.tx, who.id)}

    def inbox(self, who: Person) -> list[str]:
        return [item.holder for item in inbox(self.tx, SOURCES, who.id, self.administers)]


@pytest.fixture
def office(tx: Transaction, edges: Edges) -> Office:
    return Office(tx, edges)


def test_what_is_due_is_asked_of_its_owner_and_what_nobody_confirms_is_withdrawn(
    office: Office, clock: FrozenClock, ledger: Ledger
) -> None:
    first, second = office.begin()
    assert (first.holder, first.what, first.owner) == (office.ada.id, "reviewer", office.boss.id)
    assert office.inbox(office.boss) == [office.ada.id, office.bob.id]
    assert office.inbox(office.ada) == []
    done = office.confirm(first, office.boss)
    assert (done.state, done.decided_by) == (Standing.CONFIRMED, office.boss.id)
    clock.advance(days=13, hours=23)
    assert close_due(office.tx, office.edges, SOURCES) == []
    clock.advance(hours=1)
    assert [item.state for item in office.close()] == [Standing.CONFIRMED, Standing.WITHDRAWN]
    assert (office.holds(office.ada), office.holds(office.bob)) == ({"reviewer"}, set())
    assert ledger[-1].kind == "recertification.closed"
    assert ledger[-2].reason_code == "not_confirmed"  # type: ignore[attr-defined]
    assert close_due(office.tx, office.edges, SOURCES) == []
    told = report(office.tx, second.campaign).outcome
    assert (told.open, told.confirmed, told.withdrawn) == (0, 1, 1)


def test_nobody_confirms_what_they_hold_by_whichever_account(office: Office) -> None:
    second_self = person(office.tx, office.edges, "ada2", human=office.ada.id)
    robot = person(office.tx, office.edges, "robot", human=office.ada.id, kind=Kind.SERVICE)
    roles.grant(office.tx, office.edges, robot.id, "reviewer", by=second_self.id, review=timedelta(days=5))
    roles.grant(office.tx, office.edges, office.ada.id, "legal", by=second_self.id, review=timedelta(days=5))
    mine = [item for item in office.begin() if item.holder in (robot.id, office.ada.id)]
    for item in mine:
        for who in (office.ada, second_self, robot):
            with pytest.raises(NotYours):
                office.confirm(item, who)
    asked = {(item.holder, item.what): item.owner for item in mine}
    assert asked[(office.ada.id, "legal")] == "administrators", "who owns what they hold answers for nothing"
    assert asked[(robot.id, "reviewer")] == "administrators"


def test_neither_strangers_nor_administrators_answer_for_an_owner_who_is_there(office: Office) -> None:
    item = office.begin()[0]
    for who in (office.bob, office.other):
        with pytest.raises(NotYours, match=office.boss.id):
            office.confirm(item, who)
        with pytest.raises(NotYours):
            office.withdraw(item, who)
    assert office.withdraw(item, office.ada).state is Standing.WITHDRAWN, "whoever holds it may give it up"
    assert office.holds(office.ada) == set()


def test_a_grant_whose_owner_was_deactivated_goes_to_administrators_at_once(
    office: Office, edges: Edges, clock: FrozenClock
) -> None:
    roles.grant(office.tx, edges, office.ada.id, "legal", by=office.bob.id, review=timedelta(days=150))
    with pytest.raises(NothingDue):
        office.begin(orphans_only=True)
    people.deactivate(office.tx, edges, office.bob.id, by="host:test")
    (item,) = office.begin(orphans_only=True)
    assert (item.what, item.owner, item.orphaned) == ("legal", "administrators", True)
    assert office.inbox(office.other) == [office.ada.id]
    office.confirm(item, office.other)
    with pytest.raises(NothingDue):
        office.begin(orphans_only=True)
    assert next(each.owner for each in roles.held(office.tx, office.ada.id) if each.role == "legal") == office.other.id
    clock.advance(days=14)
    assert [each.state for each in office.close()] == [Standing.CONFIRMED]


def test_what_an_owner_was_asked_goes_to_administrators_when_they_are_deactivated(office: Office) -> None:
    items = office.begin()
    assert office.inbox(office.other) == []
    people.deactivate(office.tx, office.edges, office.boss.id, by="host:test")
    assert office.inbox(office.other) == [office.ada.id, office.bob.id]
    assert office.inbox(office.boss) == []
    assert office.confirm(items[0], office.other).state is Standing.CONFIRMED
    with pytest.raises(NotYours):
        office.confirm(items[1], office.boss)


def test_an_orphaned_grant_that_nobody_confirms_is_withdrawn(office: Office, clock: FrozenClock) -> None:
    roles.grant(office.tx, office.edges, office.ada.id, "legal", by=office.bob.id, review=timedelta(days=150))
    people.deactivate(office.tx, office.edges, office.bob.id, by="host:test")
    office.begin(orphans_only=True)
    clock.advance(days=14)
    assert [item.state for item in office.close()] == [Standing.WITHDRAWN]
    assert office.holds(office.ada) == {"reviewer"}


def test_the_last_administrator_stays_and_the_report_says_so(
    office: Office, edges: Edges, clock: FrozenClock, ledger: Ledger
) -> None:
    clock.advance(days=170)
    items = office.begin()
    assert {item.what for item in items} == {"administrator", "reviewer"}
    clock.advance(days=14)
    states = [item.state for item in office.close() if item.what == "administrator"]
    assert sorted(states) == [Standing.KEPT, Standing.WITHDRAWN]
    assert ledger[-1].kept == 1  # type: ignore[attr-defined]
    assert len(office.holds(office.boss) | office.holds(office.other)) == 1


def test_a_decision_is_made_once_and_in_time(office: Office, clock: FrozenClock, ledger: Ledger) -> None:
    first, second = office.begin()
    office.confirm(first, office.boss)
    with pytest.raises(ItemDecided, match="confirmed"):
        office.withdraw(first, office.boss)
    clock.advance(days=14)
    before = list(ledger)
    with pytest.raises(ItemDecided, match="deadline"):
        office.confirm(second, office.boss)
    with pytest.raises(NoSuchItem):
        confirm(office.tx, office.edges, SOURCES, "ci_1", by=office.boss.id, administers=nobody)
    with pytest.raises(NoSuchCampaign):
        report(office.tx, "ca_1")
    assert list(ledger) == before


def test_what_ended_or_was_confirmed_another_way_meanwhile_is_left_alone(office: Office, clock: FrozenClock) -> None:
    office.begin()
    roles.withdraw(office.tx, office.edges, office.ada.id, "reviewer", by=office.boss.id)
    # Given anew meanwhile: another grant, which nobody asked about.
    roles.grant(office.tx, office.edges, office.ada.id, "reviewer", by=office.boss.id)
    roles.confirm(office.tx, office.edges, office.bob.id, "reviewer", by=office.boss.id)
    clock.advance(days=14)
    assert [item.state for item in office.close()] == [Standing.GONE, Standing.CONFIRMED]
    assert office.holds(office.ada) == office.holds(office.bob) == {"reviewer"}


def test_two_campaigns_do_not_ask_the_same(office: Office) -> None:
    office.begin()
    with pytest.raises(NothingDue):
        office.begin()
    with pytest.raises(BadDeadline):
        office.begin(within=timedelta(0))


def test_reminders_are_records_one_a_person_every_three_days(
    office: Office, clock: FrozenClock, ledger: Ledger
) -> None:
    items = office.begin()
    assert remind(office.tx, office.edges) == 1
    told = ledger[-1]
    assert (told.kind, told.owner, told.items) == ("recertification.reminded", office.boss.id, 2)  # type: ignore[attr-defined]
    clock.advance(days=2)
    assert remind(office.tx, office.edges) == 0
    office.confirm(items[0], office.boss)
    clock.advance(days=1)
    assert remind(office.tx, office.edges) == 1
    assert ledger[-1].items == 1  # type: ignore[attr-defined]


def test_keys_are_confirmed_by_who_made_them_or_revoked(office: Office, clock: FrozenClock, ledger: Ledger) -> None:
    projects.create(office.tx, "demo", by=office.boss.id, record=ledger, clock=clock)
    made = [keys.create_key(office.tx, "demo", name, by=office.boss.id, record=ledger, clock=clock)[0] for name in "ab"]
    clock.advance(days=160)
    items = [item for item in office.begin(ahead=timedelta(days=30)) if item.source == "key"]
    assert [(item.thing, item.owner) for item in items] == [(made[0], office.boss.id), (made[1], office.boss.id)]
    office.confirm(items[0], office.boss)
    assert ledger.kinds[-1] == "key.confirmed"
    clock.advance(days=14)
    office.close()
    assert [key.key for key in keys.list_keys(office.tx, "demo") if key.revoked_at is None] == [made[0]]


class Badges:
    """A source of another room: whatever can be given."""

    name = "badge"

    def __init__(self, holder: str, owner: str, at: datetime) -> None:
        self.held = {"badge-1": Due(thing="badge-1", holder=holder, what="door", owner=owner, review_at=at)}

    def given(self, tx: Transaction, until: datetime | None) -> Sequence[Due]:
        return [each for each in self.held.values() if until is None or each.review_at <= until]

    def find(self, tx: Transaction, thing: str) -> Due | None:
        return self.held.get(thing)

    def confirm(self, tx: Transaction, edges: Edges, thing: str, *, by: str, review: timedelta) -> None:
        raise AssertionError("nobody confirmed it")

    def withdraw(self, tx: Transaction, edges: Edges, thing: str, *, by: str, reason_code: str) -> None:
        del self.held[thing]

    def indispensable(self, tx: Transaction, thing: str) -> bool:
        return False


def test_another_room_joins_by_the_same_protocol(office: Office, clock: FrozenClock) -> None:
    badges: Source = Badges(office.ada.id, office.boss.id, clock() + timedelta(days=1))
    begin(office.tx, office.edges, (badges,), by=office.boss.id)
    assert [item.what for item in inbox(office.tx, (badges,), office.boss.id, nobody)] == ["door"]
    clock.advance(days=14)
    (closed,) = close_due(office.tx, office.edges, (badges,))
    assert closed.outcome.withdrawn == 1
    assert badges.find(office.tx, "badge-1") is None


def test_a_confirmation_at_the_last_moment_and_the_deadline_follow_each_other(
    database: Database, edges: Edges, clock: FrozenClock
) -> None:
    with database.begin() as tx:
        office = Office(tx, edges)
        item = office.begin()[0]
    with database.begin() as tx:
        confirm(tx, edges, SOURCES, item.id, by=office.boss.id, administers=nobody)
        clock.advance(days=14)
        closed: list[object] = []

        def close() -> None:
            with database.begin() as other:
                closed.extend(close_due(other, edges, SOURCES))

        closing = Thread(target=close)
        closing.start()
    closing.join(30)
    with database.begin() as tx:
        states = [each.state for each in report(tx, item.campaign).items]
        assert states == [Standing.CONFIRMED, Standing.WITHDRAWN]
        assert {grant.role for grant in roles.held(tx, office.ada.id)} == {"reviewer"}
