"""Logistic regression by mini-batches, one weight vector per category, in numpy alone.

The same rows and seed give the same weights. Unknown labels carry no gradient, presumed zeros a smaller one. `kernel`
and `added` let a second stage (training/settle.py) go on from there with few rows of the domain that matters.
"""

from collections.abc import Callable, Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.features import BUCKETS, features, windows
from seawall.screen.linear.table import COLUMNS
from seawall.vocabulary.categories import Category
from training.rows import Row

Floats = NDArray[np.float64]
Taught = Mapping[str, Mapping[Category, float]]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How to learn: the first stage, and in the last three fields the second."""

    seed: int = 20261124
    epochs: int = 4
    batch: int = 1024
    rate: float = 0.12
    decay: float = 1e-6
    heaviest: float = 8.0
    presumed: float = 0.3
    taught: float = 0.5
    kept: float = 1.0
    strength: float = 20.0
    replayed: int = 1500
    own: bool = True


class Examples(msgspec.Struct, frozen=True):
    """All rows as buckets: per row its slice, how many of it are character pieces, targets and how much they count."""

    buckets: NDArray[np.int32]
    bounds: NDArray[np.int64]
    grams: NDArray[np.int64]
    target: Floats
    weight: Floats


def examples(
    rows: Sequence[Row], categories: Sequence[Category], settings: Settings | None = None, taught: Taught | None = None
) -> Examples:
    """Hash the first window of each row. `taught` holds a teacher's probabilities by text, for what is not known."""
    kept, sizes, grams = [], [0], []
    for row in rows:
        pieces, words = features(next(windows(row.text)))
        kept.append(np.concatenate((pieces, words)).astype(np.int32))
        sizes.append(len(kept[-1]))
        grams.append(len(pieces))
    target, weight = _targets(rows, categories, settings or Settings(), taught or {})
    return Examples(np.concatenate(kept), np.cumsum(sizes), np.array(grams), target, weight)


def _targets(
    rows: Sequence[Row], categories: Sequence[Category], settings: Settings, taught: Taught
) -> tuple[Floats, Floats]:
    target = np.zeros((len(rows), len(categories)))
    weight = np.zeros_like(target)
    for place, row in enumerate(rows):
        hints = taught.get(row.text, {})
        for column, category in enumerate(categories):
            if category in row.known:
                target[place, column], weight[place, column] = row.known[category], 1
            elif category in hints:
                target[place, column], weight[place, column] = hints[category], settings.taught
            elif category in row.presumed:
                weight[place, column] = settings.presumed
    return target, weight


def _batch(data: Examples, picked: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64], Floats]:
    """Return buckets, the row of each, and its value: one over the root of the count of its sort."""
    starts, sizes = data.bounds[picked], np.diff(data.bounds)[picked]
    buckets = np.concatenate([data.buckets[start : start + size] for start, size in zip(starts, sizes, strict=True)])
    counts = np.stack((data.grams[picked], sizes - data.grams[picked]), axis=1)
    per_sort = np.repeat(1 / np.sqrt(np.maximum(counts, 1)).ravel(), counts.ravel())
    return buckets, np.repeat(np.arange(len(picked)), sizes), per_sort


class _Head:
    """One category while it is learned (Adagrad)."""

    def __init__(self, target: Floats, weight: Floats, settings: Settings) -> None:
        positives, negatives = float((target * weight).sum()), float(((1 - target) * weight).sum())
        self.lift = min(settings.heaviest, max(1.0, (negatives / max(positives, 1)) ** 0.5))
        self.weights = np.zeros(BUCKETS)
        self.bias = -float(np.log(max(negatives, 1) / max(positives * self.lift, 1)))
        self.seen = np.full(BUCKETS, 1e-3)
        self.settings = settings

    def step(
        self,
        buckets: NDArray[np.int32],
        rows: NDArray[np.int64],
        values: Floats,
        aim: tuple[Floats, Floats],
        rate: float,
    ) -> None:
        target, weight = aim
        if not weight.any():
            return
        sums = np.bincount(rows, weights=self.weights[buckets] * values, minlength=len(target)) + self.bias
        lifted = weight * (1 + (self.lift - 1) * target)
        error = (1 / (1 + np.exp(-np.clip(sums, -30, 30))) - target) * lifted / weight.sum()
        pull: Floats = np.bincount(buckets, weights=error[rows] * values, minlength=BUCKETS).astype(np.float64)
        slope = pull + self.settings.decay * self.weights
        self.seen += slope * slope
        self.weights -= rate * slope / np.sqrt(self.seen)
        self.bias -= rate * float(error.sum())


class Learned(msgspec.Struct, frozen=True):
    """Weights, one column per category, and the biases beside them."""

    weights: Floats
    biases: Floats


def fit(data: Examples, settings: Settings, *, tell: Callable[[str], None]) -> Learned:
    """Learn from nothing."""
    heads = [_Head(target, weight, settings) for target, weight in zip(data.target.T, data.weight.T, strict=True)]
    _run(heads, data, settings, tell)
    return _learned(heads)


def _learned(heads: Sequence[_Head]) -> Learned:
    return Learned(np.stack([head.weights for head in heads], axis=1), np.array([head.bias for head in heads]))


def _run(heads: Sequence[_Head], data: Examples, settings: Settings, tell: Callable[[str], None]) -> None:
    epochs, full = settings.epochs, settings.rate
    chance = np.random.default_rng(settings.seed)
    for epoch in range(epochs):
        rate = full * (1 - epoch / epochs)
        order = chance.permutation(len(data.grams))
        for start in range(0, len(order), settings.batch):
            picked = order[start : start + settings.batch]
            buckets, rows, values = _batch(data, picked)
            for column, head in enumerate(heads):
                head.step(buckets, rows, values, (data.target[picked, column], data.weight[picked, column]), rate)
        tell(f"epoch {epoch + 1} of {epochs}")


def sums(data: Examples, weights: Floats) -> Floats:
    """Return one line of sums per row."""
    buckets, rows, values = _batch(data, np.arange(len(data.grams)))
    return np.stack(
        [
            np.bincount(rows, weights=column[buckets] * values, minlength=len(data.grams))
            for column in np.ascontiguousarray(weights.T)
        ],
        axis=1,
    )


def kernel(data: Examples) -> Floats:
    """Return how alike the rows are: the products of all pairs of their features."""
    buckets, rows, values = _batch(data, np.arange(len(data.grams)))
    made = np.zeros((len(data.grams), len(data.grams)))
    for place in range(len(made)):
        inside = slice(*np.searchsorted(rows, (place, place + 1)))
        alone = np.bincount(buckets[inside], weights=values[inside], minlength=BUCKETS)
        made[place] = np.bincount(rows, weights=alone[buckets] * values, minlength=len(made))
    return made


def added(data: Examples, factors: Floats) -> Floats:
    """Return the sum of the rows' features, each times its factor."""
    buckets, rows, values = _batch(data, np.arange(len(data.grams)))
    made: Floats = np.bincount(buckets, weights=factors[rows] * values, minlength=BUCKETS).astype(np.float64)
    return made


def quantise(weights: Floats, *, keep: float = 0.9999) -> NDArray[np.int8]:
    """Round each column to signed bytes; the few largest, beyond the `keep` share of those not zero, are cut."""
    table = np.zeros((BUCKETS, COLUMNS), dtype=np.int8)
    for column, values in enumerate(weights.T):
        size = np.abs(values)
        edge = float(np.quantile(size[size > 0], keep)) if size.any() else 1.0
        table[:, column] = np.clip(np.rint(values / edge * 127), -127, 127).astype(np.int8)
    return table
