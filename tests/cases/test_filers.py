"""Abuse of flags, reports and appeals: counted, warned of, then not heard for a while, and taken back."""

import msgspec
import pytest
from sqlalchemy import select

from seawall.access.people import Person
from seawall.cases import Case, appeals, deciding, filers, flags, reports
from seawall.cases.errors import BadRuling, FilingSuspended, NoSuchFilerAct
from seawall.cases.filers import Files, What
from seawall.cases.flags import Wrong
from seawall.cases.notices import waiting
from seawall.cases.office import Abuse
from seawall.cases.reports import About, Report
from seawall.cases.rows import find
from seawall.cases.tables import filings
from seawall.store import Transaction
from tests.cases.conftest import ACCOUNT, THROUGH, Bench

ABUSE = Abuse(at_least=2)


@pytest.fixture
def bench(bench: Bench) -> Bench:
    bench.office = msgspec.structs.replace(bench.office, abuse=ABUSE)
    return bench


def flag(tx: Transaction, bench: Bench) -> Case:
    return flags.flag(tx, bench.office, bench.exchange().exchange, Wrong.OTHER, None, through=THROUGH)


def settled(tx: Transaction, bench: Bench, by: Person, *marks: bool) -> None:
    for mark in marks:
        bench.decides(tx, flag(tx, bench), by, "nothing", unfounded=mark)


def test_a_warning_comes_first_and_what_was_filed_before_it_never_suspends(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    waits = [flag(tx, bench) for _ in range(4)]
    for each in waits:
        bench.decides(tx, each, ada, "nothing", unfounded=True)
    (act,) = filers.every(tx)
    assert (act.what, act.settled, act.unfounded, act.filer) == (What.WARNED, 2, 2, ACCOUNT)
    bench.clock.advance(seconds=1)
    settled(tx, bench, ada, True)
    assert [each.what for each in filers.every(tx)] == [What.SUSPENDED, What.WARNED]
    assert bench.ledger.kinds.count("filer.warned") == bench.ledger.kinds.count("filer.suspended") == 1
    told = [each.notice.what for each in waiting(tx, bench.office, through=THROUGH)]
    assert told[0].endswith("This is a warning.")
    assert told[1].startswith("Your flags and reports are not processed")


def test_who_is_suspended_is_not_heard_until_it_is_over(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    settled(tx, bench, ada, True, True)
    bench.clock.advance(seconds=1)
    settled(tx, bench, ada, True)
    with pytest.raises(FilingSuspended, match="until 31 January 2026"):
        flag(tx, bench)
    # Appeals are counted apart: somebody who flags too much can still appeal.
    found = bench.exchange()
    appeals.file(tx, bench.office, found.decisions[0], "No.", through=THROUGH, exchange=found.exchange)
    bench.clock.advance(days=30)
    assert flag(tx, bench).account == ACCOUNT


def test_what_is_well_founded_keeps_anybody_from_being_warned(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    settled(tx, bench, ada, False, False, True)
    assert filers.every(tx) == []


def test_a_suspension_is_taken_back_by_people_with_a_reason_and_a_record(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    settled(tx, bench, ada, True, True)
    bench.clock.advance(seconds=1)
    settled(tx, bench, ada, True)
    suspended = filers.every(tx)[0]
    lifted = filers.lift(tx, bench.office, suspended.id, reason_code="wrong_mark", by="pe_eve")
    assert lifted.lifted_by == "pe_eve"
    assert bench.ledger.kinds[-1] == "filer.restored"
    assert flag(tx, bench)
    with pytest.raises(NoSuchFilerAct):
        filers.lift(tx, bench.office, suspended.id, reason_code="wrong_mark", by="pe_eve")


def test_marks_that_are_taken_back_end_a_suspension(tx: Transaction, bench: Bench) -> None:
    ada, eve = bench.person(tx, "ada"), bench.person(tx, "eve", "senior_reviewer")
    settled(tx, bench, ada, True, True)
    bench.clock.advance(seconds=1)
    last = [flag(tx, bench) for _ in range(2)]
    bench.decides(tx, last[0], ada, "nothing", unfounded=True)
    assert filers.every(tx)[0].what is What.SUSPENDED
    bench.decides(tx, last[1], ada, "nothing")
    for each in (*_flagged(tx)[:2], last[0].id):
        deciding.reopen(tx, bench.office, each, reason_code="looked_again", by=eve.id)
        bench.decides(tx, find(tx, each), eve, "nothing")
    assert filers.every(tx)[0].lifted_by == "seawall"
    assert flag(tx, bench)


def _flagged(tx: Transaction) -> list[str]:
    return list(tx.scalars(select(filings.c.case).order_by(filings.c.case)))


def test_who_leaves_an_address_is_known_by_its_digest_alone(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    given = Report(about=About.OTHER, place="There.", words="It is.", contact="Somebody@Example.org")
    for _ in range(2):
        case, _ = reports.report(tx, bench.office, given)
        bench.decides(tx, case, ada, "nothing", unfounded=True)
    bench.clock.advance(seconds=1)
    case, _ = reports.report(tx, bench.office, given)
    bench.decides(tx, case, ada, "nothing", unfounded=True)
    assert all(each.filer.startswith("contact:") and "example" not in each.filer for each in filers.every(tx))
    with pytest.raises(FilingSuspended):
        reports.report(tx, bench.office, msgspec.structs.replace(given, contact="somebody@example.org"))
    # Without an address nobody is known, so nobody is counted.
    assert reports.report(tx, bench.office, msgspec.structs.replace(given, contact=""))
    filers.require_heard(tx, bench.office, "ac_other", Files.NOTICES)


def test_only_what_was_filed_and_rejected_can_be_marked(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    for case, outcome in ((bench.case(tx), "nothing"), (flag(tx, bench), "warn")):
        with pytest.raises(BadRuling):
            bench.decides(tx, case, ada, outcome, unfounded=True)
