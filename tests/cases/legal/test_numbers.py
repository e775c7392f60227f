"""Public numbers leave out what is small, tell national security in bands, and are closed once for each time."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.access.people import Person
from seawall.access.rights.rights import NotPermitted
from seawall.cases.legal import Data, Kind, Tier, reviewing, statistics
from seawall.cases.legal.errors import BadPeriod
from seawall.cases.legal.numbers import Counted, bands, cells
from seawall.store import Transaction
from seawall.vocabulary.records.legal import LegalCell, LegalStatisticsClosed
from tests.cases.conftest import counted
from tests.cases.legal.conftest import DECEMBER, Desk, scope
from tests.conftest import FrozenClock

PARTS = ("answered", "content", "rejected", "objected", "preserved", "told")
JULY = datetime(2026, 7, 1, tzinfo=UTC)
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)


def one(country: str = "DE", kind: str = "subpoena", **more: bool) -> Counted:
    parts = dict.fromkeys(PARTS, False) | more
    return Counted(country=country, kind=kind, accounts=2, **parts)


def test_small_countries_go_into_the_rest_and_a_small_rest_is_left_out() -> None:
    rows = [*[one()] * 5, *[one("FR")] * 3, *[one("NL")] * 2, one("US", "civil")]
    civil, germany, rest = sorted(cells(rows, 5), key=lambda each: (each.request_kind, each.country == ""))
    assert (germany.country, germany.requests, germany.accounts) == ("DE", 5, 10)
    assert (rest.country, rest.requests) == ("", 5)
    assert civil == LegalCell(country="", request_kind="civil", **dict.fromkeys(("requests", "accounts", *PARTS)))
    assert "FR" not in repr((civil, germany, rest))


def test_a_part_is_told_where_it_and_what_is_beside_it_is_none_or_large() -> None:
    (made,) = cells([*[one(answered=True, told=True)] * 6, *[one(rejected=True)] * 4], 5)
    assert (made.requests, made.answered, made.told, made.rejected, made.content) == (10, None, None, None, 0)
    (made,) = cells([*[one(answered=True)] * 6, *[one(rejected=True)] * 5], 5)
    assert (made.answered, made.rejected) == (6, 5)


@given(
    st.lists(
        st.builds(
            Counted,
            country=st.sampled_from(("DE", "FR", "US")),
            kind=st.sampled_from(("subpoena", "civil", "national_security")),
            accounts=st.integers(1, 3),
            **{name: st.booleans() for name in PARTS},
        ),
        max_size=60,
    ),
    st.integers(1, 8),
)
def test_no_number_below_the_smallest_cell_is_ever_told(rows: list[Counted], smallest: int) -> None:
    for cell in cells(rows, smallest):
        assert cell.request_kind != "national_security"
        assert cell.requests is None or cell.requests >= smallest
        for name in PARTS:
            part = getattr(cell, name)
            if part is not None and cell.requests is not None:
                assert part == 0 or part >= smallest
                assert cell.requests - part == 0 or cell.requests - part >= smallest


def test_national_security_is_told_in_bands_of_all_together() -> None:
    assert bands([]) == ("0-249", "0-249")
    rows = [one("US", "national_security")] * 249
    assert bands(rows) == ("0-249", "250-499")
    assert (bands([*rows, rows[0]]), cells(rows, 1)) == (("250-499", "500-749"), ())


def test_a_period_is_closed_once_when_it_is_over_and_overlaps_no_other(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, clock: FrozenClock
) -> None:
    basic = scope(Data.ACCOUNT, since=DECEMBER, until=JULY)
    for _ in range(6):
        desk.approved(tx, lea, leo, Kind.SUBPOENA, Tier.BASIC, scope=basic)
    rejected = desk.called(tx, lea, Kind.SUBPOENA, Tier.BASIC, scope=basic, country="FR")
    reviewing.reject(tx, desk.bureau, rejected.id, "No.", reason_code="no_basis", by=lea.id)
    desk.taken(tx, lea, Kind.NATIONAL_SECURITY, Tier.BASIC, scope=basic)
    with pytest.raises(BadPeriod, match="ends on"):
        statistics.close(tx, desk.bureau, JANUARY, JULY, by=lea.id)
    clock.now = JULY
    made = statistics.close(tx, desk.bureau, JANUARY, JULY, by=lea.id)
    assert [(each.country, each.requests, each.told) for each in made.cells] == [("DE", 6, 6), ("", None, None)]
    assert (made.national_security_requests, made.smallest_cell) == ("0-249", 5)
    clock.advance(days=400)
    year = timedelta(days=365)
    for since, until in (
        (JANUARY, JULY),
        (DECEMBER, JANUARY + timedelta(seconds=1)),
        (JULY - timedelta(1), JULY + year),
    ):
        with pytest.raises(BadPeriod, match="overlaps"):
            statistics.close(tx, desk.bureau, since, until, by=lea.id)
    for since, until in ((JULY, JULY), (JULY, JANUARY), (JULY.replace(tzinfo=None), JULY.replace(tzinfo=None))):
        with pytest.raises(BadPeriod, match="empty"):
            statistics.preview(tx, desk.bureau, since, until)
    after = statistics.close(tx, desk.bureau, JULY, JULY + year, by=lea.id)
    assert (statistics.closed(tx), after.cells) == ([after, made], ())
    assert [each for each in desk.ledger if isinstance(each, LegalStatisticsClosed)] == [made, after]


def test_what_is_published_is_what_the_sealed_records_add_up_to(
    desk: Desk, tx: Transaction, lea: Person, leo: Person, clock: FrozenClock
) -> None:
    """Each number twice: from the rows, and from the records that the ledger has."""
    for number in range(8):
        found = desk.called(
            tx, lea, Kind.SUBPOENA, Tier.BASIC, scope=scope(Data.ACCOUNT), country="FR" if number else "DE"
        )
        if number > 2:
            reviewing.challenge(tx, desk.bureau, found.id, "Why?", reason_code="too_broad", by=lea.id)
    desk.limited(smallest_cell=1)
    made = statistics.preview(tx, desk.bureau, JANUARY, JULY)
    taken = [msgspec.to_builtins(each) for each in desk.ledger if each.kind == "legal_request.taken"]
    objected = [each.request for each in desk.ledger if each.kind == "legal_request.moved"]  # type: ignore[attr-defined]
    for cell in made.cells:
        mine = [each for each in taken if each["country"] == cell.country]
        assert cell.requests == len(mine)
        assert cell.accounts == sum(each["accounts"] for each in mine)
        assert cell.objected == sum(each["request"] in objected for each in mine)


def test_whoever_may_not_review_closes_no_numbers(desk: Desk, tx: Transaction, clock: FrozenClock) -> None:
    aud = desk.person(tx, "aud", "auditor", "administrator", "publisher")
    clock.now = JULY
    with pytest.raises(NotPermitted):
        statistics.close(tx, desk.bureau, JANUARY, JULY, by=aud.id)
    assert counted(tx, "legal_statistics") == 0
