"""Intervals by drawing rows again. Positives and negatives are drawn apart, so that every draw holds both.

They say how far chance in these rows reaches, and nothing of rows of another kind.
"""

from collections.abc import Callable, Sequence

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
    return intervals((metric,), scores, truth, rounds=rounds, seed=seed, level=level)[0]


def intervals(
    metrics: Sequence[Metric],
    scores: Floats,
    truth: Floats,
    *,
    rounds: int = ROUNDS,
    seed: int = SEED,
    level: float = LEVEL,
) -> list[Interval]:
    """Return several metrics with their bounds, all on the same draws."""
    drawn: list[list[float]] = [[] for _ in metrics]
    for picked in _draws(truth, rounds, seed):
        some, right = scores[picked], truth[picked]
        for values, metric in zip(drawn, metrics, strict=True):
            values.append(metric(some, right))
    return [_bounds(metric(scores, truth), values, level) for metric, values in zip(metrics, drawn, strict=True)]


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
