"""An investigation is its readers' alone, and everything done in it is a step of its trail and a record."""

from collections.abc import Callable
from typing import Any

import pytest

from seawall.access.people import Person
from seawall.access.rights.rights import NotPermitted
from seawall.enforce.errors import BadReasonCode
from seawall.investigations import Desk, How, Investigation, looking, opening, searching
from seawall.investigations.errors import (
    BadReaders,
    BadWords,
    InvestigationClosed,
    InvestigationOpen,
    NoSuchInvestigation,
    NotRetained,
)
from seawall.investigations.permits import Step, permit
from seawall.investigations.rows import find, trail_of
from seawall.investigations.scanning import scan
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from tests.investigations.conftest import Traffic, found

PATTERN = "the private words of a pattern"
Act = Callable[[Transaction, Desk, str, str], Any]
ACTS: dict[str, Act] = {
    "search": lambda tx, desk, it, by: searching.search(
        tx, desk, it, searching.Wanted(how=How.CATEGORY, value="hate"), by=by
    ),
    "look": lambda tx, desk, it, by: looking.look(tx, desk, it, "ex_1", by=by),
    "pin": lambda tx, desk, it, by: opening.pin(tx, desk, it, "exchange", "ex_1", by=by),
    "note": lambda tx, desk, it, by: opening.note(tx, desk, it, "A note.", by=by),
    "readers": lambda tx, desk, it, by: opening.change_readers(tx, desk, it, None, by=by),
    "close": lambda tx, desk, it, by: opening.close(tx, desk, it, reason_code="done", by=by),
    "reopen": lambda tx, desk, it, by: opening.reopen(tx, desk, it, reason_code="new_facts", by=by),
    "results": lambda tx, desk, it, by: searching.results(tx, desk, it, "srch_1", by=by),
    "words": lambda tx, desk, it, by: looking.typed(tx, desk, it, by=by),
    "read": lambda tx, desk, it, by: permit(tx, desk, find(tx, it), Step.READ, by),
}


def test_whoever_is_not_among_the_readers_learns_nothing(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    ben, before = traffic.person("Ben"), len(traffic.ledger)
    for act in ACTS.values():
        with traffic.database.begin() as tx, pytest.raises(NoSuchInvestigation):
            act(tx, traffic.desk, inquiry.id, ben.id)
    with traffic.database.begin() as tx:
        assert opening.every(tx, reader=ben.id) == []
        assert [each.id for each in opening.every(tx, reader=ada.id)] == [inquiry.id]
    assert len([each for each in traffic.ledger[before:] if each.kind.startswith("investigation.")]) == 0


def test_a_reader_without_the_right_reads_alone(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    lea = traffic.person("Lea", "legal")
    with traffic.database.begin() as tx:
        opening.change_readers(tx, traffic.desk, inquiry.id, [lea.id], by=ada.id)
    with traffic.database.begin() as tx:
        assert looking.typed(tx, traffic.desk, inquiry.id, by=lea.id)[0] == "One pattern"
    for act in ("search", "look", "pin", "note", "readers", "close", "reopen"):
        with traffic.database.begin() as tx, pytest.raises(NotPermitted):
            ACTS[act](tx, traffic.desk, inquiry.id, lea.id)


def test_every_step_is_in_the_trail_and_on_record(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    one = traffic.exchange(f"I say {PATTERN}.", found(Category.HATE))
    traffic.index()
    scanned = traffic.search(inquiry, ada, How.TEXT, typed=PATTERN)
    scan(traffic.database, traffic.desk, scanned.id)
    traffic.search(inquiry, ada, How.CATEGORY, "hate")
    with traffic.database.begin() as tx:
        desk, by = traffic.desk, ada.id
        opening.pin(tx, desk, inquiry.id, "exchange", one, by=by)
        opening.pin(tx, desk, inquiry.id, "exchange", one, by=by)
        opening.pin(tx, desk, inquiry.id, "account", "ac_1", by=by)
        opening.unpin(tx, desk, inquiry.id, "account", "ac_1", by=by)
        seen = looking.look(tx, desk, inquiry.id, one, by=by)
        opening.note(tx, desk, inquiry.id, "Looks alike.", by=by)
        opening.change_readers(tx, desk, inquiry.id, [], by=by)
        opening.close(tx, desk, inquiry.id, reason_code="done", by=by)
        opening.reopen(tx, desk, inquiry.id, reason_code="new_facts", by=by)
        trail = trail_of(tx, inquiry.id)
        notes = looking.typed(tx, desk, inquiry.id, by=by)[1]
    assert [each.text for each in seen.texts] == [f"I say {PATTERN}.", "Hello."]
    steps = ["opened", "searched", "search_finished", "searched", "pinned", "pinned", "unpinned", "viewed", "noted",
             "readers_changed", "closed", "reopened"]  # fmt: skip
    assert [each.what for each in trail][::-1] == steps
    assert traffic.kinds("investigation.") == [f"investigation.{each}" for each in steps]
    assert list(notes.values()) == ["Looks alike."]
    assert {each.by for each in trail} == {ada.id}
    told = {each.what: each.told for each in trail}
    assert (told["search_finished"]["hits"], told["searched"]["hits"]) == (1, None)


def test_what_was_looked_for_is_in_no_record_and_no_row(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    made = traffic.search(inquiry, ada, How.TEXT, typed=PATTERN)
    record = next(each for each in traffic.ledger if each.kind == "investigation.searched")
    assert PATTERN not in str(traffic.ledger)
    assert (record.hits, len(record.digest)) == (None, 64)  # type: ignore[attr-defined]
    assert {"by", "digest", "value", "like"} <= record.private
    with traffic.database.begin() as tx:
        for table in ("searches", "events"):
            assert PATTERN not in str(tx.exec_driver_sql(f"SELECT * FROM investigations_{table}").all())  # noqa: S608
    assert made.item is not None


def test_pages_of_a_search_are_one_search(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    for _ in range(3):
        traffic.exchange("x", found(Category.HATE))
    traffic.index()
    made = traffic.search(inquiry, ada, How.CATEGORY, "hate")
    for _ in range(2):
        traffic.results(made, ada, limit=1)
    assert traffic.kinds("investigation.searched") == ["investigation.searched"]


def test_a_closed_investigation_is_read_and_nothing_else(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    running = traffic.search(inquiry, ada, How.TEXT, typed=PATTERN)
    with traffic.database.begin() as tx:
        opening.close(tx, traffic.desk, inquiry.id, reason_code="done", by=ada.id)
    scan(traffic.database, traffic.desk, running.id)
    with traffic.database.begin() as tx:
        assert searching.searches_of(tx, inquiry.id)[0].state == "stopped"
    for act in ("search", "pin", "note", "close"):
        with traffic.database.begin() as tx, pytest.raises(InvestigationClosed):
            ACTS[act](tx, traffic.desk, inquiry.id, ada.id)


def test_what_is_reopened_goes_on_for_the_same_readers_and_says_why(
    traffic: Traffic, inquiry: Investigation, ada: Person
) -> None:
    running = traffic.search(inquiry, ada, How.TEXT, typed=PATTERN)
    with traffic.database.begin() as tx, pytest.raises(InvestigationOpen):
        ACTS["reopen"](tx, traffic.desk, inquiry.id, ada.id)
    with traffic.database.begin() as tx:
        ACTS["close"](tx, traffic.desk, inquiry.id, ada.id)
    with traffic.database.begin() as tx, pytest.raises(BadReasonCode):
        opening.reopen(tx, traffic.desk, inquiry.id, reason_code="Because I say so", by=ada.id)
    with traffic.database.begin() as tx:
        again = ACTS["reopen"](tx, traffic.desk, inquiry.id, ada.id)
        assert (again, again.closed_by) == (find(tx, inquiry.id), None)
        assert [each.id for each in opening.every(tx, reader=ada.id, only_open=True)] == [inquiry.id]
        assert again.readers == (ada.id,)
        ACTS["note"](tx, traffic.desk, inquiry.id, ada.id)
        last, before = trail_of(tx, inquiry.id)[:2]
    scan(traffic.database, traffic.desk, running.id)
    with traffic.database.begin() as tx:
        assert searching.searches_of(tx, inquiry.id)[0].state == "stopped"
    assert (last.what, before.what, before.by, before.told) == (
        "noted",
        "reopened",
        ada.id,
        {"reason_code": "new_facts"},
    )
    record = next(each for each in traffic.ledger if each.kind == "investigation.reopened")
    assert (record.by, record.reason_code, "by" in record.private) == (ada.id, "new_facts", True)  # type: ignore[attr-defined]


def test_what_cannot_be_kept_or_seen_is_refused(traffic: Traffic, inquiry: Investigation, ada: Person) -> None:
    hidden = traffic.exchange("x", zero_retention=True)
    traffic.index()
    with traffic.database.begin() as tx:
        with pytest.raises(NotRetained):
            looking.look(tx, traffic.desk, inquiry.id, hidden, by=ada.id)
        with pytest.raises(NotRetained):
            opening.pin(tx, traffic.desk, inquiry.id, "exchange", hidden, by=ada.id)
        with pytest.raises(opening.NoSuchAccount):
            opening.pin(tx, traffic.desk, inquiry.id, "account", "ac_nobody", by=ada.id)
        with pytest.raises(BadWords):
            opening.note(tx, traffic.desk, inquiry.id, " \x00 ", by=ada.id)
        with pytest.raises(BadReaders):
            opening.change_readers(tx, traffic.desk, inquiry.id, ["pe_nobody"], by=ada.id)
    assert traffic.kinds("investigation.") == ["investigation.opened"]
