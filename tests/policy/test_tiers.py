"""The cascade in the documents: what is wrong with it, what it comes to, and what a failed tier means."""

from collections.abc import Callable
from pathlib import Path

import pytest

from seawall.policy import Edition, Policy, PolicyInvalid, decide, diff, read
from seawall.vocabulary.categories import Category
from seawall.vocabulary.findings import Surface, Tier
from seawall.vocabulary.measures import Measure
from seawall.vocabulary.standing import GOOD
from tests.policy.conftest import Files, finding, rules, situation

Folder = Callable[..., Path]
Compiled = Callable[..., Edition]


def cascade(text: str) -> Files:
    return {"cascade.yaml": text}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "hate:\n  - {band: [0.9, 0.3]}\n",
            "cascade.yaml:2: The cascade has the band [0.9, 0.3].\n    Write two scores",
        ),
        ("hate:\n  - {band: [0.5]}\n", "cascade.yaml:2: The cascade has the band [0.5]."),
        ("hate:\n  - {band: [0.5, 1.5]}\n", "cascade.yaml:2: cascade.hate.1.band.2 is '1.5'"),
        ("hate:\n  - {tier: accurat}\n", "Did you mean 'accurate'?"),
        ("hate:\n  - {surfaces: [inputs]}\n", "Did you mean 'input'?"),
        ("hatred: []\n", "cascade.yaml:1: cascade is 'hatred', which is not known.\n    Did you mean 'hate'?"),
        ("terrorism:\n  - {}\n", "which no category document describes.\n    Add terrorism to the categories."),
        (
            "hate:\n\n  - {tier: judge}\n",
            "cascade.yaml:3: The cascade asks a judge without saying which.\n    Add `judge:`",
        ),
        (
            "hate:\n  - {tier: judge, judge: gard}\n",
            "asks the judge 'gard', which is not in the settings.\n    Did you mean 'guard'?",
        ),
        ("hate:\n  - {judge: guard}\n", "names the judge 'guard' in a step that asks none.\n    Write `tier: judge`."),
        ("hate:\n  - {when: after}\n", "asks the accurate tier after the exchange.\n    It answers inline"),
    ],
)
def test_what_is_wrong_with_a_cascade_is_told_with_file_line_and_hint(text: str, told: str, folder: Folder) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        read(folder(cascade(text)), judges=frozenset({"guard"}))
    assert told in "\n".join(map(str, caught.value.problems))


def test_without_any_judge_the_hint_says_where_they_are_named(folder: Folder) -> None:
    with pytest.raises(PolicyInvalid, match=r"add \[\[judges\]\] to seawall.toml"):
        read(folder(cascade("hate:\n  - {tier: judge, judge: guard}\n")), judges=frozenset())


def test_a_cascade_becomes_steps_in_the_order_of_its_tiers(edition: Compiled) -> None:
    made = edition(
        cascade(
            "hate:\n  - {band: [0.4, 0.8], surfaces: [input]}\n"
            "  - {tier: judge, judge: guard, band: [0.6, 0.9], when: after, fail: open}\n"
        )
    ).base.cascade
    first, second = made.steps
    assert (first.category, first.tier, first.low, first.high, first.surfaces) == (
        Category.HATE,
        Tier.ACCURATE,
        0.4,
        0.8,
        {Surface.INPUT},
    )
    assert (second.tier, second.judge, second.after, second.fail_open) == (Tier.JUDGE, "guard", True, True)
    assert (made.floor, made.always) == (0.4, frozenset())


def test_a_rule_that_asks_is_answered_on_its_surfaces_whatever_the_score(edition: Compiled) -> None:
    asking = rules("id: h, category: hate, surfaces: [output], measure: warn, message: No., asks: accurate, fail: open")
    (step,) = edition(asking).base.cascade.steps
    assert (step.tier, step.low, step.high, step.surfaces, step.fail_open) == (
        Tier.ACCURATE,
        0.0,
        1.0,
        {Surface.OUTPUT},
        True,
    )
    assert edition(asking).base.cascade.always == {Surface.OUTPUT}


def test_an_overlay_may_ask_for_its_project(edition: Compiled) -> None:
    made = edition({"overlays/lab.yaml": "rules:\n  hate.warn: {asks: accurate}\n"})
    assert (made.of("lab").cascade.always, made.of("shop").cascade.always) == ({Surface.INPUT}, frozenset())


def test_the_lowest_threshold_of_a_category_is_its_floor(edition: Compiled) -> None:
    low = edition(rules("id: h, category: hate, surfaces: [input], measure: annotate, threshold: 0.35")).base.cascade
    assert (low.floor, low.reports(Category.HATE, 0.36), low.reports(Category.CYBER, 0.36)) == (0.35, True, False)


def test_the_texts_of_the_categories_go_to_judges(small: Policy) -> None:
    texts = {each.category: each.prohibited for each in small.cascade.texts}
    assert texts[Category.HATE] == "Demeaning people."


def test_a_step_that_fails_open_lets_pass_and_says_so(small: Policy) -> None:
    failed = finding("hate", detector="encoder", failed=True, deterministic=False)
    assert decide(small, [failed], GOOD, situation()).measure is Measure.WITHHOLD
    tolerated = finding("hate", detector="encoder", failed=True, fail_open=True, deterministic=False)
    verdict = decide(small, [tolerated], GOOD, situation())
    assert (verdict.measure, verdict.unscreened) == (Measure.ANNOTATE, True)


def test_a_changed_cascade_is_a_difference(folder: Folder) -> None:
    before = read(folder(cascade("hate:\n  - {band: [0.3, 0.9]}\n"), "before"))
    after = read(folder(cascade("hate:\n  - {band: [0.4, 0.9]}\ncyber: []\n"), "after"))
    assert [str(each).split("\n")[0] for each in diff(before, after)] == ["changed cascade hate", "added cascade cyber"]
