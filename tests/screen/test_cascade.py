"""The cascade: which tier is asked about what, whose answer stands, and that no answer is never a pass."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from seawall.screen.cascade import Later, Text, Tiers, settle
from seawall.screen.judges import Contract, JudgeFailed, Subject
from seawall.screen.pool import Limits, Pool
from seawall.vocabulary.cascade import Cascade, Prohibition, Step, cascade
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Finding, Surface, Tier

HARASSMENT, HATE = Category.HARASSMENT, Category.HATE


class Stub:
    """A judge that says what it is told to, and remembers what it was asked."""

    def __init__(self, says: dict[Category, float] | None = None) -> None:
        self.name, self.release, self.contract = "judge.guard", "stub:1", Contract(name="guard", model="m", base_url="")
        self.says, self.asked = says, list[tuple[Subject, tuple[Category, ...]]]()

    async def scores(self, subject: Subject, asked: Any, *, zero_retention: bool) -> dict[Category, float]:
        self.asked.append((subject, tuple(each.category for each in asked)))
        if self.says is None:
            raise JudgeFailed("guard", "late", "is late")
        return {each.category: self.says.get(each.category, 0.0) for each in asked}


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    async with Pool("tests.screen.standins:Words", Limits(deadline_s=30)) as pool:
        yield pool


def step(**fields: Any) -> Step:
    basis = {
        "category": HARASSMENT,
        "tier": Tier.ACCURATE,
        "surfaces": frozenset({Surface.INPUT}),
        "low": 0.3,
        "high": 0.9,
    }
    return Step(**(basis | fields))  # type: ignore[arg-type]


def plan(*steps: Step) -> Cascade:
    return cascade(steps, {}, [Prohibition(category=HARASSMENT, title="Harassment", prohibited="Attacks on a person.")])


def fast(score: float, category: Category = HARASSMENT, **fields: Any) -> Finding:
    basis = {"detector": "linear", "release": "1", "surface": Surface.INPUT, "tier": Tier.FAST}
    return Finding(category=category, score=score, **(basis | fields))  # type: ignore[arg-type]


async def settled(cascade: Cascade, tiers: Tiers, text: str, *found: Finding, **fields: Any) -> tuple[Finding, ...]:
    seen = Text(text=text, surface=fields.pop("surface", Surface.INPUT), **fields)
    return (await settle(cascade, tiers, [seen], found, zero_retention=False)).findings


async def test_where_the_fast_tier_is_unsure_the_accurate_one_decides(pool: Pool) -> None:
    (found,) = await settled(plan(step()), Tiers(pool), "you goose", fast(0.5))
    assert (found.detector, found.release, found.tier, found.score) == ("encoder", "words-1", Tier.ACCURATE, 0.97)
    assert found.counts_strikes


async def test_what_the_accurate_tier_clears_is_no_finding(pool: Pool) -> None:
    assert await settled(plan(step()), Tiers(pool), "a swan", fast(0.7)) == ()


@pytest.mark.parametrize("score", [0.95, 0.9])
async def test_where_the_fast_tier_is_sure_nobody_else_is_asked(pool: Pool, score: float) -> None:
    assert await settled(plan(step()), Tiers(pool), "a swan", fast(score)) == (fast(score),)
    assert pool.scored == 0


async def test_a_score_below_every_band_and_rule_is_no_finding(pool: Pool) -> None:
    assert await settled(plan(step()), Tiers(pool), "you goose", fast(0.29)) == ()
    assert pool.scored == 0


async def test_a_rule_with_a_low_threshold_sees_low_scores() -> None:
    low = cascade([], {HARASSMENT: 0.2}, [])
    assert await settled(low, Tiers(), "a duck", fast(0.25), fast(0.25, HATE)) == (fast(0.25),)
    assert low.floor == 0.2


async def test_other_surfaces_and_categories_are_left_alone(pool: Pool) -> None:
    other = fast(0.6, surface=Surface.OUTPUT)
    assert await settled(plan(step()), Tiers(pool), "you goose", other, surface=Surface.OUTPUT) == (other,)
    hate = fast(0.6, HATE)
    assert await settled(plan(step()), Tiers(pool), "you goose", hate) == (hate,)


async def test_a_category_that_asks_always_is_judged_without_any_finding(pool: Pool) -> None:
    always = plan(step(low=0.0, high=1.0))
    (found,) = await settled(always, Tiers(pool), "you goose")
    assert (found.tier, found.score) == (Tier.ACCURATE, 0.97)
    assert await settled(plan(step()), Tiers(pool), "you goose") == ()


async def test_patterns_stand_beside_whatever_the_tiers_say(pool: Pool) -> None:
    pattern = Finding(category=HARASSMENT, detector="list", release="1", surface=Surface.INPUT, deterministic=True)
    assert await settled(plan(step()), Tiers(pool), "a swan", pattern, fast(0.5)) == (pattern,)


async def test_an_absent_tier_is_a_finding_of_failure_beside_the_score_before() -> None:
    failed, before = await settled(plan(step()), Tiers(), "you goose", fast(0.6))
    assert (failed.failed, failed.tier, failed.detector, failed.fail_open) == (True, Tier.ACCURATE, "encoder", False)
    assert before == fast(0.6)


async def test_a_late_tier_is_a_finding_of_failure_and_says_where_the_policy_tolerates_it() -> None:
    async with Pool("tests.screen.standins:Slow", Limits(deadline_s=0.05)) as pool:
        failed, _ = await settled(plan(step(fail_open=True)), Tiers(pool), "you goose", fast(0.6))
    assert (failed.failed, failed.fail_open, failed.release) == (True, True, "words-1")


async def test_a_category_that_the_tier_does_not_know_is_a_failure(pool: Pool) -> None:
    cyber = step(category=Category.CYBER)
    failed, _ = await settled(plan(cyber), Tiers(pool), "text", fast(0.5, Category.CYBER))
    assert (failed.category, failed.failed) == (Category.CYBER, True)


async def test_a_judge_goes_by_what_the_accurate_tier_says(pool: Pool) -> None:
    judge = Stub({HARASSMENT: 1.0})
    guarded = plan(step(), step(tier=Tier.JUDGE, judge="guard", low=0.5, high=0.9))
    tiers = Tiers(pool, {"guard": judge})  # type: ignore[dict-item]
    (found,) = await settled(guarded, tiers, "a duck", fast(0.4))
    assert (found.detector, found.tier, found.score, found.counts_strikes) == ("judge.guard", Tier.JUDGE, 1.0, False)
    await settled(guarded, tiers, "a swan", fast(0.8))
    await settled(guarded, tiers, "a goose", fast(0.8))
    assert [subject.text for subject, _ in judge.asked] == ["a duck"]


async def test_one_judge_is_asked_once_for_all_its_categories() -> None:
    judge = Stub({HATE: 1.0})
    ask = {"tier": Tier.JUDGE, "judge": "guard", "low": 0.0, "high": 1.0}
    both = plan(step(**ask), step(category=HATE, **ask))
    (found,) = await settled(both, Tiers(None, {"guard": judge}), "text")  # type: ignore[dict-item]
    assert found.category is HATE
    assert judge.asked == [(Subject(text="text"), (HARASSMENT, HATE))]


async def test_a_judge_that_fails_or_is_missing_is_a_finding_of_failure() -> None:
    guarded = plan(step(tier=Tier.JUDGE, judge="guard"))
    for judges in ({"guard": Stub()}, {}):
        failed, before = await settled(guarded, Tiers(None, judges), "text", fast(0.6))  # type: ignore[arg-type]
        assert (failed.failed, failed.tier, failed.detector) == (True, Tier.JUDGE, "judge.guard")
        assert before.score == 0.6


async def test_what_was_judged_in_an_earlier_exchange_goes_to_no_judge_again() -> None:
    judge = Stub({HARASSMENT: 1.0})
    guarded = plan(step(tier=Tier.JUDGE, judge="guard"))
    old = fast(0.6, newest=False)
    assert await settled(guarded, Tiers(None, {"guard": judge}), "text", old, newest=False) == (old,)  # type: ignore[dict-item]
    assert judge.asked == []


async def test_an_answer_goes_to_a_judge_with_the_words_before_it() -> None:
    judge = Stub({HARASSMENT: 0.0})
    guarded = plan(step(tier=Tier.JUDGE, judge="guard", surfaces=frozenset({Surface.OUTPUT})))
    found = fast(0.6, surface=Surface.OUTPUT)
    tiers = Tiers(None, {"guard": judge})  # type: ignore[dict-item]
    assert await settled(guarded, tiers, "the answer", found, surface=Surface.OUTPUT, context="the question") == ()
    assert judge.asked[0][0] == Subject(text="the answer", role="assistant", context="the question")


async def test_a_judge_that_is_asked_later_is_only_noted() -> None:
    judge = Stub({HARASSMENT: 1.0})
    guarded = plan(step(tier=Tier.JUDGE, judge="guard", after=True))
    tiers = Tiers(None, {"guard": judge})  # type: ignore[dict-item]
    text = Text(text="text", surface=Surface.INPUT, piece=2)
    result = await settle(guarded, tiers, [text], [fast(0.6, piece=2)], zero_retention=False)
    assert result.later == (Later(judge="guard", piece=2, categories=(HARASSMENT,)),)
    assert (judge.asked, result.findings) == ([], (fast(0.6, piece=2),))
