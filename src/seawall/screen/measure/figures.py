"""All figures of one category on one set. Ranking figures are None where positives or negatives are missing."""

import msgspec

from seawall.screen.measure.bootstrap import ROUNDS, SEED, Interval, intervals
from seawall.screen.measure.calibration import calibration_error
from seawall.screen.measure.ranking import Floats, auprc, auroc, recall_at


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """What was measured, each with its bounds at 95 %."""

    positives: int
    negatives: int
    auprc: Interval | None
    auroc: Interval | None
    recall_at_01_percent: Interval | None
    recall_at_1_percent: Interval | None
    calibration_error: float | None


def _recall_at_01_percent(scores: Floats, truth: Floats) -> float:
    return recall_at(scores, truth, 0.001)


def _recall_at_1_percent(scores: Floats, truth: Floats) -> float:
    return recall_at(scores, truth, 0.01)


def figures(scores: Floats, truth: Floats, *, rounds: int = ROUNDS, seed: int = SEED) -> Figures:
    """Measure scores against truth."""
    positives = int((truth == 1).sum())
    both = 0 < positives < len(truth)
    metrics = (auprc, auroc, _recall_at_01_percent, _recall_at_1_percent)
    made: list[Interval | None] = [None] * len(metrics)
    if both:
        made = [*intervals(metrics, scores, truth, rounds=rounds, seed=seed)]
    return Figures(
        positives=positives,
        negatives=len(truth) - positives,
        auprc=made[0],
        auroc=made[1],
        recall_at_01_percent=made[2],
        recall_at_1_percent=made[3],
        calibration_error=calibration_error(scores, truth) if len(truth) else None,
    )
