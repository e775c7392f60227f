"""The accurate tier's pool: answers, bounds, and what happens to workers that misbehave."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.screen.pool import Late, Limits, Overloaded, Pool, TierFailed
from seawall.vocabulary.categories import Category

STANDINS = "tests.screen.standins"


async def until(holds: Callable[[], bool]) -> None:
    for _ in range(3000):
        if holds():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came to that")


async def test_scores_come_with_the_precision_that_was_shown() -> None:
    async with Pool(f"{STANDINS}:Words") as pool:
        found = await pool.scores("you silly goose")
        assert (pool.name, pool.release) == ("encoder", "words-1")
    assert (found[Category.HARASSMENT].score, found[Category.HARASSMENT].precision) == (0.97, 0.99)
    assert found[Category.HATE].precision is None


async def test_many_texts_are_scored_each_with_its_own_answer() -> None:
    async with Pool(f"{STANDINS}:Words", Limits(workers=2, batch=3)) as pool:
        found = await asyncio.gather(*(pool.scores(f"{n} {'goose' if n % 3 else 'swan'}") for n in range(40)))
        assert pool.cpu_s > 0
    assert [each[Category.HARASSMENT].score > 0.5 for each in found] == [bool(n % 3) for n in range(40)]


async def test_a_text_that_was_scored_is_remembered() -> None:
    async with Pool(f"{STANDINS}:Words") as pool:
        first, second = await pool.scores("a duck"), await pool.scores("a duck")
        assert (first == second, pool.scored) == (True, 1)


async def test_of_a_very_long_text_both_ends_are_read() -> None:
    async with Pool(f"{STANDINS}:Words") as pool:
        ends = await pool.scores("swan " * 10_000 + "goose")
        middle = await pool.scores("swan " * 5_000 + "goose " + "swan " * 5_000)
    assert ends[Category.HARASSMENT].score > 0.5 > middle[Category.HARASSMENT].score


async def test_a_late_answer_is_an_error() -> None:
    async with Pool(f"{STANDINS}:Slow", Limits(deadline_s=0.05)) as pool:
        with pytest.raises(Late, match=r"0\.05 seconds"):
            await pool.scores("a duck")


async def test_a_full_queue_is_an_error_at_once_and_those_who_wait_are_answered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = tmp_path / "open"
    monkeypatch.setenv("GATE", str(gate))
    async with Pool(f"{STANDINS}:Gated", Limits(most_waiting=2, batch=1, deadline_s=60)) as pool:
        waiting = [asyncio.create_task(pool.scores("goose 0"))]
        await until(lambda: pool.submitted == 1 and pool.waiting == 0)
        waiting += [asyncio.create_task(pool.scores(f"goose {n}")) for n in (1, 2)]
        await until(lambda: pool.waiting == 2)
        with pytest.raises(Overloaded, match="2 texts wait"):
            await pool.scores("one more goose")
        gate.touch()
        answered = await asyncio.gather(*waiting)
    assert [each[Category.HARASSMENT].score for each in answered] == [0.97] * 3


async def test_a_model_that_raises_fails_that_text_and_goes_on() -> None:
    async with Pool(f"{STANDINS}:Raising") as pool:
        with pytest.raises(TierFailed, match="ValueError"):
            await pool.scores("an odd duck")
        assert (await pool.scores("a goose"))[Category.HARASSMENT].score == 0.97


async def test_a_worker_that_dies_fails_its_text_and_is_started_again() -> None:
    async with Pool(f"{STANDINS}:Dying", Limits(deadline_s=30)) as pool:
        with pytest.raises(TierFailed, match="ended while"):
            await pool.scores("an odd duck")
        assert (await pool.scores("a goose"))[Category.HARASSMENT].score == 0.97


@pytest.mark.parametrize(
    ("load", "why"), [(f"{STANDINS}:damaged", "they are damaged"), ("no.such.module:Thing", "No module named")]
)
async def test_a_tier_that_cannot_be_loaded_says_why(load: str, why: str) -> None:
    with pytest.raises(TierFailed, match=why):
        async with Pool(load):
            pass


async def test_those_who_wait_at_the_end_are_told() -> None:
    async with Pool(f"{STANDINS}:Slow", Limits(deadline_s=60)) as pool:
        asked = asyncio.create_task(pool.scores("a duck"))
        await until(lambda: pool.submitted == 1 and pool.waiting == 0)
    with pytest.raises(TierFailed):
        await asked
