"""A share of decisions is drawn, foreseen by nobody; somebody else looks without knowing what they were."""

import msgspec
import pytest

from seawall import enforce
from seawall.cases import Origin, Outcome, State, load
from seawall.cases.errors import CaseClosed, NothingToAppeal, SameHuman
from seawall.cases.finding import Asked, newest, queues
from seawall.cases.samples import drawn, review, waiting
from seawall.cases.working import change_readers
from seawall.store import Transaction
from seawall.vocabulary.standing import State as Standing
from tests.cases.conftest import ACCOUNT, Bench


def _all(bench: Bench) -> None:
    document = msgspec.structs.replace(load().document, sample=1.0)
    bench.office = msgspec.structs.replace(bench.office, rules=msgspec.structs.replace(load(), document=document))


def test_the_draw_has_the_share_it_is_given_and_rests_on_the_secret(bench: Bench) -> None:
    of = [bench.edges.lasting("case.sample", f"de_{number}") for number in range(4000)]
    assert 0.04 < sum(drawn(each, 0.05) for each in of) / len(of) < 0.06
    assert [drawn(each, 0.05) for each in of] == [drawn(each, 0.05) for each in of]
    other = msgspec.structs.replace(bench.edges, secret=b"t" * 32)
    elsewhere = [drawn(other.lasting("case.sample", f"de_{number}"), 0.05) for number in range(4000)]
    assert elsewhere != [drawn(each, 0.05) for each in of]
    assert not any(drawn(each, 0.0) for each in of)
    assert all(drawn(each, 1.0) for each in of)


def test_who_agrees_is_counted_and_nobody_looks_at_their_own(tx: Transaction, bench: Bench) -> None:
    _all(bench)
    ada, bob = bench.person(tx, "ada"), bench.person(tx, "bob")
    settled = bench.decides(tx, bench.case(tx), ada, "warn")
    (sample,) = waiting(tx, reader=bob.id)
    assert "warn" not in repr(sample)
    with pytest.raises(SameHuman):
        review(tx, bench.office, sample.decision, Outcome.WARN, by=ada.id)
    assert review(tx, bench.office, sample.decision, Outcome.WARN, by=bob.id).agrees
    assert (waiting(tx, reader=bob.id), sample.decision) == ([], settled.decision)
    with pytest.raises(CaseClosed):
        review(tx, bench.office, sample.decision, Outcome.BAN, by=bob.id)
    with pytest.raises(NothingToAppeal):
        review(tx, bench.office, "de_undrawn", Outcome.BAN, by=bob.id)
    assert bench.kinds()[-2:] == ["case.sampled", "case.quality_reviewed"]


def test_of_a_case_that_somebody_may_not_see_no_decision_was_ever_drawn(tx: Transaction, bench: Bench) -> None:
    _all(bench)
    ada, bob, cid = (bench.person(tx, name) for name in ("ada", "bob", "cid"))
    sen = bench.person(tx, "sen", "senior_reviewer")
    settled = bench.decides(tx, bench.case(tx), ada, "warn")
    change_readers(tx, bench.office, settled.id, [ada.id, bob.id, sen.id], by=sen.id)
    decision = settled.decision or ""
    assert [each.decision for each in waiting(tx, reader=bob.id)] == [decision]
    assert waiting(tx, reader=cid.id) == []
    for named in (decision, "de_undrawn"):
        with pytest.raises(NothingToAppeal) as refused:
            review(tx, bench.office, named, Outcome.WARN, by=cid.id)
        assert str(refused.value).replace(named, "") == str(NothingToAppeal(""))
    case = bench.case(tx)
    change_readers(tx, bench.office, case.id, [sen.id], by=sen.id)
    assert [(each.queue, each.unsettled) for each in queues(tx, reader=sen.id, now=bench.clock())] == [("general", 1)]
    assert queues(tx, reader=cid.id, now=bench.clock()) == []


def test_who_disagrees_opens_a_case_that_a_third_person_settles(tx: Transaction, bench: Bench) -> None:
    _all(bench)
    ada, bob, cid = (bench.person(tx, name) for name in ("ada", "bob", "cid"))
    settled = bench.decides(tx, bench.case(tx), ada, "warn")
    review(tx, bench.office, settled.decision or "", Outcome.NOTHING, by=bob.id)
    (case,) = newest(tx, Asked(origin=Origin.FINDING, state=State.OPEN), reader=cid.id)
    assert case.about == settled.decision
    for part in (ada, bob):
        with pytest.raises(SameHuman):
            bench.claims(tx, case, part)
    bench.decides(tx, case, cid, "nothing", about_right=False)
    assert enforce.standing(tx, ACCOUNT, now=bench.clock()).state == Standing.GOOD
