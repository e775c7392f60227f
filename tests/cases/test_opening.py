"""Cases are opened once for what brought them up, routed, sealed where they must be, and joined where they are one."""

from datetime import timedelta

from seawall.cases import Origin, State, open_case
from seawall.cases.escalations import escalate, held
from seawall.cases.flags import Wrong, flag, follow
from seawall.cases.opening import of_exchange
from seawall.cases.rows import events_of, find
from seawall.cases.working import look
from seawall.store import Transaction
from seawall.store.jobs import queued
from seawall.vocabulary.categories import Category
from tests.cases.conftest import ACCOUNT, THROUGH, Bench, counted
from tests.conftest import FrozenClock


def test_a_case_has_a_queue_a_priority_and_a_time(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    case = bench.case(tx, Category.TERRORISM)
    assert (case.queue, case.priority.name, case.state) == ("urgent", "URGENT", State.OPEN)
    assert case.due_at == clock() + timedelta(hours=4)
    assert not case.overdue(clock())
    clock.advance(hours=5)
    assert find(tx, case.id).overdue(clock())
    assert bench.kinds() == ["case.opened"]
    assert [each.what for each in events_of(tx, case.id)] == ["opened"]


def test_the_same_source_opens_one_case(tx: Transaction, bench: Bench) -> None:
    opening = of_exchange(bench.exchange(), Origin.FINDING, "window:3")
    first, new = open_case(tx, bench.office, opening, by="seawall")
    again, second = open_case(tx, bench.office, opening, by="seawall")
    assert (new, second, again) == (True, False, first)
    assert bench.kinds() == ["case.opened"]


def test_child_sexual_exploitation_seals_a_case_whatever_else_was_found(tx: Transaction, bench: Bench) -> None:
    case = bench.case(tx, Category.JAILBREAK, Category.CHILD_SEXUAL_EXPLOITATION)
    assert (case.sealed, case.queue) == (True, "child_safety")
    assert bench.kinds() == ["child_safety.opened"]
    assert bench.ledger[-1].audience == "sealed"


def test_a_held_exchange_becomes_one_case(tx: Transaction, bench: Bench) -> None:
    found = bench.exchange(Category.CYBER)
    held(tx, found.exchange, found.decisions[0])
    (job,) = queued(tx)
    assert job.arguments == {"exchange": found.exchange, "decision": found.decisions[0]}
    case = escalate(tx, bench.office, found.exchange, found.decisions[0])
    assert escalate(tx, bench.office, found.exchange, found.decisions[0]) == case
    assert (case.queue, case.about, case.account) == ("held", found.decisions[0], ACCOUNT)
    assert case.detected_automatically


def test_flags_about_one_exchange_become_one_case(tx: Transaction, bench: Bench) -> None:
    found = bench.exchange()
    first = flag(tx, bench.office, found.exchange, Wrong.UNTRUE, "That is not so.", through=THROUGH)
    second = flag(tx, bench.office, found.exchange, Wrong.UNFAIR, None, through=THROUGH)
    assert (second.state, second.merged_into) == (State.MERGED, first.id)
    assert find(tx, first.id).joined == 1
    assert not follow(tx, second.id, through=THROUGH).settled
    assert bench.kinds() == ["case.opened", "case.opened", "case.merged"]


def test_the_words_of_a_flag_are_in_the_vault_alone_and_not_at_all_without_retention(
    tx: Transaction, bench: Bench
) -> None:
    open_, quiet = bench.exchange(), bench.exchange(zero_retention=True)
    said = flag(tx, bench.office, open_.exchange, Wrong.HARMFUL, "It told me to fall.", through=THROUGH)
    unsaid = flag(tx, bench.office, quiet.exchange, Wrong.HARMFUL, "It told me to fall.", through=THROUGH)
    ada = bench.person(tx, "ada")
    assert look(tx, bench.office, said.id, notes=(), by=ada.id).words == "It told me to fall."
    assert unsaid.words is None
    assert "fall" not in repr(bench.ledger) + repr(events_of(tx, said.id))
    assert counted(tx, "vault_items WHERE retention = 'case'") == 1
