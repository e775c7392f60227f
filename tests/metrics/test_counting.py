"""Counting by definitions: medians, the last word on a decision, numbers that records state themselves, intervals."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seawall.metrics.counting import Tally, belongs, count
from seawall.metrics.definitions import editions, newest
from seawall.metrics.period import period
from seawall.metrics.telling import Neighbour, interval, share, tell
from seawall.vocabulary.records.metrics import MetricTold


def tally(metric: str, *bodies: dict[str, Any]) -> Tally:
    return next(each for each in count(newest(), bodies) if each.metric == metric)


def told(metric: str, *bodies: dict[str, Any]) -> MetricTold:
    return next(each for each in tell(newest(), count(newest(), bodies)) if each.metric == metric)


def decided(hours: int, **more: Any) -> dict[str, Any]:
    given = {"kind": "case.decided", "origin": "flag", "outcome": "nothing", "category": None, "about_right": None}
    times = {"opened_at": "2026-01-01T00:00:00+00:00", "decided_at": f"2026-01-01T{hours:02}:00:00+00:00"}
    return given | times | {"detected_automatically": False} | more


def statistics(*requests: int | None, since: str = "2026-01-01", until: str = "2026-02-01") -> dict[str, Any]:
    cells = [
        {"request_kind": kind, "requests": n} for kind, n in zip(("subpoena", "civil", "mlat"), requests, strict=False)
    ]
    zone = "T00:00:00+00:00"
    return {"kind": "legal.statistics_closed", "since": since + zone, "until": until + zone, "cells": cells}


def test_a_median_is_the_middle_one_or_between_the_middle_two() -> None:
    assert tally("time_to_decide", *map(decided, (1, 9, 3))).median == 3 * 3600
    assert tally("time_to_decide", *map(decided, (1, 9, 3, 4))).median == 3.5 * 3600
    assert tally("time_to_decide").median is None
    assert told("time_to_decide", *map(decided, (1, 2, 3, 4))).figure is None
    assert told("time_to_decide", *map(decided, (1, 2, 3, 4, 5))).figure == 3 * 3600


def answered(framework: str, hours: int) -> dict[str, Any]:
    since, until = "2026-01-01T00:00:00+00:00", f"2026-01-01T{hours:02}:00:00+00:00"
    return {"kind": "feedback.answered", "framework": framework, "received_at": since, "answered_at": until}


def test_a_median_of_a_part_is_told_where_the_part_is_large_enough() -> None:
    bodies = [answered("hiroshima", hours) for hours in (1, 2, 3, 4, 9)] + [answered("thorn", 5)] * 6
    assert tally("feedback_answered", *bodies).medians == {"hiroshima": 3 * 3600, "thorn": 5 * 3600}
    found = told("feedback_answered", *bodies)
    assert (found.cells, found.figures) == ({"hiroshima": 5, "thorn": 6}, {"hiroshima": 10_800, "thorn": 18_000})
    less = told("feedback_answered", *bodies[1:])
    assert less.cells["hiroshima"] is None
    assert less.figures["hiroshima"] is None
    assert told("time_to_decide", *map(decided, (1, 2, 3, 4, 5))).figures == {}


def test_what_an_earlier_edition_did_not_count_is_not_taken_for_told() -> None:
    """Else a half-year would tell a small number, as if it followed from its months."""
    bodies = [answered("thorn", 5)] * 2
    old = tell(editions()[0], count(editions()[0], bodies))
    months = [Neighbour(name="2026-01", tallies=count(newest(), bodies), told=old)]
    (found,) = [each for each in tell(newest(), count(newest(), bodies), months=months)
                if each.metric == "feedback_answered"]  # fmt: skip
    assert (found.total, found.cells, found.figures) == (None, {"thorn": None}, {"thorn": None})


def test_of_what_was_said_of_one_decision_the_last_word_counts() -> None:
    said = [("de_1", True), ("de_2", True), ("de_1", False)]
    bodies = [{"kind": "decision.reviewed", "decision": name, "right": right} for name, right in said]
    assert tally("detector_error", *bodies).cells == {"wrong": 1, "right": 1}


def test_a_field_that_is_not_said_is_counted_as_none_and_a_number_is_no_truth() -> None:
    assert tally("decisions_by_category", decided(1), decided(1, category="hate")).cells == {"hate": 1, "none": 1}
    assert tally("detected_automatically", decided(1, detected_automatically=1)).cells["by_a_machine"] == 0


def test_what_legal_statistics_state_is_taken_over_and_what_they_leave_out_is_left_out() -> None:
    assert told("legal_requests") == MetricTold(metric="legal_requests", recorded=False)
    assert told("legal_requests", statistics(7, 6, 9)).total == 22
    assert told("government_requests", statistics(7, 6, 9)).total == 16
    assert told("legal_requests", statistics(7, None, 9)) == MetricTold(metric="legal_requests", total=None)
    assert told("government_requests", statistics(7, None, 9)).total == 16


@pytest.mark.parametrize(
    ("body", "belong"),
    [
        ({"kind": "case.opened", "at": "2026-01-01T00:00:00+00:00"}, True),
        ({"kind": "case.opened", "at": "2026-01-31T23:59:59.999999+00:00"}, True),
        ({"kind": "case.opened", "at": "2026-02-01T00:00:00+00:00"}, False),
        ({"kind": "case.opened", "at": "2026-01-01T00:30:00+01:00"}, False),
        ({"kind": "case.noted", "at": "2026-01-05T00:00:00+00:00"}, False),
        ({"kind": "child_safety.opened", "at": "2026-01-05T00:00:00+00:00"}, False),
        (statistics(7), True),
        (statistics(7, until="2026-03-01"), False),
    ],
)
def test_a_record_belongs_to_the_period_of_its_time_or_of_what_it_states(body: dict[str, Any], belong: bool) -> None:
    assert belongs(newest(), body, period("2026-01")) is belong


@given(st.integers(1, 10**6).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_a_share_lies_within_its_interval_and_both_within_nothing_and_all(of: tuple[int, int]) -> None:
    low, high = interval(*of)
    assert 0 <= low <= share(*of) <= high <= 1000


def test_an_interval_of_few_is_wide() -> None:
    assert interval(0, 10) == (0, 278)
    assert interval(500, 1000) == (469, 531)
