"""The first fast classifier: one linear model per hazard category over hashed pieces of the text.

    text -> hashed n-grams -> sum of int8 weights -> calibrated score per category

`LinearClassifier.load()` opens the shipped weights; `.scores(text)` answers in well under a millisecond. `training/` at
the root of the repository makes the weights, docs/classifiers.md says what was measured. It knows words, not meaning:
it belongs in monitor mode, and its scores hold for text like its training data.
"""

from seawall.screen.linear.classifier import LinearClassifier
from seawall.screen.linear.manifest import Manifest, WeightsUnusable

__all__ = ["LinearClassifier", "Manifest", "WeightsUnusable"]
