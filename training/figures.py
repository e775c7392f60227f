"""Figures of a ranking, calibration and bounds. Pure functions over numbers."""

from math import ceil, exp, sqrt

import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.manifest import Heldout, Operating
from seawall.screen.measure import auprc, auroc, balanced_accuracy, recall_at

Floats = NDArray[np.float64]
GRID = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
PREVALENCE = 0.05
ENOUGH_POSITIVES, ENOUGH_NEGATIVES = 30, 500
MARGIN, HIGHEST = 0.5, 0.9999


def wilson(hits: float, of: float, z: float = 1.96) -> tuple[float, float]:
    """Return the bounds of a share at 95 %."""
    share, square = hits / of, z * z
    middle, half = share + square / (2 * of), z * sqrt(share * (1 - share) / of + square / (4 * of * of))
    return max(0.0, (middle - half) / (1 + square / of)), min(1.0, (middle + half) / (1 + square / of))


def bounded_precision(found: float, positives: float, false: float, negatives: float) -> float | None:
    """Return a lower bound of precision at `PREVALENCE`, or None where too few rows were tested."""
    if positives < ENOUGH_POSITIVES or negatives < ENOUGH_NEGATIVES:
        return None
    hit, miss = wilson(found, positives)[0], wilson(false, negatives)[1]
    return round(PREVALENCE * hit / (PREVALENCE * hit + (1 - PREVALENCE) * miss), 4)


def logistic(numbers: Floats, truth: Floats, weight: Floats | None = None, *, rounds: int = 50) -> Floats:
    """Fit one factor per number and a bias that turn numbers into probabilities, none of the factors negative.

    Newton's method on Platt's smoothed targets. `numbers` hold one column per row.
    """
    if not len(truth):
        return np.array([*([1e-3] * len(numbers)), 0.0])
    weight = np.ones(len(truth)) if weight is None else weight
    used = list(range(len(numbers)))
    while True:
        found = _newton(numbers[used], truth, weight, rounds)
        if len(used) == 1 or found[:-1].min() >= 0:
            break
        used.pop(int(found[:-1].argmin()))
    made = np.zeros(len(numbers) + 1)
    made[used], made[-1] = np.maximum(found[:-1], 1e-9), found[-1]
    return made


def _newton(numbers: Floats, truth: Floats, weight: Floats, rounds: int) -> Floats:
    positives, negatives = float((weight * truth).sum()), float((weight * (1 - truth)).sum())
    target = np.where(truth > 0, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    spread = np.maximum(numbers.std(axis=1), 1e-9)
    rows = np.concatenate((numbers / spread[:, None], np.ones((1, len(truth)))))
    chosen = np.array([*([1.0] * len(numbers)), float(np.log((positives + 1) / (negatives + 1)))])
    for _ in range(rounds):
        guess = 1 / (1 + np.exp(-np.clip(chosen @ rows, -30, 30)))
        slope = rows @ (weight * (guess - target)) + 1e-3 * chosen
        bend = (rows * (weight * guess * (1 - guess))) @ rows.T + 1e-3 * np.eye(len(rows))
        step = np.linalg.solve(bend, slope)
        chosen = chosen - step / max(1.0, float(np.abs(step).max()))
    return np.append(chosen[:-1] / spread, chosen[-1])


def thresholds(ordinary: Floats) -> list[float | None]:
    """Return per category, one line of `ordinary` each, a score that ordinary requests hardly ever reach.

    It lies `MARGIN` logits above the highest of them, because requests of other people are not quite like these.
    """
    if not ordinary.size:
        return [None] * len(ordinary)
    inside = np.clip(ordinary.max(axis=1), 1e-12, 1 - 1e-12)
    return [_above(float(logit)) for logit in np.log(inside / (1 - inside)) + MARGIN]


def _above(logit: float) -> float:
    score = 1 / (1 + exp(-logit))
    return min(HIGHEST, max(0.5, ceil(score * 1e4 + 1e-6) / 1e4))


def alarm(scores: Floats, truth: Floats) -> float | None:
    """Return the score from which violations and the rest are told apart best, the middle one of those that are."""
    if not len(scores) or truth.min() == truth.max():
        return None
    grid = np.arange(1, 100) / 100
    found = np.array([balanced_accuracy(scores, truth, float(edge)) for edge in grid])
    best = grid[found >= found.max() - 1e-9]
    return round(float(best[len(best) // 2]), 2)


def points(scores: Floats, truth: Floats) -> tuple[Operating, ...]:
    """Count what is found and falsely found at each score of `GRID`."""
    positives, negatives, made = int(truth.sum()), int((1 - truth).sum()), []
    for score in GRID:
        found = int(truth[scores >= score].sum())
        false = int((scores >= score).sum()) - found
        precision = bounded_precision(found, positives, false, negatives)
        made.append(Operating(score=score, found=found, false=false, precision=precision))
    return tuple(made)


def heldout(scores: Floats, truth: Floats) -> Heldout:
    """Measure one category's calibrated scores on test rows."""
    positives, negatives = int(truth.sum()), int((1 - truth).sum())
    enough = positives >= ENOUGH_POSITIVES and negatives >= ENOUGH_NEGATIVES
    return Heldout(
        positives=positives,
        negatives=negatives,
        auroc=round(auroc(scores, truth), 4) if enough else None,
        auprc=round(auprc(scores, truth), 4) if enough else None,
        recall_at_1_percent=round(recall_at(scores, truth, 0.01), 4) if enough else None,
        points=points(scores, truth),
    )
