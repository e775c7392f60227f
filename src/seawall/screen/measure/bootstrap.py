"""Intervals by drawing rows again. Positives and negatives are drawn apart, so that every draw holds both.

They say how far chance in these rows reaches, and nothing of rows of another kind.
"""

from collections.abc import Callable

import msgspec
import numpy as np

from seawall.screen.measure.ranking import Floats

Metric = Callable[[Floats, Floats], float]
ROUNDS, SEED, LEVEL = 200, 20261124, 0.95


class Interval(msgspec.Struct, frozen=True):
    """A figure with its lower and upper bound."""

    value: float
    low: float
    high: float


def _draws(truth: Floats, rounds: int, seed: int) -> list[np.ndarray[tuple[int], np.dtype[np.int64]]]:
    chance = np.random.default_rng(seed)
    sorts = (np.flatnonzero(truth == 1), np.flatnonzero(truth != 1))
    return [np.concatenate([chance.choice(each, len(each)) for each in sorts if len(each)]) for _ in range(rounds)]


def _bounds(value: float, drawn: list[float], level: float) -> Interval:
    low, high = np.quantile(drawn, ((1 - level) / 2, (1 + level) / 2))
    return Interval(value, float(low), float(high))


def interval(
    metric: Metric, scores: Floats, truth: Floats, *, rounds: int = ROUNDS, seed: int = SEED, level: float = LEVEL
) -> Interval:
    """Return a metric with its bounds at `level`."""
    drawn = [metric(scores[picked], truth[picked]) for picked in _draws(truth, rounds, seed)]
    return _bounds(metric(scores, truth), drawn, level)


def paired(
    metric: Metric,
    ours: Floats,
    theirs: Floats,
    truth: Floats,
    *,
    rounds: int = ROUNDS,
    seed: int = SEED,
    level: float = LEVEL,
) -> Interval:
    """Return how much better `ours` is than `theirs` on the same rows; an upper bound below zero is a loss."""
    drawn = [
        metric(ours[picked], truth[picked]) - metric(theirs[picked], truth[picked])
        for picked in _draws(truth, rounds, seed)
    ]
    return _bounds(metric(ours, truth) - metric(theirs, truth), drawn, level)
