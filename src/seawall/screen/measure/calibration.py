"""Whether a score of 0.7 is right seven times in ten. Holds for the mix of the rows at hand, not for other traffic."""

import msgspec
import numpy as np

from seawall.screen.measure.ranking import Floats

BINS = 15


class Bin(msgspec.Struct, frozen=True):
    """Rows whose scores lie close together: how many, their mean score, the share that is positive."""

    rows: int
    score: float
    share: float


def reliability(scores: Floats, truth: Floats, bins: int = BINS) -> tuple[Bin, ...]:
    """Return the bins of equal width that hold rows, from the lowest score up."""
    place = np.minimum((scores * bins).astype(np.int64), bins - 1)
    made = []
    for each in np.unique(place):
        inside = place == each
        made.append(Bin(int(inside.sum()), float(scores[inside].mean()), float(truth[inside].mean())))
    return tuple(made)


def calibration_error(scores: Floats, truth: Floats, bins: int = BINS) -> float:
    """Return the expected calibration error: the mean distance of score and share, weighted by rows."""
    made = reliability(scores, truth, bins)
    return sum(each.rows * abs(each.score - each.share) for each in made) / max(len(scores), 1)
