"""Figures and calibration on rows that were held out of the fold they are scored by.

Calibration learns from calibration rows and from held-out domain rows, which count more; a domain row is scored by
constants that were fitted without its fold.
"""

from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from seawall.screen.linear.manifest import Outside
from seawall.screen.measure import auprc, auroc, recall_at
from seawall.vocabulary.categories import Category
from training import figures
from training.figures import Floats
from training.rows import Row

HELD_OUT = "OpenAI moderation half, held out of the fold"
FEWEST = 20


class Inputs(msgspec.Struct, frozen=True):
    """What one category's probability is made of: numbers per row, its label, how much it counts, its fold."""

    numbers: Floats
    truth: Floats
    weight: Floats
    fold: NDArray[np.str_]

    def but(self, fold: str) -> "Inputs":
        """Return the inputs without one fold."""
        kept = self.fold != fold
        return Inputs(self.numbers[:, kept], self.truth[kept], self.weight[kept], self.fold[kept])

    def constants(self) -> Floats:
        """Return one factor per number, and the bias."""
        return figures.logistic(self.numbers, self.truth, self.weight)


def inputs(
    aside: Sequence[Row], numbers: Floats, domain: Sequence[Row], held_out: Floats, category: Category, counts: float
) -> Inputs:
    """Join calibration rows and held-out domain rows of one category; `numbers` hold one column per row."""
    first = [place for place, row in enumerate(aside) if category in row.known]
    second = [place for place, row in enumerate(domain) if category in row.known]
    rows = [*(aside[place] for place in first), *(domain[place] for place in second)]
    return Inputs(
        numbers=np.concatenate((numbers[:, first], held_out[:, second]), axis=1),
        truth=np.array([row.known[category] for row in rows], dtype=np.float64),
        weight=np.concatenate((np.ones(len(first)), np.full(len(second), counts))),
        fold=np.array([*([""] * len(first)), *(domain[place].part for place in second)]),
    )


def wholes(aside: Sequence[Row], numbers: Floats, domain: Sequence[Row], held_out: Floats, counts: float) -> Inputs:
    """Join calibration rows and held-out domain rows for whether anything at all is wrong."""
    first, second = ([place for place, row in enumerate(rows) if row.unsafe is not None] for rows in (aside, domain))
    rows = [*(aside[place] for place in first), *(domain[place] for place in second)]
    return Inputs(
        numbers=np.concatenate((numbers[:, first], held_out[:, second]), axis=1),
        truth=np.array([row.unsafe for row in rows], dtype=np.float64),
        weight=np.concatenate((np.ones(len(first)), np.full(len(second), counts))),
        fold=np.array([*([""] * len(first)), *(domain[place].part for place in second)]),
    )


def crossed(given: Inputs, domain: Sequence[Row], held_out: Floats) -> Floats:
    """Return the probabilities of all domain rows, each by constants that were fitted without its fold."""
    folds = np.array([row.part for row in domain])
    made = np.zeros(len(domain))
    for fold in np.unique(folds):
        inside = folds == fold
        made[inside] = probabilities(given.but(str(fold)).constants(), held_out[:, inside])
    return made


def probabilities(constants: Floats, numbers: Floats) -> Floats:
    """Return what the constants make of the numbers."""
    sums = constants[:-1] @ numbers + constants[-1]
    made: Floats = 1 / (1 + np.exp(-np.clip(sums, -30, 30)))
    return made


def outside(name: str, scores: Floats, truth: Floats) -> Outside | None:
    """Return the figures of one ranking, or None where one side has fewer than `FEWEST` rows."""
    positives, negatives = int(truth.sum()), int((1 - truth).sum())
    if min(positives, negatives) < FEWEST:
        return None
    return Outside(
        name=name,
        positives=positives,
        negatives=negatives,
        auroc=round(auroc(scores, truth), 4),
        auprc=round(auprc(scores, truth), 4),
        recall_at_1_percent=round(recall_at(scores, truth, 0.01), 4) if negatives >= 100 else None,
        points=figures.points(scores, truth),
    )


def of_category(scores: Floats, domain: Sequence[Row], category: Category) -> Outside | None:
    """Measure one category on the domain rows that label it."""
    known = [place for place, row in enumerate(domain) if category in row.known]
    truth = np.array([domain[place].known[category] for place in known], dtype=np.float64)
    return outside(HELD_OUT, scores[known], truth)


def of_any(scores: Floats, domain: Sequence[Row]) -> Outside | None:
    """Measure the highest score of each domain row; `scores` hold one column per row."""
    truth = np.array([row.unsafe or 0 for row in domain], dtype=np.float64)
    return outside(HELD_OUT, scores.max(axis=0), truth) if len(domain) else None
