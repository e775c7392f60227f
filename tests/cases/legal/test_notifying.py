"""People are told before anything is given; where something bars it, when that ends, and once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from seawall.access.people import Person
from seawall.cases.legal import Bar, Data, Kind, Tier, notifying
from seawall.cases.legal.errors import BadRequest, NoticeDue, ToldAlready
from seawall.cases.legal.rows import find
from seawall.cases.legal.told import LegalNotice
from seawall.cases.notices import Waiting, given, of_account, waiting
from seawall.store import Transaction
from tests.cases.conftest import THROUGH, Bench, counted
from tests.cases.legal.conftest import ACCOUNT, OTHER, Desk, scope
from tests.conftest import FrozenClock

pytestmark = pytest.mark.usefixtures("used")
Used = Callable[[], object]


def told(tx: Transaction, bench: Bench) -> list[Waiting]:
    return waiting(tx, bench.office, through=THROUGH)


def legal(found: Waiting) -> LegalNotice:
    assert isinstance(found.notice, LegalNotice)
    return found.notice


def test_whoever_is_concerned_is_told_and_has_their_time_before_anything_is_given(
    desk: Desk, bench: Bench, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    found = desk.approved(tx, lea, leo, scope=scope(Data.CONTENT, accounts=(ACCOUNT, OTHER)))
    assert found.noticed_at == clock()
    first, second = told(tx, bench)
    assert {first.account, second.account} == {ACCOUNT, OTHER}
    said = legal(first)
    assert (said.country, said.data, said.late) == ("DE", ("what was written and answered",), False)
    assert (said.what, said.nothing_before) == (
        "A search warrant asks for data of this account.", clock() + timedelta(days=7),
    )  # fmt: skip
    assert "Example Police" not in repr(said)
    with pytest.raises(NoticeDue, match="8 January 2026, 12:00"):
        desk.produced(tx, found, leo)
    clock.advance(days=7)
    assert desk.produced(tx, found, leo)
    assert legal(told(tx, bench)[0]).given_at == clock()
    given(tx, bench.office, first.id, through=THROUGH)
    given(tx, bench.office, first.id, through=THROUGH)
    assert [each.id for each in told(tx, bench)] == [second.id]
    assert [each.id for each in of_account(tx, bench.office, ACCOUNT, through=THROUGH)] == [
        each.id for each in (first, second) if each.account == ACCOUNT
    ]
    assert desk.kinds().count("legal_request.notice_given") == 1


def test_a_barred_notice_waits_for_the_last_bar_and_comes_late_and_once(
    desk: Desk, bench: Bench, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    until = clock() + timedelta(days=30)
    found = desk.approved(tx, lea, leo, nondisclosure=True, nondisclosure_until=until)
    notifying.bar(tx, desk.bureau, found.id, Bar.CHILD_RISK, until + timedelta(days=10), by=lea.id)
    assert desk.produced(tx, found, leo)
    assert (told(tx, bench), find(tx, found.id).noticed_at) == ([], None)
    clock.advance(days=30)
    assert notifying.tell_due(tx, desk.bureau) == 0
    clock.advance(days=10)
    assert notifying.tell_due(tx, desk.bureau) == 1
    (one,) = told(tx, bench)
    said = legal(one)
    assert (said.late, said.nothing_before) == (True, None)
    assert said.next.endswith("We were not allowed to tell you before.")
    clock.advance(days=-20)  # a clock that is put back, behind the bars
    assert notifying.tell_due(tx, desk.bureau) == 0
    assert len(told(tx, bench)) == 1
    assert [each.reason for each in notifying.bars_of(tx, found.id)] == [Bar.ORDER, Bar.CHILD_RISK]
    assert desk.kinds().count("legal_request.notice_laid") == 1


def test_a_bar_that_ends_before_anything_was_given_leaves_people_their_time(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    found = desk.approved(tx, lea, leo, nondisclosure=True, nondisclosure_until=clock() + timedelta(days=1))
    clock.advance(days=1)
    with pytest.raises(NoticeDue, match="not told yet"):
        desk.produced(tx, found, leo)
    notifying.tell_due(tx, desk.bureau)
    with pytest.raises(NoticeDue, match="9 January"):
        desk.produced(tx, found, leo)


def test_an_order_may_have_no_end_and_nothing_else_may(
    desk: Desk, bench: Bench, tx: Transaction, lea: Person, leo: Person, used: Used, clock: FrozenClock
) -> None:
    used()
    found = desk.called(tx, lea)
    for reason, until in (
        (Bar.CHILD_RISK, None), (Bar.EMERGENCY, None), (Bar.CHILD_RISK, clock()), (Bar.ORDER, clock()),
    ):  # fmt: skip
        with pytest.raises(BadRequest):
            notifying.bar(tx, desk.bureau, found.id, reason, until, by=lea.id)
    notifying.bar(tx, desk.bureau, found.id, Bar.ORDER, None, by=lea.id)
    clock.advance(days=3650)
    assert notifying.tell_due(tx, desk.bureau) == 0
    open_ = desk.approved(tx, lea, leo)
    assert len(told(tx, bench)) == 1
    with pytest.raises(ToldAlready):
        notifying.bar(tx, desk.bureau, open_.id, Bar.ORDER, None, by=lea.id)


def test_nobody_is_told_of_a_preservation_or_of_what_was_not_approved(
    desk: Desk, bench: Bench, tx: Transaction, lea: Person, leo: Person, used: Used
) -> None:
    used()
    desk.approved(tx, lea, leo, Kind.PRESERVATION, Tier.NONE)
    desk.called(tx, lea)
    desk.approved(tx, lea, leo, scope=scope(Data.ACCOUNT, accounts=("ac_nobody_here",)))  # type: ignore[arg-type]
    assert notifying.tell_due(tx, desk.bureau) == 0
    assert (told(tx, bench), counted(tx, "cases_notices")) == ([], 0)
