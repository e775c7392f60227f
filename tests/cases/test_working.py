"""Notes, looks, moves and readers: words stay in the vault, every look is recorded, rights stay with the case."""

import pytest

from seawall.access.people import people
from seawall.cases import Origin, State
from seawall.cases import claims as room
from seawall.cases.errors import BadReaders, BadWords, NobodyCouldTake, NoSuchCase, NoSuchQueue, SealedStays
from seawall.cases.finding import Asked, newest, work
from seawall.cases.opening import of_exchange, open_case
from seawall.cases.rows import events_of, find
from seawall.cases.working import change_readers, look, move, note
from seawall.enforce.errors import BadReasonCode
from seawall.store import Transaction
from seawall.vocabulary.ids import ItemId
from tests.cases.conftest import Bench

SAID = "They write from the same address as before."


def test_a_note_is_in_the_vault_and_its_digest_on_record(tx: Transaction, bench: Bench) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    changed = note(tx, bench.office, case.id, SAID, by=ada.id)
    (line,) = [each for each in events_of(tx, case.id) if each.what == "noted"]
    assert changed.version == case.version + 1
    assert look(tx, bench.office, case.id, notes=[line.item or ""], by=ada.id).notes == {line.item: SAID}
    assert SAID not in repr(bench.ledger) + repr(line)
    for wrong in ("", "x" * 10_001):
        with pytest.raises(BadWords):
            note(tx, bench.office, case.id, wrong, by=ada.id)


def test_every_look_at_what_somebody_wrote_is_a_record(tx: Transaction, bench: Bench) -> None:
    asked, answered = bench.kept(tx, "a request"), bench.kept(tx, "an answer")
    found = bench.exchange(input_item=asked, output_item=answered)
    case, _ = open_case(tx, bench.office, of_exchange(found, Origin.FINDING, "looked"), by="seawall")
    ada, nobody = bench.person(tx, "ada"), bench.person(tx, "nobody", "publisher")
    seen = look(tx, bench.office, case.id, notes=(), by=ada.id)
    assert (seen.request, seen.answer) == ("a request", "an answer")
    (body,) = [each for each in bench.ledger if each.kind == "case.viewed"]
    assert (body.items, body.by) == ((asked, answered), ada.id)  # type: ignore[attr-defined]
    with pytest.raises(NoSuchCase):
        look(tx, bench.office, case.id, notes=(), by=nobody.id)
    assert bench.kinds().count("case.viewed") == 1
    bench.edges.vault.erase(tx, ItemId(asked), by="lead", reason_code="person_asked")
    assert look(tx, bench.office, case.id, notes=(), by=ada.id).request is None


def test_nobody_reads_through_a_case_what_belongs_to_another(tx: Transaction, bench: Bench) -> None:
    case, other, ada = bench.case(tx), bench.case(tx), bench.person(tx, "ada")
    note(tx, bench.office, other.id, SAID, by=ada.id)
    foreign = next(each.item for each in events_of(tx, other.id) if each.item)
    assert look(tx, bench.office, case.id, notes=[foreign], by=ada.id).notes == {}


def test_a_case_is_handed_to_a_queue_that_there_is(tx: Transaction, bench: Bench) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.claims(tx, case, ada)
    moved = move(tx, bench.office, case.id, "urgent", reason_code="threat", by=ada.id)
    assert (moved.queue, moved.state, moved.claimed_by) == ("urgent", State.OPEN, None)
    with pytest.raises(NoSuchQueue, match="elsewhere"):
        move(tx, bench.office, case.id, "elsewhere", reason_code="threat", by=ada.id)
    with pytest.raises(BadReasonCode):
        move(tx, bench.office, case.id, "general", reason_code="I think so", by=ada.id)
    assert find(tx, case.id) == moved


def test_an_escalation_to_where_nobody_is_fails_loudly_and_the_case_stays_open(tx: Transaction, bench: Bench) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    bench.claims(tx, case, ada)
    before = find(tx, case.id)
    with pytest.raises(NobodyCouldTake, match="child_safety"):
        move(tx, bench.office, case.id, "child_safety", reason_code="a_child", by=ada.id)
    gone = bench.person(tx, "pam", "child_safety_reviewer")
    people.deactivate(tx, bench.edges, gone.id, by="host:test")
    with pytest.raises(NobodyCouldTake):
        move(tx, bench.office, case.id, "child_safety", reason_code="a_child", by=ada.id)
    assert find(tx, case.id) == before


def test_a_case_that_was_sealed_is_gone_for_everybody_else_and_stays_sealed(tx: Transaction, bench: Bench) -> None:
    case, ada = bench.case(tx), bench.person(tx, "ada")
    eve, pam = bench.person(tx, "eve", "senior_reviewer"), bench.person(tx, "pam", "child_safety_reviewer")
    move(tx, bench.office, case.id, "child_safety", reason_code="a_child", by=ada.id)
    assert bench.kinds()[-1] == "child_safety.moved"
    for who in (ada, eve):
        assert work(tx, reader=who.id) == []
        with pytest.raises(NoSuchCase):
            look(tx, bench.office, case.id, notes=(), by=who.id)
    assert [each.id for each in work(tx, reader=pam.id, sealed=True)] == [case.id]
    room.claim(tx, bench.office, case.id, by=pam.id)
    with pytest.raises(SealedStays):
        move(tx, bench.office, case.id, "general", reason_code="mistake", by=pam.id)


def test_readers_are_people_who_are_there(tx: Transaction, bench: Bench) -> None:
    case, eve, ada = bench.case(tx), bench.person(tx, "eve", "senior_reviewer"), bench.person(tx, "ada")
    for wrong in ([], ["pe_none"], ["x"] * 51):
        with pytest.raises(BadReaders):
            change_readers(tx, bench.office, case.id, wrong, by=eve.id)
    change_readers(tx, bench.office, case.id, [eve.id], by=eve.id)
    assert newest(tx, Asked(), reader=ada.id) == []
    assert [each.id for each in newest(tx, Asked(), reader=eve.id)] == [case.id]
    change_readers(tx, bench.office, case.id, None, by=eve.id)
    assert [each.id for each in work(tx, reader=ada.id)] == [case.id]
