"""How somebody sees cases is theirs alone; looks are counted by days and weeks of UTC, and until a rest."""

import pytest

from seawall.access.privacy import Subject, Whose
from seawall.cases.comfort import BadComfort, Comfort, comfort, looks, set_comfort
from seawall.cases.privacy import CasesHolder
from seawall.cases.working import look
from seawall.store import Transaction
from tests.cases.conftest import Bench


def test_what_was_chosen_is_kept_until_it_is_changed_and_goes_with_the_person(tx: Transaction, bench: Bench) -> None:
    ada = bench.person(tx, "ada")
    assert comfort(tx, ada.id) == Comfort()
    for wanted in (Comfort(blurred=True, break_after=0), Comfort(folded=True, keys=False)):
        set_comfort(tx, ada.id, wanted)
        assert comfort(tx, ada.id) == wanted
    subject, holder = Subject(kind=Whose.PERSON, id=ada.id), CasesHolder()
    assert [line["folded"] for line in holder.holds(tx, subject)] == [True]
    assert holder.erase(tx, subject, by="host:test").count == 1
    assert (comfort(tx, ada.id), holder.erase(tx, subject, by="host:test").count) == (Comfort(), 0)
    assert "comfort" not in " ".join(bench.kinds())


@pytest.mark.parametrize("after", [-1, 501])
def test_a_reminder_out_of_bounds_is_refused(tx: Transaction, after: int) -> None:
    with pytest.raises(BadComfort, match=str(after)):
        set_comfort(tx, "pe_1", Comfort(break_after=after))


def test_looks_are_counted_by_day_week_and_rest(tx: Transaction, bench: Bench) -> None:
    ada, ben, case = bench.person(tx, "ada"), bench.person(tx, "ben"), bench.case(tx)

    def looked(by: str) -> tuple[int, int, int]:
        look(tx, bench.office, case.id, notes=(), by=by)
        found = looks(tx, by, bench.clock())
        return found.today, found.week, found.since_rest

    # A Thursday at noon.
    assert [looked(ada.id), looked(ada.id)] == [(1, 1, 1), (2, 2, 2)]
    bench.clock.advance(minutes=9)
    assert looked(ada.id) == (3, 3, 3)
    bench.clock.advance(minutes=10)
    assert looks(tx, ada.id, bench.clock()).since_rest == 0
    assert looked(ada.id) == (4, 4, 1)
    bench.clock.advance(hours=12)
    assert looked(ada.id) == (1, 5, 1)
    bench.clock.advance(hours=72)
    assert (looked(ada.id), looked(ben.id)) == ((1, 1, 1), (1, 1, 1))


def test_a_rest_is_due_after_so_many_looks_or_never(tx: Transaction, bench: Bench) -> None:
    ada, case = bench.person(tx, "ada"), bench.case(tx)
    for _ in range(2):
        look(tx, bench.office, case.id, notes=(), by=ada.id)
    seen = looks(tx, ada.id, bench.clock())
    assert [seen.wants_rest(Comfort(break_after=after)) for after in (0, 1, 2, 3)] == [False, True, True, False]
