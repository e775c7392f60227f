"""Letters to staff: what they chose, once, to whoever may settle cases; how much of what and a link, nothing else."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from seawall.access.approvals import Desk
from seawall.access.people import Person, people, roles
from seawall.access.privacy import Subject, Whose
from seawall.cases import Case, appeals, claims, working
from seawall.cases.contacts import BadLanguage
from seawall.cases.errors import NoSuchQueue
from seawall.cases.mailing import forget_mailed, mail_staff
from seawall.cases.privacy import CasesHolder
from seawall.cases.wishes import Pace, Wishes, wish, wishes
from seawall.cases.writing import composer
from seawall.outbox.kinds import STAFF_TOLD, Channel, Delivery, Event, State
from seawall.outbox.tables import deliveries, events
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from tests.access.team import Team
from tests.cases.conftest import ACCOUNT, THROUGH, Bench, counted
from tests.conftest import FrozenClock

EVERYTHING = Wishes(came=True, late=True, votes=True, appeals=True, pace=Pace.AT_ONCE)


def mails(tx: Transaction, bench: Bench, pace: Pace = Pace.AT_ONCE) -> list[dict[str, int]]:
    """Run the job twice, and return what the letters count that it laid."""
    before = counted(tx, "outbox_events")
    bench.clock.advance(minutes=2)
    desk = Desk(rights=bench.office.rights)
    mail_staff(tx, bench.office, desk, pace)
    assert mail_staff(tx, bench.office, desk, pace) == 0
    told = list(tx.scalars(select(events.c.body).where(events.c.kind == STAFF_TOLD).order_by(events.c.id)))
    return [{name: count for name, count in each["counts"].items() if count} for each in told[before:]]


def asks(tx: Transaction, bench: Bench, who: Person, **changed: Any) -> None:
    wish(tx, bench.office, who.id, msgspec.structs.replace(EVERYTHING, **changed))


def queue_of(tx: Transaction, bench: Bench) -> tuple[Case, str]:
    """Return a case, and another queue than its own."""
    case = bench.case(tx)
    return case, next(each for each in bench.office.rules.queues if each != case.queue)


def test_what_comes_into_a_queue_is_told_once_to_whoever_asked(tx: Transaction, bench: Bench) -> None:
    ada, _ = bench.person(tx, "ada"), bench.person(tx, "eve")
    bench.case(tx)
    asks(tx, bench, ada)
    assert mails(tx, bench) == []
    case, other = queue_of(tx, bench)
    bench.case(tx)
    assert mails(tx, bench) == [{"came": 2}]
    claims.claim(tx, bench.office, case.id, by=ada.id)
    working.move(tx, bench.office, case.id, other, reason_code="for_others", by=ada.id)
    assert mails(tx, bench) == [{"came": 1}]
    asks(tx, bench, ada, queues=(case.queue,))
    working_case = bench.case(tx)
    claims.claim(tx, bench.office, working_case.id, by=ada.id)
    working.move(tx, bench.office, working_case.id, other, reason_code="for_others", by=ada.id)
    assert mails(tx, bench) == []


def test_what_is_nearly_late_and_what_is_to_be_answered_is_told_once(
    tx: Transaction, bench: Bench, clock: FrozenClock
) -> None:
    ada, eve = bench.person(tx, "ada"), bench.person(tx, "eve", "senior_reviewer")
    asks(tx, bench, ada, came=False)
    case = bench.case(tx)
    clock.now = case.due_at - timedelta(hours=3)
    assert mails(tx, bench) == []
    clock.now = case.due_at - timedelta(hours=2)
    assert mails(tx, bench) == [{"late": 1}]
    done = bench.decides(tx, bench.case(tx), eve, "warn")
    appeal = appeals.file(tx, bench.office, done.decision or "", "Words of a person.", through=THROUGH)
    clock.now = appeal.due_at - timedelta(hours=23)
    told = mails(tx, bench)
    assert [each["appeals"] for each in told] == [1]


def test_of_child_safety_and_of_what_names_its_readers_nothing_is_mailed(tx: Transaction, bench: Bench) -> None:
    cas, eve = bench.person(tx, "cas", "child_safety_reviewer"), bench.person(tx, "eve", "senior_reviewer")
    for each in (cas, eve):
        asks(tx, bench, each)
    sealed = bench.case(tx, Category.CHILD_SEXUAL_EXPLOITATION)
    hidden = bench.case(tx)
    working.change_readers(tx, bench.office, hidden.id, [eve.id], by=eve.id)
    assert mails(tx, bench) == []
    bench.clock.now = max(sealed.due_at, hidden.due_at)
    assert mails(tx, bench) == []


def test_whoever_lost_the_right_or_left_is_told_nothing(tx: Transaction, bench: Bench) -> None:
    ada, eve = bench.person(tx, "ada"), bench.person(tx, "eve")
    for each in (ada, eve):
        asks(tx, bench, each)
    roles.withdraw(tx, bench.edges, ada.id, "reviewer", by="host:test")
    people.deactivate(tx, bench.edges, eve.id, by="host:test")
    bench.case(tx)
    assert mails(tx, bench) == []


def test_who_asked_for_the_morning_is_told_together(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    asks(tx, bench, ada, pace=Pace.DAILY)
    for _ in range(3):
        bench.case(tx)
    assert mails(tx, bench) == []
    assert mails(tx, bench, Pace.DAILY) == [{"came": 3}]


def test_a_letter_holds_numbers_and_links_alone_in_the_language_that_was_chosen(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    asks(tx, bench, ada, language="de")
    case = bench.case(tx)
    assert mails(tx, bench) == [{"came": 1}]
    row = tx.execute(select(deliveries)).mappings().one()
    event = Event(**{name: tx.execute(select(events)).mappings().one()[name] for name in Event.__struct_fields__})
    found = msgspec.convert({name: row[name] for name in Delivery.__struct_fields__}, Delivery)
    assert (found.channel, found.address, found.state) == (Channel.EMAIL, ada.id, State.WAITING)
    letter = composer(bench.office, "https://seawall.example")(tx, found, event, "ada@people.test")
    assert letter.subject == "Etwas wartet auf Sie"
    assert "https://seawall.example/console/cases" in letter.text
    assert "https://seawall.example/console/profile/mail" in letter.text
    for private in (case.id, ACCOUNT, "ada", case.exchange, case.queue):
        assert str(private) not in letter.text


def test_wishes_are_checked_kept_given_to_whoever_asks_and_go_with_the_person(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    with pytest.raises(NoSuchQueue):
        asks(tx, bench, ada, queues=("nowhere",))
    with pytest.raises(BadLanguage):
        asks(tx, bench, ada, language="tlh")
    assert wishes(tx, ada.id) == Wishes()
    asks(tx, bench, ada)
    assert wishes(tx, ada.id) == EVERYTHING
    case = bench.case(tx)
    bench.clock.now = case.due_at
    mails(tx, bench)
    subject, holder = Subject(Whose.PERSON, ada.id), CasesHolder()
    assert [each["line"] for each in holder.holds(tx, subject)] == ["mail"]
    forget_mailed(tx, bench.clock() + timedelta(days=401))
    assert counted(tx, "cases_mailed") == 0
    assert holder.erase(tx, subject, by="t").count == 1
    assert counted(tx, "cases_mail_wishes") == 0


def test_a_request_that_waits_for_a_vote_is_told_once_to_whose_vote_would_count(
    tx: Transaction, bench: Bench, clock: FrozenClock
) -> None:
    team = Team(tx, bench.edges, clock)
    for each in (team.bob, team.lea):
        asks(tx, bench, each)
    team.ask(tx)
    assert mails(tx, bench) == [{"votes": 1}]
    about = tx.execute(select(events.c.about)).scalar_one()
    assert about == team.lea.id
