"""How well scores rank violations above the rest. Ties count as a tie: no figure depends on the order of the rows."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def auroc(scores: Floats, truth: Floats) -> float:
    """Return the chance that a positive stands above a negative; ties count half."""
    values, inverse = np.unique(scores, return_inverse=True)
    positive = np.bincount(inverse, weights=truth, minlength=len(values))
    negative = np.bincount(inverse, weights=1 - truth, minlength=len(values))
    below = np.cumsum(negative) - negative
    return float((positive * (below + negative / 2)).sum() / (positive.sum() * negative.sum()))


def curve(scores: Floats, truth: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the distinct scores from the highest down, and what is found and falsely found at each."""
    order = np.argsort(-scores, kind="stable")
    last = np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
    return scores[order][last], np.cumsum(truth[order])[last], np.cumsum(1 - truth[order])[last]


def auprc(scores: Floats, truth: Floats) -> float:
    """Return the average precision."""
    _, found, false = curve(scores, truth)
    return float((np.diff(found, prepend=0.0) * found / (found + false)).sum() / truth.sum())


def recall_at(scores: Floats, truth: Floats, rate: float) -> float:
    """Return the highest recall whose false-positive rate does not exceed `rate`."""
    _, found, false = curve(scores, truth)
    allowed = found[false <= rate * (1 - truth).sum()]
    return float(allowed[-1] / truth.sum()) if len(allowed) else 0.0


def threshold_at(benign: Floats, rate: float) -> float:
    """Return the lowest score at or above which no more than the share `rate` of benign scores stands."""
    ordered = np.sort(benign)[::-1]
    allowed = int(rate * len(ordered))
    return float(np.nextafter(ordered[allowed], np.inf)) if allowed < len(ordered) else 0.0


def balanced_accuracy(scores: Floats, truth: Floats, threshold: float) -> float:
    """Return the mean of the share of positives at or above the threshold and of negatives below it."""
    above = scores >= threshold
    return float((above[truth == 1].mean() + (~above[truth == 0]).mean()) / 2)
