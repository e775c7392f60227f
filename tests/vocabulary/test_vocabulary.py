"""The shared words."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.vocabulary.categories import MAPPINGS, Category
from seawall.vocabulary.findings import Finding, Surface
from seawall.vocabulary.ids import base32hex, new_id
from seawall.vocabulary.measures import Measure, gravest
from seawall.vocabulary.records import ALL, KINDS
from seawall.vocabulary.standing import Standing, State


def test_every_category_is_mapped() -> None:
    assert set(MAPPINGS) == set(Category)
    assert all(mapping.title and mapping.dsa.startswith("STATEMENT_CATEGORY_") for mapping in MAPPINGS.values())


def test_identifiers_sort_by_time_and_do_not_repeat() -> None:
    made = [new_id("ex") for _ in range(20_000)]
    assert len(set(made)) == len(made)
    assert made == sorted(made)


@given(st.integers(0, 2**130 - 1), st.integers(0, 13))
def test_numbers_are_written_as_the_standard_library_encodes_their_bytes(number: int, pairs: int) -> None:
    encoded = base64.b32hexencode((number << 30).to_bytes(20)).decode().lower()[:26]
    assert base32hex(number) == encoded
    assert base32hex(number, 2 * pairs) == encoded[26 - 2 * pairs :]


def test_threads_make_no_identifier_twice() -> None:
    with ThreadPoolExecutor(8) as pool:
        made = [name for each in pool.map(lambda _: [new_id("re") for _ in range(2000)], range(8)) for name in each]
    assert len(set(made)) == len(made)


def test_the_gravest_measure_wins() -> None:
    assert gravest(Measure.WARN, Measure.BAN, Measure.ALLOW) is Measure.BAN
    assert gravest() is Measure.ALLOW
    assert next(measure for measure in Measure if measure.refuses) is Measure.WITHHOLD


def test_every_kind_is_named_in_the_past_tense_and_once() -> None:
    assert len(KINDS) == len(ALL)
    verbs = {kind.rpartition(".")[2].removesuffix("_off") for kind in KINDS}
    assert all(verb.endswith(("ed", "n", "t", "d")) for verb in verbs)


@pytest.mark.parametrize(
    ("finding", "counts"),
    [
        ({"deterministic": True}, True),
        ({"precision": 0.95}, True),
        ({"precision": 0.94}, False),
        ({}, False),
        ({"deterministic": True, "newest": False}, False),
        ({"deterministic": True, "failed": True}, False),
    ],
)
def test_only_sure_and_new_findings_count_strikes(finding: dict[str, object], counts: bool) -> None:
    made = Finding(category=Category.SECRETS, detector="d", release="1", surface=Surface.INPUT, **finding)
    assert made.counts_strikes is counts


def test_a_suspension_that_has_run_out_no_longer_holds() -> None:
    end = datetime(2026, 1, 1, tzinfo=UTC)
    standing = Standing(state=State.SUSPENDED, until=end)
    assert standing.at(end - timedelta(seconds=1)).refused
    assert not standing.at(end).refused
