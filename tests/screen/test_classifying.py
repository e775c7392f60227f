"""Groups of texts are scored in one call, and each group is answered as if it were alone."""

import logging
import time
from collections.abc import Sequence

import pytest

from seawall.screen.classifying import Classifying, Given
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Surface

HARASSMENT = Category.HARASSMENT


class Scripted:
    """Scores by length, raises on `bad`, takes a while over `slow`."""

    name, release, categories = "scripted", "1", (HARASSMENT, Category.HATE)

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        self.calls.append(list(texts))
        if "bad" in texts:
            raise ValueError(texts)
        if "slow" in texts:
            time.sleep(0.02)
        return [{HARASSMENT: min(1.0, len(text) / 10), Category.HATE: 0.0} for text in texts]

    def precision_at(self, category: Category, score: float) -> float | None:
        return 0.97 if category is HARASSMENT and score > 0.5 else None


def group(*texts: str) -> list[Given]:
    return [Given(text, Surface.INPUT, number) for number, text in enumerate(texts)]


def brief(found: Sequence[Finding]) -> list[tuple[int, Category, float, bool]]:
    return [(each.piece, each.category, each.score, each.failed) for each in found]


def test_groups_share_one_call_and_get_their_own_answers() -> None:
    scripted = Scripted()
    classifying = Classifying((scripted,), deadline_s=1.0, floor=0.5)
    found = classifying.findings([group("abcdef", "a"), [], group("abcdefgh")])
    assert scripted.calls == [["abcdef", "a", "abcdefgh"]]
    assert [brief(each) for each in found] == [[(0, HARASSMENT, 0.6, False)], [], [(0, HARASSMENT, 0.8, False)]]
    assert found[0][0].precision == 0.97


def test_a_text_that_makes_the_classifier_raise_fails_its_own_group_only(caplog: pytest.LogCaptureFixture) -> None:
    classifying = Classifying((Scripted(),), deadline_s=1.0, floor=0.5)
    with caplog.at_level(logging.ERROR):
        first, second, third = classifying.findings([group("abcdef"), group("fine", "bad"), group("abcdefgh")])
    assert brief(first) == [(0, HARASSMENT, 0.6, False)]
    assert brief(third) == [(0, HARASSMENT, 0.8, False)]
    assert {(each.piece, each.category) for each in second} == {(n, c) for n in (0, 1) for c in Scripted.categories}
    assert all(each.failed for each in second)
    assert [each.message for each in caplog.records] == ["classifier failed"]


def test_each_group_keeps_its_own_deadline() -> None:
    classifying = Classifying((Scripted(),), deadline_s=0.005, floor=0.5)
    late, in_time = classifying.findings([group("slow"), group(*"abcdefghijklmnopqrstuvwxyz" * 10)])
    assert [each.failed for each in late] == [True, True]
    assert not any(each.failed for each in in_time)


def test_without_classifiers_there_is_nothing_to_find() -> None:
    assert Classifying((), deadline_s=1.0, floor=0.5).findings([group("a"), group("b")]) == [[], []]
