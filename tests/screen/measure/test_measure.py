"""Figures, checked against counting by hand, and slices."""

import base64

import numpy as np
import pytest

from seawall.screen.fold import fold
from seawall.screen.measure import (
    OBFUSCATIONS,
    auprc,
    auroc,
    balanced_accuracy,
    bias_of,
    calibration_error,
    figures,
    interval,
    length_band,
    obfuscate,
    paired,
    recall_at,
    reliability,
    threshold_at,
    traits,
)

Floats = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def numbers(*values: float) -> Floats:
    return np.array(values, dtype=np.float64)


SCORES, TRUTH = numbers(0.9, 0.8, 0.8, 0.3, 0.1), numbers(1, 0, 1, 1, 0)


def test_ranking_figures_agree_with_counting_by_hand() -> None:
    assert auroc(SCORES, TRUTH) == pytest.approx(4.5 / 6)
    assert auprc(SCORES, TRUTH) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    assert recall_at(SCORES, TRUTH, 0.0) == pytest.approx(1 / 3)
    assert recall_at(SCORES, TRUTH, 0.5) == pytest.approx(1.0)
    assert balanced_accuracy(SCORES, TRUTH, 0.5) == pytest.approx((2 / 3 + 1 / 2) / 2)


def test_the_order_of_rows_changes_no_figure() -> None:
    chance = np.random.default_rng(3)
    scores, truth = np.round(chance.random(400), 2), (chance.random(400) < 0.3).astype(np.float64)
    again = chance.permutation(400)
    for metric in (auroc, auprc):
        assert metric(scores[again], truth[again]) == pytest.approx(metric(scores, truth))


def test_no_more_benign_rows_than_stated_reach_the_threshold() -> None:
    benign = np.repeat(np.arange(100) / 100, 10)
    for rate in (0.0, 0.001, 0.01, 0.25):
        assert (benign >= threshold_at(benign, rate)).mean() <= rate
    assert (benign >= threshold_at(benign, 0.25)).mean() > 0.2


def test_calibrated_scores_have_no_error_and_boastful_ones_have() -> None:
    chance = np.random.default_rng(1)
    scores = chance.random(50_000)
    truth = (chance.random(50_000) < scores).astype(np.float64)
    assert calibration_error(scores, truth) < 0.02
    assert calibration_error(np.minimum(1.0, scores + 0.3), truth) > 0.2
    assert sum(each.rows for each in reliability(scores, truth)) == 50_000


def test_an_interval_holds_its_value_and_narrows_with_rows() -> None:
    chance = np.random.default_rng(2)
    wide, narrow = (_spread(chance, rows) for rows in (60, 6000))
    assert narrow < wide / 3


def _spread(chance: np.random.Generator, rows: int) -> float:
    truth = (np.arange(rows) % 3 == 0).astype(np.float64)
    found = interval(auroc, chance.normal(size=rows) + truth, truth)
    assert found.low <= found.value <= found.high
    return found.high - found.low


def test_a_paired_interval_tells_the_better_of_two_and_is_repeatable() -> None:
    chance = np.random.default_rng(5)
    truth = (np.arange(500) % 4 == 0).astype(np.float64)
    good, poor = truth + chance.normal(size=500), truth + 4 * chance.normal(size=500)
    assert paired(auprc, good, poor, truth).low > 0
    assert paired(auprc, poor, good, truth).high < 0
    assert paired(auprc, good, poor, truth) == paired(auprc, good, poor, truth)


def test_figures_without_both_sorts_of_rows_are_absent_not_invented() -> None:
    found = figures(numbers(0.1, 0.2), numbers(0, 0))
    assert (found.positives, found.negatives, found.auroc, found.auprc) == (0, 2, None, None)
    assert found.calibration_error == pytest.approx(0.15)
    assert figures(numbers(), numbers()).calibration_error is None
    both = figures(SCORES, TRUTH)
    assert both.auroc is not None
    assert both.auroc.value == pytest.approx(4.5 / 6)


def test_a_term_that_raises_scores_shows_in_its_bpsn() -> None:
    texts = ["gay people are here", "people are here", "gay people are awful", "people are awful"] * 20
    truth, scores = numbers(*[0, 0, 1, 1] * 20), numbers(*[0.7, 0.1, 0.9, 0.6] * 20)
    (found,) = bias_of(texts, scores, truth, ("gay", "taoist"))
    assert (found.term, found.rows, found.subgroup, found.bpsn, found.bnsp) == ("gay", 40, 1.0, 0.0, 1.0)


@pytest.mark.parametrize("how", OBFUSCATIONS)
def test_obfuscation_changes_a_text_the_same_way_each_time(how: str) -> None:
    changed = obfuscate("Please close the garden gate", how)
    assert changed != "Please close the garden gate"
    assert changed == obfuscate("Please close the garden gate", how)


def test_obfuscated_text_reads_back() -> None:
    text = "close the garden gate"
    assert fold(obfuscate(text, "zero_width")) == text
    assert fold(obfuscate(text, "homoglyphs")) == text
    assert obfuscate(text, "spacing").startswith("c l o s e the g a r d e n")
    assert base64.b64decode(obfuscate(text, "base64")).decode() == text


def test_lengths_fall_into_bands() -> None:
    bands = [length_band("x" * length) for length in (0, 100, 101, 1600, 1601)]
    assert bands == ["0-100", "0-100", "101-200", "801-1600", "over 1600"]


def test_traits_are_read_from_words() -> None:
    assert traits("I do not hate them") == {"negation"}
    assert traits('She said "go home" to me?') == {"quotation", "question"}
    assert traits("Das ist kein Problem") == {"negation"}
    assert traits("A quiet street") == frozenset()
