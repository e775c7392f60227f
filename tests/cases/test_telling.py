"""What leaves when something happens in a case: ids and codes, in its transaction; nothing of what keeps nothing."""

from typing import Any

import msgspec
import pytest
from sqlalchemy import select

from seawall.access import keys, projects
from seawall.cases import Case, Origin, appeals, claims, deciding, flags, open_case
from seawall.cases.book import NoticeBook
from seawall.cases.flags import From, Wrong
from seawall.cases.notices import given, underway, waiting
from seawall.cases.opening import of_exchange
from seawall.outbox import endpoints
from seawall.outbox.tables import events
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId, KeyId
from tests.cases.conftest import ACCOUNT, PROJECT, REASON, THROUGH, Bench, ruling


@pytest.fixture
def heard(tx: Transaction, bench: Bench) -> None:
    """Somebody listens to all events of the project."""
    edges = bench.edges
    endpoints.add(
        tx, project=PROJECT, url="https://product.example/hook", kinds=(), private=False, by="t", vault=edges.vault,
        record=edges.record, clock=edges.clock,
    )  # fmt: skip


def sent(tx: Transaction) -> list[tuple[str, dict[str, Any]]]:
    return [(row.kind, row.body) for row in tx.execute(select(events).order_by(events.c.id))]


def test_events_tell_of_a_case_from_its_opening_to_its_appeal(tx: Transaction, bench: Bench, heard: None) -> None:
    ada, eve = bench.person(tx, "ada"), bench.person(tx, "eve", "senior_reviewer")
    found = bench.exchange()
    case = flags.flag(tx, bench.office, found.exchange, Wrong.HARMFUL, "Words of a person.", through=THROUGH)
    done = bench.decides(tx, case, ada, "warn")
    given(tx, bench.office, waiting(tx, bench.office, through=THROUGH)[0].id, through=THROUGH)
    appeal = appeals.file(tx, bench.office, done.decision or "", "Words.", through=THROUGH)
    claims.claim(tx, bench.office, appeal.id, by=eve.id)
    deciding.decide(tx, bench.office, appeal.id, ruling("nothing", about_right=False), by=eve.id)
    told = sent(tx)
    kinds = [kind for kind, _ in told]
    assert sorted(kinds) == sorted(
        ["case.opened", "case.decided", "notice.laid", "notice.given", "case.opened", "appeal.filed", "case.decided",
         "appeal.answered", "notice.laid"]
    )  # fmt: skip
    assert all(word not in str(told) for word in ("Words", REASON, ada.id, eve.id))
    answered = next(body for kind, body in told if kind == "appeal.answered")
    assert (answered["appeal"], answered["stands"]) == (appeal.id, False)


def test_of_child_safety_only_that_a_notice_waits_leaves(tx: Transaction, bench: Bench, heard: None) -> None:
    cas = bench.person(tx, "cas", "child_safety_reviewer")
    case = bench.case(tx, Category.CHILD_SEXUAL_EXPLOITATION)
    bench.decides(tx, case, cas, "warn")
    (told,) = sent(tx)
    assert told[0] == "notice.laid"
    assert case.id not in str(told)
    assert case.exchange not in str(told)


def keeping_nothing(tx: Transaction, bench: Bench) -> Case:
    ours: Any = {"by": "t", "record": bench.edges.record, "clock": bench.clock}
    projects.create(tx, "quiet", **ours)
    key, _ = keys.create_key(tx, "quiet", "k", zero_retention=True, **ours)
    found = msgspec.structs.replace(bench.exchange(), key=KeyId(key))
    return open_case(tx, bench.office, of_exchange(found, Origin.FINDING, "quiet"), by="seawall")[0]


def test_of_what_keeps_nothing_nothing_leaves(tx: Transaction, bench: Bench, heard: None) -> None:
    ada = bench.person(tx, "ada")
    bench.decides(tx, keeping_nothing(tx, bench), ada, "warn")
    quiet = bench.exchange(zero_retention=True)
    bench.decides(
        tx, open_case(tx, bench.office, of_exchange(quiet, Origin.FINDING, "q2"), by="seawall")[0], ada, "warn"
    )
    assert sent(tx) == []
    assert len(waiting(tx, bench.office, through=THROUGH)) == 2


def test_the_book_knows_the_notice_that_waits_longest_and_counts(tx: Transaction, bench: Bench) -> None:
    ada, counts = bench.person(tx, "ada"), list[tuple[int, int]]()
    book = NoticeBook(told=lambda *found: counts.append(found))
    book.load(tx)
    assert book.of(ACCOUNT) is None
    for account in (ACCOUNT, ACCOUNT, AccountId("ac_else")):
        bench.decides(tx, bench.case(tx, account=account), ada, "warn")
    first, second, _ = waiting(tx, bench.office, through=THROUGH)
    book.notice(tx, ACCOUNT)
    assert book.of(ACCOUNT) == first.id
    again = NoticeBook(told=lambda *found: counts.append(found))
    again.load(tx)
    assert (again.of(ACCOUNT), again.of("ac_else") is not None) == (first.id, True)
    for each in (first, second):
        given(tx, bench.office, each.id, through=From(project=PROJECT, key=KeyId("key_1")))
        book.notice(tx, ACCOUNT)
    assert book.of(ACCOUNT) is None
    assert counts[-1] == (1, 0)
    assert [each.given_at is None for each in underway(tx)] == [True, False, False]
    assert len(underway(tx, undelivered=True)) == 1
