"""The parts of a linear score: they add up to it, and stand where their words stand."""

import base64
import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from seawall.screen.linear import LinearClassifier
from seawall.vocabulary.categories import Category

HARASSMENT = Category.HARASSMENT


def logit(chance: float) -> float:
    return math.log(chance / (1 - chance))


def added(classifier: LinearClassifier, text: str, category: Category = HARASSMENT) -> tuple[float, float]:
    """Return the logit by parts, and the logit of the score."""
    told = classifier.explain(text, category)
    by_parts = told.bias + sum(part.weight for part in told.parts)
    assert told.logit == pytest.approx(by_parts, abs=1e-3)
    return by_parts, logit(classifier.scores(text)[category])


@pytest.mark.parametrize(
    "text",
    [
        "you silly goose",
        "a",
        "  spaced   out\n\nlines\tand tabs  ",
        "Ünïcödé wörds, İstanbul, and ẞ",
        "一只鸭子 in the pond",
        "word " * 600 + "silly goose",
        "silly goose " * 3000,
        "...!!! ???",
    ],
)
def test_the_parts_add_up_to_the_score(shipped: LinearClassifier, text: str) -> None:
    for category in (HARASSMENT, Category.JAILBREAK):
        by_parts, scored = added(shipped, text, category)
        assert by_parts == pytest.approx(scored, abs=1e-2)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=300))
@example("\xad")
def test_the_parts_of_any_text_add_up(text: str) -> None:
    by_parts, scored = added(_loaded(), text)
    assert max(-25.0, min(25.0, by_parts)) == pytest.approx(max(-25.0, min(25.0, scored)), abs=1e-2)


def _loaded() -> LinearClassifier:
    if not _LOADED:
        _LOADED.append(LinearClassifier.load())
    return _LOADED[0]


_LOADED: list[LinearClassifier] = []


def test_each_part_is_a_word_of_the_original_text(shipped: LinearClassifier) -> None:
    text = "Hello,   you SILLY goose!"
    parts = shipped.explain(text, HARASSMENT).parts
    assert [text[part.span.start : part.span.end] for part in parts] == ["Hello,", "you", "SILLY", "goose!"]


def test_the_word_that_was_learned_weighs_most(small: LinearClassifier) -> None:
    told = small.explain("what a lovely day you silly goose", HARASSMENT)
    text = "what a lovely day you silly goose"
    heaviest = max(told.parts, key=lambda part: part.weight)
    assert text[heaviest.span.start : heaviest.span.end] in ("you", "silly", "goose")
    lightest = min(told.parts, key=lambda part: part.weight)
    assert text[lightest.span.start : lightest.span.end] in ("what", "a", "lovely", "day")


def test_a_category_without_a_score_cannot_be_explained(shipped: LinearClassifier) -> None:
    with pytest.raises(KeyError):
        shipped.explain("text", Category.DEFAMATION)


def test_the_parts_of_a_disguised_text_stand_where_it_is_written(shipped: LinearClassifier) -> None:
    text = "you s1lly g00se, you"
    by_parts, scored = added(shipped, text)
    told = shipped.explain(text, HARASSMENT)
    assert by_parts == pytest.approx(scored, abs=1e-2)
    assert [text[part.span.start : part.span.end] for part in told.parts] == text.split()


def test_an_encoded_text_has_no_words_to_carry_its_parts(shipped: LinearClassifier) -> None:
    text = base64.b64encode(b"you silly goose, you very silly goose").decode()
    by_parts, scored = added(shipped, text)
    assert by_parts == pytest.approx(scored, abs=1e-2)
    assert shipped.explain(text, HARASSMENT).parts == ()
