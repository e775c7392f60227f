"""Looking for records is a record: one for all pages of a search, and nothing in it but identifiers."""

from datetime import UTC, datetime
from threading import Thread

import pytest

from seawall.audit.entry import Entry
from seawall.audit.looking import ONE_SEARCH, look
from seawall.audit.search import Filter
from seawall.audit.stated import stated
from seawall.store import Transaction
from seawall.vocabulary.records import Record
from tests.audit.conftest import ADA, BOB, KEY, Log, some
from tests.conftest import FrozenClock


def looked(log: Log, wanted: Filter, by: str = ADA, **given: int) -> list[Entry]:
    with log.database.begin() as tx:
        return look(tx, wanted, by=by, record=log.record, clock=log.clock, **given)


def searches(log: Log) -> list[Entry]:
    log.sequencer.step()
    return log.found(kinds=("audit.searched",))


def test_a_search_says_who_looked_for_what(log: Log) -> None:
    log.write(*some())
    since = datetime(2026, 1, 1, tzinfo=UTC)
    looked(log, Filter(kinds=("key.*", "role.granted"), actor=BOB, subject=KEY, since=since))
    (entry,) = searches(log)
    assert entry.fields == {
        "by": ADA, "kinds": ["key.*", "role.granted"], "actor": BOB, "subject": KEY, "since": since.isoformat(),
        "until": "",
    }  # fmt: skip
    assert all("digest" in entry.body[name] for name in ("by", "actor", "subject"))
    assert entry.actor == ADA


def test_the_pages_of_a_search_are_one_record_from_whichever_end(log: Log, clock: FrozenClock) -> None:
    log.write(*some(2))
    wanted, after = Filter(kinds=("key.*",)), -1
    while found := looked(log, wanted, after=after, limit=1):
        after = found[-1].index
        clock.advance(seconds=10)
    looked(log, wanted, before=2**62, limit=2)
    looked(log, wanted, after=after + 1)
    assert len(searches(log)) == 1


def test_another_filter_another_person_and_another_hour_are_others(log: Log, clock: FrozenClock) -> None:
    for wanted in (Filter(), Filter(actor=ADA), Filter(subject=ADA), Filter(kinds=("key.*",))):
        looked(log, wanted, after=5)
    looked(log, Filter(), BOB)
    assert len(searches(log)) == 5
    clock.advance(minutes=14, seconds=59)
    looked(log, Filter())
    assert len(searches(log)) == 5
    clock.advance(seconds=1)
    looked(log, Filter())
    assert len(searches(log)) == 6
    with log.database.begin() as tx:
        assert tx.exec_driver_sql("SELECT count(*) FROM audit_searches").scalar_one() == 1
    assert ONE_SEARCH.total_seconds() == 900


def test_of_two_at_once_one_writes_the_record(log: Log) -> None:
    threads = [Thread(target=looked, args=(log, Filter())) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(searches(log)) == 1


def test_a_search_that_fails_leaves_nothing(log: Log) -> None:
    def refuse(tx: Transaction, body: Record) -> object:
        raise RuntimeError

    with pytest.raises(RuntimeError), log.database.begin() as tx:
        look(tx, Filter(), by=ADA, record=refuse, clock=log.clock)
    assert searches(log) == []
    looked(log, Filter())
    assert len(searches(log)) == 1


@pytest.mark.parametrize(
    "typed", ["ada@people.test", "Ada Example", "pe_x", "host:root user", "x" * 200, "\ud800", "-"]
)
def test_what_is_no_identifier_stays_out_of_the_ledger(typed: str) -> None:
    told = stated(Filter(kinds=(typed, f"{typed}.*"), actor=typed, subject=typed))
    assert (told.kinds, told.actor, told.subject) == (("other", "other"), "other", "other")


@pytest.mark.parametrize("named", ["", ADA, KEY, "host:root", "directory:di_x", "seawall", "nobody"])
def test_what_names_somebody_or_something_is_told(named: str) -> None:
    assert (stated(Filter(actor=named)).actor, stated(Filter(subject=named)).subject) == (named, named)
