"""Which rows were held out, shares with their bounds, and the sentences of our own."""

import pytest
from training.generators import make
from training.rows import TEST, digest, part_of

from seawall.screen.measure import held_out, share
from seawall.screen.measure.speech import KINDS, LANGUAGES, RUDE, said


def test_what_is_held_out_is_what_training_tests_on() -> None:
    texts = [f"The {n}th house on the hill has a green door." for n in range(500)]
    assert [held_out(text) for text in texts] == [part_of(digest(text)) == TEST for text in texts]
    assert any(map(held_out, texts))


def test_texts_that_begin_alike_are_on_one_side() -> None:
    opening = "A long beginning that many of these templates share, "
    assert len({held_out(f"{opening}{n}") for n in range(50)}) == 1


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"), [(0, 100, 0.0, 0.0370), (5, 100, 0.0215, 0.1118), (4, 4, 0.5101, 1)]
)
def test_a_share_has_the_bounds_of_wilson(hits: int, of: int, low: float, high: float) -> None:
    found = share(hits, of)
    assert (found.value, found.low, found.high) == pytest.approx((hits / of, low, high), abs=1e-4)


def test_of_nothing_nothing_is_known() -> None:
    assert (share(0, 0).low, share(0, 0).high) == (0.0, 1.0)


def test_every_language_has_sentences_of_every_kind_and_none_twice() -> None:
    every = list(said())
    assert {(each.language, each.kind) for each in every} == {
        (name, kind) for name in LANGUAGES for kind in (RUDE, *KINDS)
    }
    assert len({each.text for each in every}) == len(every) == 480


def test_training_makes_none_of_the_sentences() -> None:
    made = {each.text for each in make(20261124)}
    assert made.isdisjoint(each.text for each in said())
