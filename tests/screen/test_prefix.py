"""The expression of a pattern's beginnings finds every match while it is still being written."""

import re
from re import _parser  # type: ignore[attr-defined]

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seawall.screen import DETECTORS, Detector
from seawall.screen.prefix import any_beginning, beginnings
from tests.screen.disguises import SCREEN, surface

PATTERNS = [(detector, pattern) for detector in DETECTORS for pattern in detector.patterns]
_ASCII = st.characters(max_codepoint=126)


def compiled(pattern: str, detector: Detector) -> re.Pattern[str]:
    return re.compile(pattern, re.ASCII | re.DOTALL | (re.IGNORECASE if detector.wording else 0))


def matches(pattern: str) -> st.SearchStrategy[str]:
    """Return texts that a pattern matches whole."""
    return st.from_regex(re.compile(pattern, re.ASCII | re.DOTALL), fullmatch=True, alphabet=_ASCII)


@pytest.mark.parametrize(("detector", "pattern"), PATTERNS, ids=lambda each: getattr(each, "name", ""))
@given(data=st.data())
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
def test_every_beginning_of_a_match_is_found_at_or_before_its_start(
    detector: Detector, pattern: str, data: st.DataObject
) -> None:
    match = data.draw(matches(pattern))
    own = compiled(beginnings(pattern, ignore_case=detector.wording), detector)
    every = SCREEN.beginning(surface(detector))
    for end in range(1, len(match) + 1):
        text = "so, " + match[:end]
        for expression in (own, every):
            found = expression.search(text, 3)
            assert found is not None, end
            assert found.start() <= 4, end


@pytest.mark.parametrize(("detector", "pattern"), PATTERNS, ids=lambda each: getattr(each, "name", ""))
def test_no_pattern_matches_more_than_its_detector_states(detector: Detector, pattern: str) -> None:
    assert _parser.parse(pattern, re.ASCII).getwidth()[1] <= detector.max_span


@pytest.mark.parametrize(
    ("pattern", "text", "place"),
    [
        (r"\bab{2,3}c", "x ab", 2),
        (r"\bab{2,3}c", "x abbb", 2),
        (r"\bab{2,3}c", "x abbbb", 7),
        (r"\bab{2,3}c", "xab", 3),
        (r"(?:cat|cow|dog)s?", "the co", 4),
        (r"(?:cat|cow|dog)s?", "the do!", 7),
        (r"[a-c]\d(?:-\d){2}", "z b1-2-", 2),
        (r"one(?: two){0,2}", "one two t", 0),
    ],
)
def test_nothing_is_held_that_cannot_become_a_match(pattern: str, text: str, place: int) -> None:
    found = any_beginning([(pattern, False)]).search(text)
    assert found is not None
    assert found.start() == place
