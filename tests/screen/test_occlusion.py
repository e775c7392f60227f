"""Leaving words out: the word that carries the score is found, in short texts and long ones."""

from seawall.screen.occlusion import MOST, occlusions
from seawall.vocabulary.categories import Category
from tests.screen.standins import Words

HARASSMENT, HATE = Category.HARASSMENT, Category.HATE


def test_the_word_that_carries_the_score_weighs_most_and_the_rest_nothing() -> None:
    text = "Oh you  silly goose of mine"
    found = occlusions(Words(), text, [HARASSMENT, HATE])
    weights = {text[part.span.start : part.span.end]: part.weight for part in found[HARASSMENT]}
    assert weights.pop("goose") > 5
    assert set(weights.values()) == {0.0}
    assert {part.weight for part in found[HATE]} == {0.0}


def test_a_long_text_is_left_out_in_groups() -> None:
    text = "swan " * 500 + "goose " + "swan " * 500
    parts = occlusions(Words(), text, [HARASSMENT])[HARASSMENT]
    assert len(parts) <= MOST
    heaviest = max(parts, key=lambda part: part.weight)
    assert "goose" in text[heaviest.span.start : heaviest.span.end]


def test_an_empty_text_has_no_parts() -> None:
    assert occlusions(Words(), " ", [HARASSMENT]) == {HARASSMENT: []}
