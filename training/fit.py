"""Logistic regression by mini-batches, one weight vector per category, in numpy alone.

The same rows and seed give the same weights. Unknown labels carry no gradient.
"""

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.features import BUCKETS, features, windows
from seawall.screen.linear.table import COLUMNS
from seawall.vocabulary.categories import Category
from training.rows import Row

UNKNOWN = -1
Floats = NDArray[np.float64]


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How to learn."""

    seed: int = 20261124
    epochs: int = 5
    batch: int = 1024
    rate: float = 0.12
    decay: float = 1e-6
    heaviest: float = 8.0


class Examples(msgspec.Struct, frozen=True):
    """All rows as buckets: per row its slice, and how many of it are character pieces."""

    buckets: NDArray[np.int32]
    bounds: NDArray[np.int64]
    grams: NDArray[np.int64]
    truth: NDArray[np.int8]


def examples(rows: Sequence[Row], categories: Sequence[Category]) -> Examples:
    """Hash the first window of each row."""
    kept, sizes, grams = [], [0], []
    for row in rows:
        pieces, words = features(next(windows(row.text)))
        kept.append(np.concatenate((pieces, words)).astype(np.int32))
        sizes.append(len(kept[-1]))
        grams.append(len(pieces))
    truth = np.array([[row.known.get(each, UNKNOWN) for each in categories] for row in rows], dtype=np.int8)
    return Examples(np.concatenate(kept), np.cumsum(sizes), np.array(grams), truth)


def _batch(data: Examples, picked: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64], Floats]:
    """Return buckets, the row of each, and its value: one over the root of the count of its sort."""
    starts, sizes = data.bounds[picked], np.diff(data.bounds)[picked]
    buckets = np.concatenate([data.buckets[start : start + size] for start, size in zip(starts, sizes, strict=True)])
    counts = np.stack((data.grams[picked], sizes - data.grams[picked]), axis=1)
    per_sort = np.repeat(1 / np.sqrt(np.maximum(counts, 1)).ravel(), counts.ravel())
    return buckets, np.repeat(np.arange(len(picked)), sizes), per_sort


class _Head:
    """One category while it is learned (Adagrad)."""

    def __init__(self, truth: NDArray[np.int8], settings: Settings) -> None:
        positives, negatives = int((truth == 1).sum()), int((truth == 0).sum())
        self.lift = min(settings.heaviest, max(1.0, (negatives / max(positives, 1)) ** 0.5))
        self.weights = np.zeros(BUCKETS)
        self.bias = -float(np.log(max(negatives, 1) / max(positives * self.lift, 1)))
        self.seen = np.full(BUCKETS, 1e-3)
        self.settings = settings

    def step(
        self, buckets: NDArray[np.int32], rows: NDArray[np.int64], values: Floats, truth: NDArray[np.int8], rate: float
    ) -> None:
        known = truth != UNKNOWN
        if not known.any():
            return
        sums = np.bincount(rows, weights=self.weights[buckets] * values, minlength=len(truth)) + self.bias
        weight = np.where(truth == 1, self.lift, 1.0) * known / known.sum()
        error = (1 / (1 + np.exp(-np.clip(sums, -30, 30))) - (truth == 1)) * weight
        pull: Floats = np.bincount(buckets, weights=error[rows] * values, minlength=BUCKETS).astype(np.float64)
        slope = pull + self.settings.decay * self.weights
        self.seen += slope * slope
        self.weights -= rate * slope / np.sqrt(self.seen)
        self.bias -= rate * float(error.sum())


def fit(data: Examples, settings: Settings, *, tell: Callable[[str], None]) -> Floats:
    """Return weights, one column per category."""
    chance = np.random.default_rng(settings.seed)
    heads = [_Head(column, settings) for column in data.truth.T]
    for epoch in range(settings.epochs):
        rate = settings.rate * (1 - epoch / settings.epochs)
        order = chance.permutation(len(data.grams))
        for start in range(0, len(order), settings.batch):
            picked = order[start : start + settings.batch]
            buckets, rows, values = _batch(data, picked)
            for head, truth in zip(heads, data.truth[picked].T, strict=True):
                head.step(buckets, rows, values, truth, rate)
        tell(f"epoch {epoch + 1} of {settings.epochs}")
    return np.stack([head.weights for head in heads], axis=1)


def quantise(weights: Floats, *, keep: float = 0.9999) -> NDArray[np.int8]:
    """Round each column to signed bytes; the few largest, beyond the `keep` share of those not zero, are cut."""
    table = np.zeros((BUCKETS, COLUMNS), dtype=np.int8)
    for column, values in enumerate(weights.T):
        size = np.abs(values)
        edge = float(np.quantile(size[size > 0], keep)) if size.any() else 1.0
        table[:, column] = np.clip(np.rint(values / edge * 127), -127, 127).astype(np.int8)
    return table
