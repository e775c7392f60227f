"""Figures of a classifier: pure functions over scores and labels, with intervals, slices and bias by identity.

    scores, truth -> figures -> Figures (AUROC, AUPRC, recall at fixed error rates, calibration, intervals)
    text -> obfuscations, traits, length_band -> the slices over which figures are given again

Nothing here reads a file, knows a classifier or prints a text. Scores and truth are arrays of one length; truth is 1
for a violation and 0 otherwise, and rows whose label is unknown are left out before. A figure that needs rows of both
sorts is None where one sort is missing.
"""

from seawall.screen.measure.bias import TERMS, Bias, bias_of
from seawall.screen.measure.bootstrap import Interval, interval, paired
from seawall.screen.measure.calibration import Bin, calibration_error, reliability
from seawall.screen.measure.figures import Figures, figures
from seawall.screen.measure.parts import held_out
from seawall.screen.measure.ranking import auprc, auroc, balanced_accuracy, recall_at, threshold_at
from seawall.screen.measure.shares import share
from seawall.screen.measure.slices import BANDS, OBFUSCATIONS, length_band, obfuscate, traits

__all__ = [
    "BANDS",
    "OBFUSCATIONS",
    "TERMS",
    "Bias",
    "Bin",
    "Figures",
    "Interval",
    "auprc",
    "auroc",
    "balanced_accuracy",
    "bias_of",
    "calibration_error",
    "figures",
    "held_out",
    "interval",
    "length_band",
    "obfuscate",
    "paired",
    "recall_at",
    "reliability",
    "share",
    "threshold_at",
    "traits",
]
