"""Cases that are one thing are merged; many are settled at once exactly as a preview showed them, or not at all."""

from datetime import timedelta

import pytest

from seawall import enforce
from seawall.cases import Case, Origin, State, bulk, claims, deciding
from seawall.cases.decided import of_case
from seawall.cases.errors import BadMerge, BadRuling, BulkMoved, CaseClosed, CaseTaken, NoSuchBulk, NoSuchCase
from seawall.cases.finding import merged_into
from seawall.cases.merging import merge
from seawall.cases.rows import find
from seawall.cases.working import note
from seawall.store import Transaction
from seawall.vocabulary.categories import Category
from seawall.vocabulary.ids import AccountId
from tests.cases.conftest import Bench, counted, ruling
from tests.conftest import FrozenClock


def test_merged_cases_are_settled_with_the_one_that_stays(tx: Transaction, bench: Bench) -> None:
    stays, *others = (bench.case(tx) for _ in range(3))
    ada = bench.person(tx, "ada")
    bench.claims(tx, others[0], ada)
    kept = merge(tx, bench.office, stays.id, [each.id for each in others], by=ada.id)
    assert (kept.joined, merged_into(tx, stays.id)) == (2, [each.id for each in others])
    with pytest.raises(CaseClosed, match=f"merged into {stays.id}"):
        bench.claims(tx, others[1], ada)
    bench.decides(tx, stays, ada, "warn")
    assert [counted(tx, each) for each in ("cases_decisions", "cases_notices")] == [1, 1]


def test_what_is_not_one_thing_is_not_merged(tx: Transaction, bench: Bench) -> None:
    stays, ada, bob = bench.case(tx), bench.person(tx, "ada"), bench.person(tx, "bob")
    other = bench.case(tx, account=AccountId("ac_other"))
    sealed = bench.case(tx, Category.CHILD_SEXUAL_EXPLOITATION)
    taken, settled = bench.case(tx), bench.case(tx)
    asks = bench.case(tx, about="de_1")
    bench.claims(tx, taken, bob)
    bench.decides(tx, settled, ada, "nothing")
    for each, refused in (
        (other, BadMerge), (sealed, NoSuchCase), (taken, CaseTaken), (settled, CaseClosed), (stays, BadMerge),
        (asks, BadMerge),
    ):  # fmt: skip
        with pytest.raises(refused):
            merge(tx, bench.office, stays.id, [each.id], by=ada.id)
    with pytest.raises(NoSuchCase):
        merge(tx, bench.office, stays.id, ["cs_none"], by=ada.id)
    assert find(tx, stays.id) == stays


def three(tx: Transaction, bench: Bench) -> list[Case]:
    return [bench.case(tx, account=AccountId(f"ac_{name}")) for name in ("c", "a", "b")]


def test_what_a_preview_showed_is_what_follows(tx: Transaction, bench: Bench, clock: FrozenClock) -> None:
    cases, ada = three(tx, bench), bench.person(tx, "ada")
    until = clock() + timedelta(days=3)
    shown = bulk.preview(tx, bench.office, [each.id for each in cases], ruling("suspend", until=until), by=ada.id)
    assert {each.case: each.stands for each in shown.cases} == {each.id: "good" for each in cases}
    assert (shown.left_out, counted(tx, "cases_decisions")) == ({}, 0)
    settled = bulk.decide(tx, bench.office, shown.bulk, shown.digest, by=ada.id)
    assert {each.id for each in settled} == {each.id for each in cases}
    for each in cases:
        (decided,) = of_case(tx, each.id)
        assert (decided.bulk, decided.until, decided.by) == (shown.bulk, until, ada.id)
        assert enforce.standing(tx, each.account, now=clock()).state == "suspended"
    assert counted(tx, "cases_notices") == 3
    assert bench.kinds()[-1] == "case.bulk_decided"
    with pytest.raises(BulkMoved):
        bulk.decide(tx, bench.office, shown.bulk, shown.digest, by=ada.id)
    assert counted(tx, "cases_decisions") == 3


@pytest.mark.parametrize("moved", ["noted", "claimed", "settled", "late", "digest"])
def test_where_anything_moved_nothing_follows(tx: Transaction, bench: Bench, clock: FrozenClock, moved: str) -> None:
    cases, ada, bob = three(tx, bench), bench.person(tx, "ada"), bench.person(tx, "bob")
    shown = bulk.preview(tx, bench.office, [each.id for each in cases], ruling("warn"), by=ada.id)
    digest = shown.digest
    match moved:
        case "noted":
            note(tx, bench.office, cases[0].id, "Look at this one.", by=bob.id)
        case "claimed":
            claims.claim(tx, bench.office, cases[1].id, by=bob.id)
        case "settled":
            bench.decides(tx, cases[2], bob, "nothing")
        case "late":
            clock.advance(minutes=15)
        case "digest":
            digest = "0" * 64
    before = counted(tx, "cases_decisions")
    with pytest.raises(BulkMoved):
        bulk.decide(tx, bench.office, shown.bulk, digest, by=ada.id)
    assert (counted(tx, "cases_decisions"), counted(tx, "enforce_acts")) == (before, 0)


def test_a_preview_leaves_out_what_needs_a_look_of_its_own_and_says_why(tx: Transaction, bench: Bench) -> None:
    ada, bob = bench.person(tx, "ada"), bench.person(tx, "bob")
    good, taken, waits, settled = bench.case(tx), bench.case(tx), bench.case(tx), bench.case(tx)
    sealed = bench.case(tx, Category.CHILD_SEXUAL_EXPLOITATION)
    appeal = bench.case(tx, origin=Origin.APPEAL, about="de_1")
    second = bench.case(tx)
    bench.decides(tx, second, bob, "ban")
    bench.claims(tx, taken, bob)
    bench.claims(tx, waits, bob)
    claims.pause(tx, bench.office, waits.id, reason_code="asked", by=bob.id)
    bench.decides(tx, settled, bob, "nothing")
    every = [each.id for each in (good, taken, waits, settled, sealed, appeal, second)]
    shown = bulk.preview(tx, bench.office, [*every, "cs_none"], ruling("warn"), by=ada.id)
    assert [each.case for each in shown.cases] == [good.id]
    assert shown.left_out == {
        taken.id: "taken", waits.id: "waits", settled.id: "decided", sealed.id: "unknown", appeal.id: "appeal",
        second.id: "second_review", "cs_none": "unknown",
    }  # fmt: skip
    banning = bulk.preview(tx, bench.office, [good.id], ruling("ban"), by=ada.id)
    assert banning.left_out == {good.id: "second_review"}
    with pytest.raises(NoSuchBulk):
        bulk.decide(tx, bench.office, shown.bulk, shown.digest, by=bob.id)
    assert find(tx, good.id).state is State.OPEN


def test_a_preview_of_nothing_or_of_too_much_is_refused(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    for wanted, given in (((), {}), ([f"cs_{n}" for n in range(501)], {}), (["cs_1"], {"about_right": True})):
        with pytest.raises(BadRuling):
            bulk.preview(tx, bench.office, wanted, ruling("nothing", **given), by=ada.id)
    assert deciding.LONGEST_REASON > 0
