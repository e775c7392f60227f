"""Texts that come again are scored once; what is newest always is; nothing of a text is kept."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from seawall.screen.classifying import Given
from seawall.screen.engine import Screen
from seawall.screen.linear import LinearClassifier
from seawall.screen.remembered import Remembered
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface


class Counting:
    """A classifier that says how long a text is, and remembers what it was asked."""

    name, release, categories = "counting", "1", (Category.HARASSMENT,)

    def __init__(self) -> None:
        self.asked: list[str] = []

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        self.asked += texts
        return [{Category.HARASSMENT: min(1.0, len(text) / 10)} for text in texts]

    def precision_at(self, category: Category, score: float) -> None:
        return None


def _given(*texts: str, newest: str) -> list[Given]:
    earlier = [Given(text, Surface.INPUT, number, newest=False) for number, text in enumerate(texts)]
    return [*earlier, Given(newest, Surface.INPUT, len(texts), newest=True)]


def test_each_turn_of_a_conversation_is_scored_twice_at_most() -> None:
    counting = Counting()
    screen = Screen((), (counting,))
    said = [f"turn {number}" for number in range(8)]
    for turn in range(8):
        screen.screen_all(_given("system", *said[:turn], newest=said[turn]))
    assert sorted(counting.asked) == sorted(["system", *said, *said[:7]])


def test_the_answers_are_those_of_asking_anew_and_in_the_same_places() -> None:
    remembering, fresh = Screen((), (Counting(),)), Screen((), (Counting(),))
    remembering.screen_all(_given("four", "sixteen letters!", newest="x"))
    again = _given("sixteen letters!", "new here", "four", newest="four")
    assert remembering.screen_all(again) == fresh.screen_all(again)


def test_real_scores_do_not_depend_on_what_was_scored_before() -> None:
    linear = LinearClassifier.load()
    texts = ["Please help me plan a garden.", "You are a helpful assistant.", "You are a silly goose."]
    remembered = Remembered()
    first = remembered.scores(texts, [True, True, False], linear.batch_scores)
    assert first == linear.batch_scores(texts)
    later = remembered.scores([texts[1], texts[2], texts[0]], [True, True, True], linear.batch_scores)
    assert later == [first[1], first[2], first[0]]


def test_what_is_newest_is_scored_each_time() -> None:
    counting = Counting()
    screen = Screen((), (counting,))
    for _ in range(3):
        screen.screen_all(_given(newest="same"))
    assert counting.asked == ["same"] * 3


def test_no_more_is_kept_than_may_be_and_the_oldest_goes_first() -> None:
    counting, remembered = Counting(), Remembered(most=2)
    for text in ("a", "b", "a", "c", "b"):
        remembered.scores([text], [True], counting.batch_scores)
    assert counting.asked == ["a", "b", "c", "b"]


def test_a_failure_is_not_remembered() -> None:
    remembered = Remembered()

    def fails(texts: Sequence[str]) -> list[dict[Category, float]]:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        remembered.scores(["a"], [True], fails)
    assert remembered.scores(["a"], [True], Counting().batch_scores) == [{Category.HARASSMENT: 0.1}]


def test_nothing_of_a_text_is_kept_and_nobody_else_can_look_one_up() -> None:
    one, other = Remembered(), Remembered()
    for each in (one, other):
        each.scores(["a secret of somebody"], [True], Counting().batch_scores)
    kept = [list(each._scores) for each in (one, other)]
    assert kept[0] != kept[1]
    assert all(len(name) == 16 for names in kept for name in names)
    assert "secret" not in repr(vars(one))


def test_several_threads_get_each_their_own_answers() -> None:
    remembered, counting = Remembered(most=50), Counting()
    texts = [str(number) * (1 + number % 9) for number in range(100)]

    def run(_: int) -> list[dict[Category, float]]:
        return remembered.scores(texts, [True] * 100, counting.batch_scores)

    with ThreadPoolExecutor(4) as pool:
        assert all(found == Counting().batch_scores(texts) for found in pool.map(run, range(20)))
