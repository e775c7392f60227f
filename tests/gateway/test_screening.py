"""Exchanges that come at the same moment are scored in one call; none waits for another, none fails with another."""

import asyncio
from collections.abc import Sequence

import pytest

from seawall.gateway.screening import Screening
from seawall.gateway.wire import Piece
from seawall.screen import Screen
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Surface

HARASSMENT = Category.HARASSMENT


class Counting:
    """Scores by length and remembers what each call was given."""

    name, release, categories = "counting", "1", (HARASSMENT,)

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def batch_scores(self, texts: Sequence[str]) -> list[dict[Category, float]]:
        self.calls.append(list(texts))
        return [{HARASSMENT: min(1.0, len(text) / 10)} for text in texts]

    def precision_at(self, category: Category, score: float) -> None:
        return None


class Broken(Screen):
    """A screen with a fault of its own."""

    def classify(self, groups: object) -> list[list[Finding]]:
        raise RuntimeError("a fault")


def pieces(*texts: str) -> list[Piece]:
    return [Piece(surface=Surface.INPUT, text=text) for text in texts]


@pytest.fixture
def counting() -> Counting:
    return Counting()


@pytest.fixture
def screening(counting: Counting) -> Screening:
    return Screening(Screen((), (counting,)))


async def test_those_who_come_together_share_a_call_and_get_their_own_findings(
    screening: Screening, counting: Counting
) -> None:
    asked = [pieces("abcdef"), pieces("", "abcdefg"), pieces("abc"), pieces("")]
    found = await asyncio.gather(*(screening.screened(each) for each in asked))
    assert counting.calls == [["abcdef", "abcdefg", "abc"]]
    assert [[(each.piece, each.score) for each in one] for one in found] == [[(0, 0.6)], [(1, 0.7)], [], []]


async def test_whoever_comes_while_others_wait_a_turn_is_taken_along(screening: Screening, counting: Counting) -> None:
    first = asyncio.create_task(screening.screened(pieces("abcdef")))
    await asyncio.sleep(0)
    second = asyncio.create_task(screening.screened(pieces("abcdefg")))
    await asyncio.gather(first, second)
    assert counting.calls == [["abcdef", "abcdefg"]]


async def test_whoever_is_alone_waits_for_nobody(screening: Screening, counting: Counting) -> None:
    turns = 0
    asked = asyncio.create_task(screening.screened(pieces("abcdef")))
    while not asked.done():
        await asyncio.sleep(0)
        turns += 1
    assert turns <= 5
    assert len(counting.calls) == 1


async def test_many_are_scored_in_several_calls_in_their_order(screening: Screening, counting: Counting) -> None:
    asked = [f"text {number}" for number in range(100)]
    found = await asyncio.gather(*(screening.screened(pieces(each)) for each in asked))
    assert [text for call in counting.calls for text in call] == asked
    assert max(map(len, counting.calls)) < 100
    assert [one[0].score for one in found] == [min(1.0, len(each) / 10) for each in asked]


async def test_one_with_more_texts_than_a_call_takes_is_scored_whole(screening: Screening, counting: Counting) -> None:
    many = pieces(*(f"turn {number}" for number in range(100)))
    found, other = await asyncio.gather(screening.screened(many), screening.screened(pieces("abcdef")))
    assert [each.piece for each in found] == list(range(100))
    assert (len(counting.calls), len(other)) == (2, 1)


async def test_who_goes_away_takes_no_other_along(screening: Screening) -> None:
    gone = asyncio.create_task(screening.screened(pieces("abcdef")))
    stays = asyncio.create_task(screening.screened(pieces("abcdefg")))
    await asyncio.sleep(0)
    gone.cancel()
    assert [each.score for each in await stays] == [0.7]
    with pytest.raises(asyncio.CancelledError):
        await gone
    assert [each.score for each in await screening.screened(pieces("abcdefgh"))] == [0.8]


async def test_a_fault_reaches_everybody_who_waits_and_nobody_later(counting: Counting) -> None:
    screening = Screening(Broken((), (counting,)))
    told = await asyncio.gather(*(screening.screened(pieces("abc")) for _ in range(40)), return_exceptions=True)
    assert [type(each) for each in told] == [RuntimeError] * 40
    with pytest.raises(RuntimeError, match="a fault"):
        await screening.screened(pieces("abc"))
