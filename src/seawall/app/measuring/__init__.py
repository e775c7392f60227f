"""Measure the classifiers on labelled sets of anybody's: figures, slices, bias, refusals of harmless text.

    folder of sets -> sets -> study(plan, contenders) -> Results, which `write` puts into one file

A set is a file NAME.jsonl.gz or NAME.jsonl of lines {"text": …, "labels": {label: 0 or 1}}. A label that is absent is
unknown and measures nothing; "any" is the highest score of all categories against whether anything is labelled 1.
Nothing is tuned here, and no text is printed or kept.
"""

from seawall.app.measuring.figures import Balanced, Batch, Measured, Scores, measure, scored
from seawall.app.measuring.policy import Refusals
from seawall.app.measuring.results import Biased, Results, SetUsed, read, write
from seawall.app.measuring.rows import Row, read_rows, sampled, sets
from seawall.app.measuring.study import Plan, study

__all__ = [
    "Balanced",
    "Batch",
    "Biased",
    "Measured",
    "Plan",
    "Refusals",
    "Results",
    "Row",
    "Scores",
    "SetUsed",
    "measure",
    "read",
    "read_rows",
    "sampled",
    "scored",
    "sets",
    "study",
    "write",
]
