"""Figures of a ranking, calibration and bounds. Pure functions over numbers."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.manifest import Heldout, Operating

Floats = NDArray[np.float64]
GRID = (0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999)
PREVALENCE = 0.05
ENOUGH_POSITIVES, ENOUGH_NEGATIVES = 30, 500


def auroc(scores: Floats, truth: Floats) -> float:
    """Return the chance that a positive stands above a negative; ties count half."""
    values, inverse = np.unique(scores, return_inverse=True)
    positive = np.bincount(inverse, weights=truth, minlength=len(values))
    negative = np.bincount(inverse, weights=1 - truth, minlength=len(values))
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / (positive.sum() * negative.sum()))


def _curve(scores: Floats, truth: Floats) -> tuple[Floats, Floats]:
    """Return found and falsely found counts at each distinct score, from the highest down."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    return np.cumsum(truth[order])[last], np.cumsum(1 - truth[order])[last]


def auprc(scores: Floats, truth: Floats) -> float:
    """Return the average precision."""
    found, false = _curve(scores, truth)
    return float((np.diff(found, prepend=0.0) * found / (found + false)).sum() / truth.sum())


def recall_at(scores: Floats, truth: Floats, rate: float) -> float:
    """Return the highest recall whose false-positive rate does not exceed `rate`."""
    found, false = _curve(scores, truth)
    allowed = found[false <= rate * (1 - truth).sum()]
    return float(allowed[-1] / truth.sum()) if len(allowed) else 0.0


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


def platt(sums: Floats, truth: Floats, *, rounds: int = 50) -> tuple[float, float]:
    """Fit scale and bias that turn sums into probabilities, by Newton's method on Platt's smoothed targets."""
    if not len(truth):
        return 1e-3, 0.0
    positives = truth.sum()
    target = np.where(truth > 0, (positives + 1) / (positives + 2), 1 / (len(truth) - positives + 2))
    spread = max(float(sums.std()), 1e-9)
    inputs = np.stack((sums / spread, np.ones_like(sums)))
    chosen = np.array([1.0, float(np.log((positives + 1) / (len(truth) - positives + 1)))])
    for _ in range(rounds):
        guess = 1 / (1 + np.exp(-np.clip(chosen @ inputs, -30, 30)))
        slope = inputs @ (guess - target) + 1e-3 * chosen
        bend = (inputs * (guess * (1 - guess))) @ inputs.T + 1e-3 * np.eye(2)
        step = np.linalg.solve(bend, slope)
        chosen = chosen - step / max(1.0, float(np.abs(step).max()))
    return max(float(chosen[0]), 1e-3) / spread, float(chosen[1])


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
